# shellcheck shell=bash
# Files of the cluster that have a place of their own on the machine. Sourced by firstboot.
: "${input:?is set by firstboot}" "${memory:?is set by firstboot}"

# install_files: all that files/list names, a line each: MODE OWNER GROUP NAME PATH [UNIT...] (src/firstboot/placed-files.ts).
install_files() {
  local mode owner group name path units
  if [ -s "$input/files/list" ]; then
    # shellcheck disable=SC2162 # a backslash stands before a blank that is part of a path
    while read mode owner group name path units; do
      install_file "$mode" "$owner" "$group" "$input/files/$name" "$path" "$units"
    done <"$input/files/list"
  fi
  restart_changed
}

install_file() {
  local mode=$1 owner=$2 group=$3 from=$4 path=$5 units=$6
  [ "$owner" = root ] || getent passwd "$owner" >/dev/null || not_yet "there is no user $owner, who owns $path: its package is not installed yet"
  [ "$group" = root ] || getent group "$group" >/dev/null || not_yet "there is no group $group, which $path belongs to: its package is not installed yet"
  if cmp -s -- "$from" "$path" && [ "$(stat -c '0%a %U %G' -- "$path")" = "$mode $owner $group" ]; then return 0; fi
  # Known to the disk before the file is there: a power cut must not make it forget.
  if [ -n "$units" ]; then
    # For a drop-in only: systemd takes longer to read all units anew than all else here takes.
    case $path in /etc/systemd/system/*) put "$memory/reload" </dev/null ;; esac
    { recall restart && tr ' ' '\n' <<<"$units"; } | sort -u | put "$memory/restart"
  fi
  note files "$path"
  mkdir -p -- "${path%/*}"
  put "$path" "$mode" "$owner:$group" <"$from"
}

restart_changed() {
  local unit
  [ -s "$memory/restart" ] || return 0
  if [ -e "$memory/reload" ]; then systemctl daemon-reload; fi
  while IFS= read -r unit; do
    systemctl cat "$unit" >/dev/null 2>&1 || continue
    say "restarting $unit: its settings have changed"
    systemctl try-restart "$unit"
  done <"$memory/restart"
  rm -f -- "$memory/restart" "$memory/reload"
}
