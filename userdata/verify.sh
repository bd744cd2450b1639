# shellcheck shell=bash
# The helpers of verify.sh. A check prints what it found where that is not what it wants, and returns 1.

# sudo of the Red Hat family leaves /usr/local out.
export PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

TAP_NUMBER=0
TAP_FAILED=0

# tap TITLE ORIGIN CHECK ARGUMENT...
tap() {
  local title=$1 origin=$2 said
  shift 2
  TAP_NUMBER=$((TAP_NUMBER + 1))
  if said=$("$@" 2>&1); then
    printf 'ok %d - %s\n' "$TAP_NUMBER" "$title"
  else
    TAP_FAILED=$((TAP_FAILED + 1))
    printf 'not ok %d - %s\n' "$TAP_NUMBER" "$title"
    printf '# %s\n' "asked for at $origin"
    if [ -n "$said" ]; then printf '# %s\n' "${said//$'\n'/$'\n'# }"; fi
  fi
}

tap_end() {
  printf '# %d checks, %d failed\n' "$TAP_NUMBER" "$TAP_FAILED"
  [ "$TAP_FAILED" -eq 0 ] || exit 1
}

differs() {
  printf '%s: found %s, wanted %s\n' "$1" "${2:-nothing}" "$3"
  return 1
}

# check_file PATH TYPE MODE OWNER GROUP SHA256 [line TEXT | without PATTERN]...
check_file() {
  local path=$1 type=$2 mode=$3 owner=$4 group=$5 sha256=$6 bad=0 found
  shift 6
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then
    echo 'it is not there'
    return 1
  fi
  if [ -n "$type" ]; then
    found=$(stat -c %F -- "$path")
    case "$type:$found" in
      file:regular*) ;;
      directory:directory) ;;
      symlink:symbolic*) ;;
      *) differs type "$found" "$type" || bad=1 ;;
    esac
  fi
  found=$(stat -c '%04a' -- "$path")
  [ -z "$mode" ] || [ "$found" = "$mode" ] || differs mode "$found" "$mode" || bad=1
  found=$(stat -c '%U' -- "$path")
  [ -z "$owner" ] || [ "$found" = "$owner" ] || differs owner "$found" "$owner" || bad=1
  found=$(stat -c '%G' -- "$path")
  [ -z "$group" ] || [ "$found" = "$group" ] || differs group "$found" "$group" || bad=1
  if [ -n "$sha256" ]; then
    found=$(sha256sum <"$path" | cut -d' ' -f1)
    [ "$found" = "$sha256" ] || differs sha256 "$found" "$sha256" || bad=1
  fi
  while [ "$#" -gt 0 ]; do
    case $1 in
      line) sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//' -- "$path" | grep -xF -- "$2" >/dev/null || differs line '' "$2" || bad=1 ;;
      without) if found=$(grep -E -- "$2" "$path"); then differs 'unwanted line' "$found" "none like $2" || bad=1; fi ;;
    esac
    shift 2
  done
  return "$bad"
}

check_absent() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    echo 'it is there'
    return 1
  fi
}

# package_version NAME: of an installed package; nothing where it is not. package_lock NAME: `hold` where its version is kept.
if command -v dpkg-query >/dev/null; then
  # shellcheck disable=SC2016 # the field names are dpkg-query's
  package_version() { dpkg-query -W -f='${db:Status-Status} ${Version}' -- "$1" 2>/dev/null | sed -n 's/^installed //p'; }
  # shellcheck disable=SC2016 # as above
  package_lock() { dpkg-query -W -f='${db:Status-Want}' -- "$1"; }
else
  package_version() { if rpm -q -- "$1" >/dev/null 2>&1; then rpm -q --qf '%{VERSION}-%{RELEASE}' -- "$1"; fi; }
  package_lock() { if grep -qs -- "^$1-[0-9]*:" /etc/dnf/plugins/versionlock.list; then echo hold; fi; }
fi

# check_package NAME VERSION held|''
check_package() {
  local found
  found=$(package_version "$1") || found=
  [ -n "$found" ] || differs state "$found" installed || return 1
  [ -z "$2" ] || [ "$found" = "$2" ] || differs version "$found" "$2" || return 1
  if [ "$3" = held ]; then
    found=$(package_lock "$1")
    [ "$found" = hold ] || differs selection "$found" hold || return 1
  fi
}

check_no_package() {
  local found
  found=$(package_version "$1") || found=
  [ -z "$found" ] || differs state "installed $found" 'not installed'
}

# check_service UNIT enabled|disabled|'' masked|'' active|''
check_service() {
  local found bad=0
  found=$(systemctl is-enabled "$1" 2>/dev/null) || true
  case $2 in
    enabled) [ "$found" = enabled ] || differs 'start at boot' "$found" enabled || bad=1 ;;
    disabled) [ "$found" != enabled ] || differs 'start at boot' "$found" 'not enabled' || bad=1 ;;
  esac
  [ "$3" != masked ] || [ "$found" = masked ] || differs 'start at boot' "$found" masked || bad=1
  if [ "$4" = active ]; then
    found=$(systemctl is-active "$1" 2>/dev/null) || true
    [ "$found" = active ] || differs state "$found" active || bad=1
  fi
  return "$bad"
}

check_sysctl() {
  local found
  found=$(sysctl -n -- "$1" 2>&1 | tr '\t' ' ') || true
  [ "$found" = "$2" ] || differs value "$found" "$2"
}

check_module() {
  [ -d "/sys/module/${1//-/_}" ] || differs module '' "$1 loaded or built in"
}

# check_user NAME SHELL HOME GROUP...
check_user() {
  local entry groups group bad=0
  entry=$(getent passwd "$1") || differs user '' "$1" || return 1
  [ -z "$2" ] || [ "$(cut -d: -f7 <<<"$entry")" = "$2" ] || differs shell "$(cut -d: -f7 <<<"$entry")" "$2" || bad=1
  [ -z "$3" ] || [ "$(cut -d: -f6 <<<"$entry")" = "$3" ] || differs home "$(cut -d: -f6 <<<"$entry")" "$3" || bad=1
  groups=$(id -nG -- "$1")
  shift 3
  for group; do
    case " $groups " in *" $group "*) ;; *) differs groups "$groups" "$group among them" || bad=1 ;; esac
  done
  return "$bad"
}

check_swap_off() {
  local rows
  rows=$(tail -n +2 /proc/swaps)
  [ -z "$rows" ] || differs swap "$rows" none
}

check_command() { bash -euo pipefail -c "$1"; }
