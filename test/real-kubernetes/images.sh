#!/usr/bin/env bash
# images.sh PROGRAMS FOLDER: the images that kubeadm 1.20.2 names, as docker-archives FOLDER/NAME.tar, and one of a web
# server to have something to reach. No Docker is needed: an archive is one layer, its configuration and a manifest
# (moby, image/spec/v1.2). Same input, same bytes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=debian.sh
. "$here/debian.sh"

REGISTRY=k8s.gcr.io
CREATED=2021-01-13T13:20:00Z

programs=$1 out=$2
work=$out.work
rm -rf -- "$work" "$out"
mkdir -p "$work" "$out"
trap 'rm -rf -- "$work"' EXIT

# image NAME TAG ENTRYPOINT...: what lies in $work/NAME becomes an image.
image() {
  local name=$1 tag=$2 entrypoint layer config
  shift 2
  local archive=$work/$name.archive
  mkdir -p "$archive"
  entrypoint=$(printf '"%s",' "$@")
  # Nobody reads manuals in there.
  rm -rf -- "${work:?}/$name/usr/share"
  reproducible_tar "$work/$name" "$archive/layer.tar" .
  layer=$(sha256sum "$archive/layer.tar" | cut -d' ' -f1)
  printf '{"architecture":"amd64","os":"linux","created":"%s","config":{"Env":["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Entrypoint":[%s]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"%s","created_by":"bake tests"}]}' \
    "$CREATED" "${entrypoint%,}" "$layer" "$CREATED" >"$archive/config.json"
  config=$(sha256sum "$archive/config.json" | cut -d' ' -f1)
  mv "$archive/config.json" "$archive/$config.json"
  printf '[{"Config":"%s.json","RepoTags":["%s:%s"],"Layers":["layer.tar"]}]' "$config" "$name_in_registry$name" "$tag" >"$archive/manifest.json"
  # The manifest first: who only wants the names needn't read on.
  reproducible_tar "$archive" "$out/$name.tar" manifest.json "$config.json" layer.tar
  rm -rf -- "$archive" "${work:?}/$name"
}

reproducible_tar() {
  local folder=$1 tar=$2
  shift 2
  tar --create --file "$tar" --directory "$folder" --sort=name --mtime="$CREATED" --owner=0 --group=0 --numeric-owner \
    --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -- "$@"
}

# bare NAME TAG: an image of one static program, as upstream's.
bare() {
  install -D -m 0755 "$programs/$1" "$work/$1/usr/local/bin/$1"
  image "$1" "$2" "/usr/local/bin/$1"
}

debian_begin "$work/apt"
name_in_registry=$REGISTRY/
bare kube-apiserver v1.20.2
bare kube-controller-manager v1.20.2
bare kube-scheduler v1.20.2

# iptables by nftables, as the kubelet's own on Debian 12.
debian_unpack bookworm "$work/kube-proxy" iptables conntrack ipset kmod libc6 libip4tc2 libip6tc2 libipset13 libkmod2 \
  liblzma5 libmnl0 libnetfilter-conntrack3 libnfnetlink0 libnftnl11 libssl3 libxtables12 libzstd1
for program in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -s xtables-nft-multi "$work/kube-proxy/usr/sbin/$program"
done
bare kube-proxy v1.20.2

# Debian's etcd is 3.4.23 and not static.
debian_unpack bookworm "$work/etcd" etcd-server etcd-client libc6
image etcd 3.4.13-0 /usr/bin/etcd

install -D -m 0755 "$programs/pause" "$work/pause/pause"
image pause 3.2 /pause

# A STAND-IN: CoreDNS is not in Debian.
install -D -m 0755 "$programs/coredns-stand-in" "$work/coredns/coredns"
image coredns 1.7.0 /coredns

name_in_registry=bake.test/
debian_unpack bookworm "$work/web" busybox-static
install -D -m 0644 <(echo 'reached') "$work/web/srv/index.html"
image web 1.0 /bin/busybox httpd -f -p 8080 -h /srv
