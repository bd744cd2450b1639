/** The shell of the nspawn engine: what it runs on this computer, and what it puts into machines. */

import { THAW } from '../ground.ts';

/** Where a machine keeps what the engine has put into it. In no image. */
export const ENGINE_FOLDER = '/usr/lib/bake-rehearsal';

/**
 * Starts a machine, in the ground: a network of its own with one cable to the bridge, a control group of its own in every
 * hierarchy, then the container. Its first line is the process id of systemd-nspawn, the rest is the machine's console.
 * Arguments: GROUP MACHINE PORT INTERFACE MAC, then the command.
 *
 * systemd-nspawn is given no network options: it runs in the machine's network already, which is made anew at each power-on
 * as its interface would be.
 */
export const START = `
set -euo pipefail
group=$1 machine=$2 port=$3 interface=$4 mac=$5
shift 5

ip link delete "$port" 2>/dev/null || true
ip netns delete "$port" 2>/dev/null || true
ip netns add "$port"
ip link add "$port" type veth peer name "$interface" address "$mac" netns "$port"
ip link set "$port" master cluster up

enable() {
  local controllers controller
  read -ra controllers <"$1/cgroup.controllers" || true
  for controller in "\${controllers[@]}"; do
    echo "+$controller" 2>/dev/null >"$1/cgroup.subtree_control" || true
  done
}
while IFS=: read -r _ controllers path; do
  case $controllers in
    name=*) mount=/sys/fs/cgroup/\${controllers#name=} ;;
    '')
      mount=/sys/fs/cgroup path=/
      [ -e "$mount/cgroup.controllers" ] || mount+=/unified
      ;;
    *) mount=/sys/fs/cgroup/$controllers ;;
  esac
  [ -e "$mount/cgroup.procs" ] || continue
  above=$mount\${path%/}
  [ -d "$above" ] || above=$mount
  if [ -d "$above/$group/$machine" ]; then
    find "$above/$group/$machine" -depth -type d -exec rmdir {} + 2>/dev/null || true
  fi
  for folder in "$above/$group" "$above/$group/$machine"; do
    [ ! -e "\${folder%/*}/cgroup.controllers" ] || enable "\${folder%/*}"
    mkdir -p "$folder"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "\${folder%/*}/$file" ] || cat "\${folder%/*}/$file" >"$folder/$file" 2>/dev/null || true
    done
  done
  echo $$ >"$above/$group/$machine/cgroup.procs"
done </proc/self/cgroup

echo $$
exec nsenter --net="/run/netns/$port" "$@"
`;

/**
 * GROUP MACHINE: ends everything of a machine at once, as if its power was cut. What systemd-nspawn has started, its first process too,
 * is known by the machine's control groups from the beginning; as a child of systemd-nspawn it is known a moment later, and outlives
 * a cut before that. Exit code 1 where something is left.
 */
export const CUT = `
set -euo pipefail
${THAW}
for _ in $(seq 100); do
  mapfile -t pids < <(find /sys/fs/cgroup -path "*/$1/$2/*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u)
  [ "\${#pids[@]}" != 0 ] || exit 0
  kill -KILL "\${pids[@]}" 2>/dev/null || true
  thaw "$1/$2"
  sleep 0.05
done
echo "processes of $2 can't be ended: \${pids[*]}" >&2
exit 1
`;

/**
 * The first program of a machine; it becomes systemd. What it is told of this computer's kernel is either its own, or not
 * to be written to.
 *
 * /sys is read-only, as containers usually have it, so that no udev runs in it (its triggers would be heard by this
 * computer's). Settings in /proc/sys outside net belong to the whole kernel: a machine gets a copy, which it can set as it
 * likes. Control groups of version 1 are mounted read-only by systemd-nspawn, and systemd 257 wants to be forced to use them.
 */
export const INIT = `#!/bin/bash
set -euo pipefail
mount -o remount,ro,bind /sys
copies=/run/bake-rehearsal
mkdir -p "$copies"
mount -t tmpfs -o mode=0755 tmpfs "$copies"
for area in /proc/sys/*/; do
  area=\${area%/}
  name=\${area##*/}
  [ "$name" != net ] || continue
  cp -r --no-preserve=all "$area" "$copies/" 2>/dev/null || true
  if [ "$name" = kernel ]; then
    for own in random hostname domainname; do mount --rbind "$area/$own" "$copies/kernel/$own"; done
  fi
  mount --rbind "$copies/$name" "$area"
done
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -o remount,rw,bind /sys/fs/cgroup
  exec /sbin/init
fi
mount -o remount,rw /sys/fs/cgroup
for hierarchy in /sys/fs/cgroup/*/; do
  ! mountpoint -q "$hierarchy" || mount -o remount,rw,bind "$hierarchy"
done
export SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
exec /sbin/init systemd.unified_cgroup_hierarchy=0
`;
