#!/usr/bin/env bash
# packages.sh PROGRAMS FOLDER: a flat package repository in FOLDER, laid out as pkgs.k8s.io: kubelet, kubeadm, kubectl,
# kubernetes-cni (Debian's containernetworking-plugins) and cri-tools (a stand-in). It is signed by a key that is thrown
# away; FOLDER/fingerprint names it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=debian.sh
. "$here/debian.sh"
userdata=$here/../../userdata

KUBERNETES=1.20.2-1.1
# Of Debian's containernetworking-plugins.
CNI=1.1.1-1.1
CRI_TOOLS=1.20.0-1.1
# One time for all files, so that the same programs make the same packages.
export SOURCE_DATE_EPOCH=1610542800

programs=$1 out=$2
work=$out.work
rm -rf -- "$work" "$out"
mkdir -p "$work" "$out"
trap 'rm -rf -- "$work"' EXIT

# package NAME VERSION DEPENDS DESCRIPTION: what lies in $work/NAME becomes a package.
package() {
  mkdir -p "$work/$1/DEBIAN"
  printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: bake tests <bake@localhost>\nSection: admin\nPriority: optional\n%sDescription: %s\n' \
    "$1" "$2" "${3:+"Depends: $3
"}" "$4" >"$work/$1/DEBIAN/control"
  find "$work/$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zgzip -z1 --build "$work/$1" "$out/${1}_${2}_amd64.deb" >&2
}

# put NAME MODE FILE PATH: a file into a package.
put() { install -D -m "$2" "$3" "$work/$1$4"; }

put kubelet 0755 "$programs/kubelet" /usr/bin/kubelet
put kubelet 0644 <(grep -v '^# Written by bake' "$userdata/kubelet.service") /usr/lib/systemd/system/kubelet.service
put kubelet 0644 <(echo KUBELET_EXTRA_ARGS=) /etc/default/kubelet
put kubelet 0644 <(echo /etc/default/kubelet) /DEBIAN/conffiles
# What dh_installsystemd writes into the official one.
put kubelet 0755 <(
  cat <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  deb-systemd-helper unmask kubelet.service >/dev/null || true
  if deb-systemd-helper --quiet was-enabled kubelet.service; then
    deb-systemd-helper enable kubelet.service >/dev/null || true
  else
    deb-systemd-helper update-state kubelet.service >/dev/null || true
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    deb-systemd-invoke start kubelet.service >/dev/null || true
  fi
fi
POSTINST
) /DEBIAN/postinst
package kubelet "$KUBERNETES" \
  'iptables (>= 1.4.21), kubernetes-cni (>= 0.8.7), iproute2, socat, util-linux, mount, ebtables, ethtool, conntrack' \
  'Kubernetes 1.20.2, built for tests: node agent'

put kubeadm 0755 "$programs/kubeadm" /usr/bin/kubeadm
put kubeadm 0644 <(grep -v '^# Written by bake' "$userdata/10-kubeadm.conf") \
  /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf
package kubeadm "$KUBERNETES" \
  'kubelet (>= 1.13.0), kubectl (>= 1.13.0), kubernetes-cni (>= 0.8.6), cri-tools (>= 1.13.0)' \
  'Kubernetes 1.20.2, built for tests: bootstrapping'

put kubectl 0755 "$programs/kubectl" /usr/bin/kubectl
package kubectl "$KUBERNETES" '' 'Kubernetes 1.20.2, built for tests: command line'

debian_begin "$work/apt"
debian_unpack bookworm "$work/plugins" containernetworking-plugins
for plugin in "$work"/plugins/usr/lib/cni/*; do
  put kubernetes-cni 0755 "$plugin" "/opt/cni/bin/${plugin##*/}"
done
package kubernetes-cni "$CNI" '' 'Container network plugins of Debian, where kubelets look for them'

put cri-tools 0755 "$here/stand-in/crictl" /usr/bin/crictl
package cri-tools "$CRI_TOOLS" '' 'STAND-IN for crictl, made for tests'

(
  cd "$out"
  for deb in *.deb; do
    dpkg-deb --field "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
  done >Packages
  printf 'Origin: bake tests\nLabel: Kubernetes 1.20.2, built for tests\nDate: %s\nSHA256:\n %s %s Packages\n' \
    "$(date --utc --date="@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S UTC')" "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
)
# gpg's agent wants a short path for its socket.
home=$(mktemp -d /tmp/bake-gpg-XXXXXX)
trap 'gpgconf --homedir "$home" --kill all || true; rm -rf -- "$home" "$work"' EXIT
gpg() { command gpg --homedir "$home" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@"; }
gpg --quick-generate-key 'bake tests (thrown away)' ed25519 sign never
gpg --armor --export >"$out/key.asc"
gpg --with-colons --list-keys | sed -n 's/^fpr:::::::::\([0-9A-F]\{40\}\):$/\1/p' | head -n 1 >"$out/fingerprint"
gpg --clearsign --output "$out/InRelease" "$out/Release"
