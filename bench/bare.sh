#!/usr/bin/env bash
# The bare pipeline that a cold bake is measured against: bootstrap, packages, file system, image; nothing is kept,
# checked, hardened or made to boot. Where speed is a matter of options, they are those that bake uses.
# usage: bare.sh FOLDER SUITE VARIANT KEYRING BASE-PACKAGES PACKAGES DISK-BYTES ARCHIVE...
# Lists are separated by commas, an ARCHIVE is a line of sources.list. Prints `stage NAME MILLISECONDS` lines and, last,
# one `package NAME` for each package in the tree.
set -euo pipefail

# As the first process of its own namespace: mounts and processes end with it, however it ends.
[ "$$" -eq 1 ] || exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"

folder=$1 suite=$2 variant=$3 keyring=$4 base=$5 packages=$6 bytes=$7
shift 7
tree=$folder/tree
rm -rf -- "$folder"
mkdir -p -- "$folder"
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

stage() {
  local name=$1 began=${EPOCHREALTIME/./}
  shift
  "$@" >&2
  printf 'stage %s %d\n' "$name" "$(((${EPOCHREALTIME/./} - began) / 1000))"
}

bootstrap() {
  mmdebstrap --mode=root --format=directory --variant="$variant" --keyring="$keyring" --include="$base" "$suite" "$tree" "$@"
}

in_tree() {
  chroot "$tree" apt-get -q -y -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false "$@"
}

add_packages() {
  local policy=$tree/usr/sbin/policy-rc.d list
  IFS=, read -r -a list <<<"$packages"
  mount -t proc proc "$tree/proc"
  mount --rbind /dev "$tree/dev"
  # systemd-resolved has left a link there that leads nowhere yet.
  cp --remove-destination /etc/resolv.conf "$tree/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  in_tree update
  in_tree install "${list[@]}"
  in_tree clean
  rm -rf -- "$policy" "$tree"/var/lib/apt/lists/*
  umount --recursive "$tree/dev" "$tree/proc"
}

file_system() {
  truncate -s "$bytes" "$folder/disk.raw"
  mke2fs -q -F -t ext4 -m 1 -d "$tree" "$folder/disk.raw"
}

convert() {
  qemu-img convert -m 16 -W -c -O qcow2 -o compression_type=zstd "$folder/disk.raw" "$folder/disk.qcow2"
}

stage mmdebstrap bootstrap "$@"
stage apt-get add_packages
stage mke2fs file_system
stage qemu-img convert
# shellcheck disable=SC2016 # the field names are dpkg-query's
dpkg-query --admindir="$tree/var/lib/dpkg" --show --showformat='package ${Package}\n'
