/**
 * The bash that runs in the guest. Nothing of it stays: the unit lies in /run, and the disk is a
 * throw-away overlay.
 */

/** The kernel's name of QEMU's second serial port: plain output, no login, no console. */
const RESULT_PORT = '/dev/ttyS1';

/** What starts every line that the guest tells the harness. */
export const MARK = '::bake-verify';

/** The folder of the seed ISO that holds what the guest needs. */
export const SEED_FOLDER = 'bake';

/**
 * A boothook of cloud-init: it runs in the network stage of every boot, before any module, so that a
 * broken user-data can't keep it away. It only starts a unit, because what it starts has to
 * outlive cloud-init and to wait for its end.
 */
export const BOOTHOOK = `#cloud-boothook
#!/bin/bash
set -euo pipefail
# UEFI firmware clears the screen of every serial port, so the mark needs a line of its own.
printf '\\n${MARK} reached\\n' >${RESULT_PORT}
mkdir -p /run/bake-verify
mountpoint -q /run/bake-verify || mount -o ro LABEL=CIDATA /run/bake-verify
cat >/run/systemd/system/bake-verify.service <<'UNIT'
[Unit]
Description=Checks of bake verify
[Service]
Type=exec
ExecStart=/bin/bash /run/bake-verify/${SEED_FOLDER}/check
UNIT
systemctl daemon-reload
systemctl start --no-block bake-verify.service
`;

/**
 * Waits until the machine is up, runs the checks, writes what they print to the result port between
 * marks, and powers off. Each part has a time limit, so that one that hangs does not hide the rest.
 */
export const CHECK_SCRIPT = `#!/bin/bash
set -euo pipefail
here=/run/bake-verify/${SEED_FOLDER}
stty -F ${RESULT_PORT} raw -echo
exec 3>${RESULT_PORT}
trap 'systemctl poweroff' EXIT

section() {
  local name=$1 code=0
  shift
  printf '\\n${MARK} begin %s\\n' "$name" >&3
  timeout --kill-after=10 "$PART_SECONDS" "$@" >&3 2>&1 || code=$?
  printf '\\n${MARK} end %s %s\\n' "$name" "$code" >&3
}

# shellcheck source=/dev/null
. "$here/limits"
# Exit codes 1 and 2 of both tell of trouble, which the machine checks report by name.
timeout "$PART_SECONDS" cloud-init status --wait >/dev/null 2>&1 || true
timeout "$PART_SECONDS" systemctl is-system-running --wait >/dev/null 2>&1 || true

section machine bash "$here/machine"
section verify bash "$here/verify.sh"
if [ -e "$here/goss" ]; then
  section goss "$here/goss" --gossfile "$here/goss.yaml" validate --format tap --no-color
fi
printf '\\n${MARK} done\\n' >&3
`;

/** What must hold on every machine that has come up, whatever its profile: TAP. */
export const MACHINE_CHECKS = `#!/bin/bash
set -euo pipefail
echo 'TAP version 13'
number=0

# report CODE TITLE DETAIL
report() {
  number=$((number + 1))
  if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
  if [ -n "$3" ]; then printf '# %s\\n' "\${3//$'\\n'/$'\\n'# }"; fi
}

# 0 is fine, 1 an error; 2 (from cloud-init 23.4 on) is a warning, shown and no failure.
code=0
status=$(cloud-init status --long 2>&1) || code=$?
detail=
if [ "$code" -ne 0 ]; then
  detail=$(printf '%s\\n' "$status"; grep -hE ' - (WARNING|ERROR|CRITICAL)|\\[(WARNING|ERROR|CRITICAL)\\]' /var/log/cloud-init.log | tail -n 10 || true)
fi
report $((code == 1)) 'cloud-init finished' "$detail"

failed=$(systemctl list-units --failed --plain --no-legend --no-pager | awk '{ print $1 }')
code=0
[ -z "$failed" ] || code=1
# What the unit said last is the first thing that somebody will ask for.
failed=$(while read -r unit; do
  [ -z "$unit" ] || { echo "$unit:"; journalctl --boot --unit "$unit" --lines 8 --output cat --no-pager; }
done <<<"$failed")
report "$code" 'no unit failed' "$failed"

# The super block tells the file system's size exactly: block count, and log2 of the block size less 10.
root=$(findmnt --noheadings --output SOURCE /)
name=$(basename "$(readlink -f "$root")")
disk=$(basename "$(dirname "$(readlink -f "/sys/class/block/$name")")")
blocks=$(od -An -t u4 -j 1028 -N 4 "$root" | tr -d ' ')
shift_by=$(od -An -t u4 -j 1048 -N 4 "$root" | tr -d ' ')
filesystem=$((blocks << (shift_by + 10)))
end=$((($(cat "/sys/class/block/$name/start") + $(cat "/sys/class/block/$name/size")) * 512))
whole=$(($(cat "/sys/class/block/$disk/size") * 512))
partition=$(($(cat "/sys/class/block/$name/size") * 512))
slack=$((16 * 1024 * 1024))
code=0
[ $((whole - end)) -lt $slack ] && [ $((partition - filesystem)) -lt $slack ] || code=1
report "$code" 'the root file system fills the disk' "disk $whole bytes, partition $partition, file system $filesystem"
echo "1..$number"
`;
