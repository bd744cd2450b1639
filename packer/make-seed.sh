#!/usr/bin/env bash
# make-seed.sh FOLDER: a NoCloud seed (user-data, meta-data) that lets one fresh SSH key in as root, and that key. For one
# build: sealing removes the key from the image, and the folder can be thrown away.
set -euo pipefail

[ "$#" -eq 1 ] || {
  echo 'usage: make-seed.sh FOLDER' >&2
  exit 2
}
mkdir -p -- "$1"
cd -- "$1"
rm -f key key.pub
ssh-keygen -q -t ecdsa -b 256 -N '' -C 'image build' -f key
cat >user-data <<END
#cloud-config
disable_root: false
users:
  - name: root
    ssh_authorized_keys:
      - $(cat key.pub)
END
printf 'instance-id: image-build\n' >meta-data
