#!/usr/bin/env bash
# Writes the disk image BAKE_IMAGE (qcow2) to the one disk of this machine that has nothing on it. Made by bake.
set -euo pipefail

target=
for disk in $(lsblk --nodeps --noheadings --paths --output NAME --exclude 7,11); do
  # A disk with partitions has lines for them, too.
  if [ "$(lsblk --noheadings "$disk" | wc -l)" -ne 1 ] || [ -n "$(lsblk --noheadings --output FSTYPE,MOUNTPOINT "$disk" | tr -d ' \n')" ]; then
    continue
  fi
  if [ -n "$target" ]; then
    printf 'bake: %s and %s are both empty: choose a machine with one empty disk\n' "$target" "$disk" >&2
    exit 1
  fi
  target=$disk
done
if [ -z "$target" ]; then
  printf 'bake: no disk of this machine is empty\n' >&2
  exit 1
fi
if command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update
  apt-get -q -y install qemu-utils
else
  dnf -q -y install qemu-img
fi
printf 'bake: writing %s to %s\n' "$BAKE_IMAGE" "$target"
qemu-img convert -n -O raw "$BAKE_IMAGE" "$target"
sync
