/**
 * Makes a tree fit for running packages' scripts: `DRESS root provision.sh downloads [sha256 archive]...`. Everything is
 * mounted, or is taken away again by {@link UNDRESS}. /proc/sys and the like are read-only: they are the building
 * machine's.
 */
export const DRESS = `
set -euo pipefail
cd "$1"
mkdir -p proc sys dev run tmp etc usr/sbin

mount -t proc -o nosuid,nodev,noexec proc proc
for part in sys bus fs irq sysrq-trigger; do
  [ -e "proc/$part" ] || continue
  mount --bind "proc/$part" "proc/$part"
  mount -o remount,bind,ro "proc/$part"
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys

mount -t tmpfs -o mode=755,nosuid dev dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5,nosuid,noexec devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

mount -t tmpfs -o mode=755,nosuid,nodev run run
mount -t tmpfs -o mode=1777,nosuid,nodev tmp tmp
mkdir -p run/lock run/bake run/systemd/resolve
chmod 1777 run/lock
cp -- "$2" run/bake/provision.sh

# Downloaded packages and apt's indexes of them belong to the bake; a layer is better without.
if [ -d var/cache/apt ]; then
  mkdir -p "$3/archives/partial"
  mount --bind "$3" var/cache/apt
fi

# The building machine's name servers. systemd-resolved, if a step installs it, links to the copies in /run/systemd.
cat /etc/resolv.conf >run/bake/resolv.conf || :
cp run/bake/resolv.conf run/systemd/resolve/stub-resolv.conf
cp run/bake/resolv.conf run/systemd/resolve/resolv.conf
if [ -L etc/resolv.conf ]; then
  target=$(chroot . readlink -m /etc/resolv.conf)
  case $target in
    /run/*) mkdir -p ".\${target%/*}" && cp run/bake/resolv.conf ".$target" ;;
    *) if [ -e ".$target" ]; then mount --bind run/bake/resolv.conf ".$target"; fi ;;
  esac
elif [ -e etc/resolv.conf ]; then
  mount --bind run/bake/resolv.conf etc/resolv.conf
else
  ln -s /run/bake/resolv.conf etc/resolv.conf
fi

# Packages start no services in a tree (exit code 101: not allowed).
printf '#!/bin/sh\\n# bake: no services while building\\nexit 101\\n' >run/bake/policy-rc.d
chmod 755 run/bake/policy-rc.d
if [ -e usr/sbin/policy-rc.d ]; then
  mount --bind run/bake/policy-rc.d usr/sbin/policy-rc.d
else
  cp -p run/bake/policy-rc.d usr/sbin/policy-rc.d
fi

# Big files, where steps look for them by their sums.
mkdir run/bake/archives
shift 3
while [ "$#" -gt 0 ]; do
  : >"run/bake/archives/$1"
  mount --bind -o ro "$2" "run/bake/archives/$1"
  shift 2
done
`;

/**
 * Runs one layer of the script, `PROVISION root layer`, with both outputs as one, in order; then ends whatever the
 * steps left running. The capabilities it takes away are those that reach past the tree into the building machine:
 * its network and firewall, kernel modules, clock, power.
 */
export const PROVISION = `
set -uo pipefail
umask 022
setpriv --bounding-set=-net_admin,-sys_module,-sys_time,-sys_boot,-sys_rawio,-syslog \\
  chroot "$1" bash /run/bake/provision.sh --layer "$2" </dev/null 2>&1
code=$?
kill -KILL -1 2>/dev/null
exit "$code"
`;

/** Takes away what {@link DRESS} had to put into the tree itself: `UNDRESS root`. Mounts end with the namespace. */
export const UNDRESS = `
set -euo pipefail
cd "$1"
if [ "$(readlink etc/resolv.conf)" = /run/bake/resolv.conf ]; then rm etc/resolv.conf; fi
if [ ! usr/sbin/policy-rc.d -ef run/bake/policy-rc.d ] && cmp -s run/bake/policy-rc.d usr/sbin/policy-rc.d; then
  rm usr/sbin/policy-rc.d
fi
`;
