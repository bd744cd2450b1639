# shellcheck shell=bash
# provision-apt.sh: how provision.sh fetches files and installs packages on Debian and Ubuntu. provision-dnf.sh has the same
# functions for the Red Hat family.

# --- packages --------------------------------------------------------------------------------------------------------

# bake_fetch URL FILE [SHA256]: by apt's own helper, which knows its proxies and is on every machine.
bake_fetch() {
  local attempt said
  mkdir -p "$BAKE_WORK"
  for attempt in 1 2 3; do
    if said=$(/usr/lib/apt/apt-helper -q -o Acquire::Retries=2 -o APT::Sandbox::User=root download-file "$1" "$2" ${3:+"SHA256:$3"} 2>&1); then
      return 0
    fi
    printf '%s\n' "$said" >&2
    rm -f -- "$2"
    [ "$attempt" -eq 3 ] || sleep "$((attempt * 2))"
  done
  if grep -q 'Hash Sum mismatch' <<<"$said"; then bake_die "the sha256 of $1 is not $3; nothing of it is used"; fi
  bake_die "can't fetch $1"
}

# In a tree that becomes an image nothing has to reach the disk at once: the image is written in the end.
bake_apt() {
  local sync=()
  bake_is_live || sync=(-o Dpkg::Options::=--force-unsafe-io)
  apt-get -q -y "${sync[@]}" -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o Acquire::Retries=3 -o APT::Install-Recommends=false "$@"
}

# A run that was killed can leave dpkg in the middle of something; nothing else works before that is mended.
bake_mend_packages() {
  local broken
  broken=$(dpkg --audit 2>&1 || true)
  if [ -z "$broken" ] && [ -z "$(find /var/lib/dpkg/updates -type f 2>/dev/null)" ]; then return 0; fi
  bake_say 'mending what an interrupted run left of dpkg'
  rm -f /var/lib/dpkg/triggers/Lock
  dpkg --force-confdef --force-confold --configure -a || true
  local broken_names
  # Packages of which only part was unpacked have to be unpacked again.
  # shellcheck disable=SC2016 # the field names are dpkg-query's
  broken_names=$(dpkg-query -W -f='${db:Status-Eflag} ${binary:Package}\n' | awk '$1 == "reinstreq" { print $2 }')
  bake_update_lists
  # shellcheck disable=SC2086 # a list of package names
  [ -z "$broken_names" ] || bake_apt --reinstall --allow-downgrades --allow-change-held-packages install $broken_names
  bake_apt --fix-broken install
}

# The lists are good for an hour; after that a mirror may have dropped what they name.
bake_update_lists() {
  local stamp=/var/lib/apt/lists/.bake-updated
  if [ "${1:-}" != again ] && [ -n "$(find "$stamp" -mmin -60 2>/dev/null)" ]; then return 0; fi
  bake_apt update
  : >"$stamp"
}

# bake_is_installed NAME[=VERSION]; VERSION may end in *.
bake_is_installed() {
  local have
  # shellcheck disable=SC2016 # the field names are dpkg-query's
  have=$(dpkg-query -W -f='${db:Status-Status} ${Version}' "${1%%=*}" 2>/dev/null) || return 1
  # shellcheck disable=SC2053 # a version may be a pattern
  case $1 in
    *=*) [[ $have == "installed "${1#*=} ]] ;;
    *) [ "${have%% *}" = installed ] ;;
  esac
}

# bake_install NAME[=VERSION]...
bake_install() {
  local wanted=() spec
  for spec; do bake_is_installed "$spec" || wanted+=("$spec"); done
  if [ "${#wanted[@]}" -eq 0 ]; then return 0; fi
  bake_update_lists
  if ! bake_apt --allow-downgrades --allow-change-held-packages install "${wanted[@]}"; then
    bake_say 'trying once more with fresh package lists'
    bake_update_lists again
    if ! bake_apt --allow-downgrades --allow-change-held-packages install "${wanted[@]}"; then
      for spec in "${wanted[@]}"; do apt-cache madison "${spec%%=*}" >&2 || true; done
      bake_die "can't install ${wanted[*]}; what the repositories have of them stands above"
    fi
  fi
  BAKE_CHANGED=yes
}

# bake_hold NAME...: what `apt-mark hold` does, without apt's cache, which takes a second to open for each package.
bake_hold() {
  local name lines=''
  # shellcheck disable=SC2016 # the field name is dpkg-query's
  for name; do [ "$(dpkg-query -W -f='${db:Status-Want}' "$name")" = hold ] || lines+="$name hold"$'\n'; done
  [ -z "$lines" ] || printf '%s' "$lines" | dpkg --set-selections
}

# bake_fetch_key URL KEYRING FINGERPRINT: apt takes an ASCII-armoured key under a name that ends in .asc, and looks at the
# fingerprint itself. Fetched again when the repository or the address is new to this machine: keys get new dates of expiry
# under the same address.
bake_fetch_key() {
  local name=${2##*/} stamp
  name=${name%.asc}
  stamp=/var/lib/bake/keys/$name.url
  if [ -s "$2" ] && [ -e "/etc/apt/sources.list.d/$name.sources" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$1" ]; then return 0; fi
  bake_fetch "$1" "$BAKE_WORK/key"
  grep -q -- '-----BEGIN PGP PUBLIC KEY BLOCK-----' "$BAKE_WORK/key" || bake_die "$1 is no OpenPGP key"
  bake_write "$2" 0644 root root <"$BAKE_WORK/key"
  printf '%s' "$1" | bake_write "$stamp" 0644 root root
  rm -f -- "$BAKE_WORK/key"
}

# bake_update_repository SOURCES URI: the lists of one repository only, and only when its entry is new: whoever installs
# from it later refreshes all lists where that is needed.
bake_update_repository() {
  local said
  if [ "$BAKE_CHANGED" = no ]; then return 0; fi
  if said=$(bake_apt --error-on=any -o Dir::Etc::sourcelist="$1" -o Dir::Etc::sourceparts=/dev/null -o APT::Get::List-Cleanup=0 update 2>&1); then
    return 0
  fi
  printf '%s\n' "$said" >&2
  # The next run begins with a new entry, and so with a new key.
  rm -f -- "$1"
  if grep -qiE 'EXPKEYSIG|KEYEXPIRED' <<<"$said"; then
    bake_die "the repository $2 is signed by a key that has expired; run this again to fetch its newer copy, or name another keyUrl"
  fi
  if grep -qiE 'NO_PUBKEY|BADSIG|REVKEYSIG|not signed|signature|missing key' <<<"$said"; then
    bake_die "the repository $2 is not signed by the key that the profile pins; nothing of it was installed"
  fi
  bake_die "the repository $2 can't be reached; name mirrors (bake mirrors), kubernetes.source: binaries or your own, or --stand-in"
}

# For an image: what only costs room, and what apt was writing when a run was killed, a new file beside the old one.
bake_clean_packages() {
  apt-get -q -y clean
  rm -rf -- /var/lib/apt/lists /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old
  mkdir -p /var/lib/apt/lists/partial
  rm -f -- /var/lib/apt/extended_states.??????
  # ucf keeps its last eight states of each file; how many there are only tells how often it was run, or killed.
  rm -f -- /var/lib/ucf/{hashfile,registry}.[0-9]
}
