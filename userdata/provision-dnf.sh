# shellcheck shell=bash
# provision-dnf.sh: how provision.sh fetches files and installs packages on the Red Hat family. provision-apt.sh has the same
# functions for Debian and Ubuntu.

# --- packages --------------------------------------------------------------------------------------------------------

# bake_fetch URL FILE [SHA256]
bake_fetch() {
  mkdir -p "$BAKE_WORK"
  if ! curl --fail --silent --show-error --location --proto '=http,https' --connect-timeout 30 --speed-time 60 --retry 2 --output "$2" -- "$1"; then
    rm -f -- "$2"
    bake_die "can't fetch $1"
  fi
  if [ -n "${3:-}" ] && ! printf '%s  %s\n' "$3" "$2" | sha256sum --check --status; then
    rm -f -- "$2"
    bake_die "the sha256 of $1 is not $3; nothing of it is used"
  fi
}

# dnf waits for another's lock for ever.
bake_dnf() { timeout 1800 dnf -y --setopt=install_weak_deps=False --setopt=retries=3 "$@"; }

# There while dnf changes packages: a run that was killed leaves it behind.
BAKE_DNF_BEGAN=/var/lib/bake/dnf-began

BAKE_DNF_SAID=$BAKE_WORK/dnf-said

bake_change_packages() {
  mkdir -p "${BAKE_DNF_BEGAN%/*}"
  [ -e "$BAKE_DNF_BEGAN" ] || : >"$BAKE_DNF_BEGAN"
  bake_dnf "$@" 2>&1 | tee "$BAKE_DNF_SAID" || return
  rm -f -- "$BAKE_DNF_BEGAN"
}

# A package may have been unpacked in part, or its scripts not have run, or the old one still be there beside the new one.
bake_mend_packages() {
  local since names=()
  # dnf waits for whatever has the number that its file of a lock names. A machine's boot takes these away (tmpfiles.d/dnf.conf).
  bake_is_live || rm -f -- /var/{cache/dnf/{download,metadata},lib/dnf/rpmdb,log/log}_lock.pid
  if [ ! -e "$BAKE_DNF_BEGAN" ]; then return 0; fi
  bake_say 'mending what an interrupted run left of dnf'
  since=$(stat -c %Y "$BAKE_DNF_BEGAN")
  if [ -n "$(rpm -qa --qf '%{NAME}.%{ARCH}\n' | grep -vE '^(kernel|gpg-pubkey)' | sort | uniq -d)" ]; then
    bake_dnf remove --duplicates
  fi
  mapfile -t names < <(rpm -qa --qf '%{INSTALLTIME} %{NAME}\n' | awk -v since="$since" '$1 >= since && $2 != "gpg-pubkey" { print $2 }')
  if [ "${#names[@]}" -gt 0 ]; then
    # What a repository has replaced meanwhile can't be installed again, but its successor can.
    bake_dnf reinstall "${names[@]}" || bake_dnf distro-sync "${names[@]}" ||
      bake_die "packages of a run that was interrupted may be there in part, and dnf can't install them again: ${names[*]}"
  fi
  rm -f -- "$BAKE_DNF_BEGAN"
}

# bake_is_installed NAME[=VERSION]; VERSION is the package's version and release, and may end in *.
bake_is_installed() {
  local all have
  all=$(rpm -q --qf '%{VERSION}-%{RELEASE}\n' "${1%%=*}" 2>/dev/null) || return 1
  case $1 in *=*) ;; *) return 0 ;; esac
  # Of a kernel's packages there are several.
  while read -r have; do
    # shellcheck disable=SC2053 # a version may be a pattern
    if [[ $have == ${1#*=} ]]; then return 0; fi
  done <<<"$all"
  return 1
}

# bake_install NAME[=VERSION]...
bake_install() {
  local wanted=() spec
  for spec; do bake_is_installed "$spec" || wanted+=("$spec"); done
  if [ "${#wanted[@]}" -eq 0 ]; then return 0; fi
  # What is locked at another version could not be had at this one.
  if [ -e /etc/dnf/plugins/versionlock.list ]; then bake_lock "${wanted[@]%%=*}" </dev/null; fi
  if ! bake_change_packages install "${wanted[@]/=/-}"; then
    # dnf's last words where a package is not signed, or not by the repository's key.
    if grep -qE '(GPG|PGP) check FAILED' "$BAKE_DNF_SAID"; then
      bake_die "the packages above are not signed by the key of their repository; nothing of ${wanted[*]} was installed"
    fi
    bake_say 'trying once more with fresh package lists'
    if ! bake_change_packages --refresh install "${wanted[@]/=/-}"; then
      dnf -q --showduplicates list "${wanted[@]%%=*}" >&2 || true
      bake_die "can't install ${wanted[*]}; what the repositories have of them stands above"
    fi
  fi
  BAKE_CHANGED=yes
}

# bake_hold NAME...: dnf's versionlock; unattended upgrades hold to it, too.
bake_hold() {
  bake_install python3-dnf-plugin-versionlock
  rpm -q --qf '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.*\n' "$@" | bake_lock "$@"
}

# bake_lock NAME...: the locks of these packages become what standard input says.
bake_lock() {
  local list=/etc/dnf/plugins/versionlock.list name others
  others=$(cat "$list" 2>/dev/null || true)
  for name; do
    others=$(awk -v name="$name-" 'index($0, name) != 1 || substr($0, length(name) + 1) !~ /^[0-9]+:/' <<<"$others")
  done
  { cat && printf '%s\n' "$others"; } | sed '/^$/d' | sort | bake_write "$list" 0644 root root
}

# bake_fetch_key URL KEYRING FINGERPRINT: dnf believes every key of the file, so it must be this one alone. Fetched again when
# the repository or the address is new to this machine: keys get new dates of expiry under the same address.
bake_fetch_key() {
  local name=${2##*RPM-GPG-KEY-} stamp found home=$BAKE_WORK/gnupg
  stamp=/var/lib/bake/keys/$name.url
  if [ -s "$2" ] && [ -e "/etc/yum.repos.d/$name.repo" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$1" ]; then return 0; fi
  bake_fetch "$1" "$BAKE_WORK/key"
  (umask 077 && mkdir -p "$home")
  found=$(gpg --homedir "$home" --batch --quiet --no-tty --show-keys --with-colons "$BAKE_WORK/key" 2>/dev/null |
    awk -F: '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }') || bake_die "$1 is no OpenPGP key"
  rm -rf -- "$home"
  [ "$found" = "$3" ] || bake_die "the key at $1 is ${found:-none}, not $3, which the profile pins; nothing was installed"
  bake_write "$2" 0644 root root <"$BAKE_WORK/key"
  printf '%s' "$1" | bake_write "$stamp" 0644 root root
  rm -f -- "$BAKE_WORK/key"
}

# bake_update_repository ENTRY URI: the lists of one repository only, and only when its entry is new.
bake_update_repository() {
  local id=${1##*/} said
  id=${id%.repo}
  if [ "$BAKE_CHANGED" = no ]; then return 0; fi
  if said=$(bake_dnf -q --disablerepo='*' --enablerepo="$id" --setopt="$id.skip_if_unavailable=False" --refresh makecache 2>&1); then return 0; fi
  printf '%s\n' "$said" >&2
  # The next run begins with a new entry, and so with a new key.
  rm -f -- "$1"
  bake_die "the repository $2 can't be reached; name mirrors (bake mirrors), kubernetes.source: binaries or your own"
}

# bake_mirror BASE: the distribution's own entries, with their keys, ask there. What they said before is a comment above
# (rocky-repos: a mirrorlist, and a baseurl that is commented out).
bake_mirror() {
  local entry new
  for entry in /etc/yum.repos.d/[Rr]ocky*.repo; do
    [ -e "$entry" ] || bake_die "there is no $entry: this is no Rocky Linux, or its rocky-repos are gone"
    new=$(BASE=$1 awk '
      /^mirrorlist=/ { print "#" $0; next }
      /^#?baseurl=.*\/\$releasever\// { sub(/.*\/\$releasever\//, ""); print "baseurl=" ENVIRON["BASE"] "/$releasever/" $0; next }
      { print }
    ' "$entry")
    bake_write "$entry" 0644 root root <<<"$new"
  done
}

# For an image: what only costs room.
bake_clean_packages() {
  dnf -q -y clean all
  # Below repos is what counts a machine's weeks (dnf.conf(5), countme).
  rm -rf -- /var/cache/dnf /var/lib/dnf/history.sqlite* /var/lib/dnf/repos /root/anaconda-ks.cfg /root/original-ks.cfg
}

# --- kernel packages -------------------------------------------------------------------------------------------------

# The modules that the kernel keeps apart: of the kernel that runs, since those of another would wait for its boot; in a tree of the
# newest one. With `matched` there, later kernels bring theirs along.
bake_kernel_modules_extra() {
  local kernel said
  if bake_is_live; then
    kernel=$(uname -r)
    kernel=${kernel%.*}
  else
    kernel=$(rpm -q --qf '%{VERSION}-%{RELEASE}\n' kernel-core | sort -V | tail -n 1) || bake_die 'there is no kernel here that modules could be for'
  fi
  if ! bake_is_installed "kernel-modules-extra=$kernel" && ! said=$(bake_dnf -q list "kernel-modules-extra-$kernel" 2>&1); then
    printf '%s\n' "$said" >&2
    bake_die "the repositories have no kernel-modules-extra of kernel $kernel any more; start the newest kernel first (dnf upgrade kernel, then reboot), or begin with a newer image"
  fi
  bake_install "kernel-modules-extra=$kernel" kernel-modules-extra-matched
}
