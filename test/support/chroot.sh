#!/usr/bin/env bash
# chroot.sh TREE COMMAND ARGUMENT...: runs a command in a root tree, as the local builder does: private mounts and
# processes, no services, the network of this machine. Everything ends with the command, also when that is killed.
set -euo pipefail

tree=$(realpath "$1")
shift
export TREE="$tree"
# shellcheck disable=SC2016 # it expands inside
exec unshare --mount --pid --fork --kill-child -- bash -c '
set -euo pipefail
mount --make-rprivate /
cd "$TREE"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mkdir -p run/systemd/resolve run/bake
cp /etc/resolv.conf run/bake/resolv.conf
cp /etc/resolv.conf run/systemd/resolve/stub-resolv.conf
[ -e etc/resolv.conf ] || [ -L etc/resolv.conf ] || ln -s ../run/bake/resolv.conf etc/resolv.conf
printf "#!/bin/sh\nexit 101\n" >usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" BAKE_EVENTS="${BAKE_EVENTS:-}" chroot . "$@"
' chroot.sh "$@"
