/** What the qemu engine puts into machines: a program that answers on a port of the virtual machine, and a key for people. */

/** Name of the virtio port. */
export const PORT = 'bake.rehearsal';

/**
 * Answers requests, one a line, by lines `ID KIND TEXT` with tabs between. Each line is short enough to be written at once,
 * so that those of several answers don't mix; texts of one kind belong together.
 *
 *   ID files PATH...        `file`: the texts behind each other, `=` before each, a tab between; `-` for one that isn't there
 *   ID run SECONDS BASE64   a bash script; `out`, `err`: what it printed, in base64
 *
 * The end of both is `done` with the exit code. It is asked for files twice a second by an observer while the machine is
 * emulated, so it starts no program for that.
 */
export const AGENT = `#!/bin/bash
set -uo pipefail
# What it is told may be secret, and disks are searched.
export TMPDIR=/run
port=/dev/virtio-ports/${PORT}

read_files() {
  local id=$1 path text answer=
  shift
  for path; do
    if [ -r "$path" ]; then
      text=
      IFS= read -r -d '' text <"$path" || true
      text=\${text//\\\\/\\\\\\\\}
      text=\${text//$'\\n'/\\\\n}
      answer+="=\${text//$'\\t'/\\\\t}"$'\\t'
    else
      answer+=-$'\\t'
    fi
  done
  while [ -n "$answer" ]; do
    printf '%s\\tfile\\t%s\\n' "$id" "\${answer:0:2000}"
    answer=\${answer:2000}
  done
  printf '%s\\tdone\\t0\\n' "$id"
}

run() {
  local folder code=0 kind text
  folder=$(mktemp -d)
  base64 --decode <<<"$3" >"$folder/script"
  timeout --kill-after=5 "$2" bash "$folder/script" >"$folder/out" 2>"$folder/err" </dev/null 3>&- || code=$?
  for kind in out err; do
    base64 --wrap=2000 "$folder/$kind" | while read -r text; do printf '%s\\t%s\\t%s\\n' "$1" "$kind" "$text"; done
  done
  printf '%s\\tdone\\t%s\\n' "$1" "$code"
  rm -rf "$folder"
}

while :; do
  if { exec 3<>"$port"; } 2>/dev/null; then
    while read -r id what rest <&3; do
      # shellcheck disable=SC2086 # words are fields
      case $what in
        files) read_files "$id" $rest >&3 ;;
        run) run "$id" $rest >&3 & ;;
      esac
    done
    exec 3>&-
  fi
  sleep 1
done
`;

const UNIT = `[Unit]
Description=Answers the rehearsal that this machine takes part in
DefaultDependencies=no
After=systemd-udevd.service local-fs.target
[Service]
ExecStart=/usr/lib/bake-rehearsal/agent
Restart=always
RestartSec=1
OOMScoreAdjust=-500
[Install]
WantedBy=sysinit.target
`;

/**
 * A boothook of cloud-init. It makes the agent last: after first boot, user-data is gone and cloud-init is switched off. A unit that
 * systemd has never looked for needs no reload, each of which runs all generators: 3 to 5 s of an emulated machine that is alone.
 */
export const boothook = (publicKey: string): string => `#cloud-boothook
#!/bin/bash
set -euo pipefail
mkdir -p /usr/lib/bake-rehearsal
cat >/usr/lib/bake-rehearsal/agent <<'AGENT'
${AGENT}AGENT
chmod 0755 /usr/lib/bake-rehearsal/agent
cat >/etc/systemd/system/bake-rehearsal.service <<'UNIT'
${UNIT}UNIT
install -d -m 0700 /root/.ssh
grep -qxF '${publicKey}' /root/.ssh/authorized_keys 2>/dev/null || printf '%s\\n' '${publicKey}' >>/root/.ssh/authorized_keys
install -d /etc/systemd/system/sysinit.target.wants
ln -sfn ../bake-rehearsal.service /etc/systemd/system/sysinit.target.wants/bake-rehearsal.service
systemctl start --no-block bake-rehearsal.service
`;

/** What a provider may add, and user-data overrules: one key of the machine's own instead of three, and none of them on the console. */
export const VENDOR_DATA = `#cloud-config
ssh_genkeytypes: [ed25519]
no_ssh_fingerprints: true
ssh: { emit_keys_to_console: false }
`;
