#!/usr/bin/env bash
# programs.sh FOLDER: builds the programs of Kubernetes 1.20.2 into FOLDER, from Debian 12's source package `kubernetes`
# (1.20.5+really1.20.2: upstream's v1.20.2 whole, with vendor/). Five to six minutes on two processors.
#
# By Go 1.15 of Debian 11, which is what 1.20 was made with: compiled by Go 1.18 or newer its vendored
# modern-go/reflect2 dereferences nil in kubeadm and kubelet.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=debian.sh
. "$here/debian.sh"

VERSION=1.20.2
# Of the tag v1.20.2: hack/lib/version.sh writes these into every program.
COMMIT=faecb196815e248d3ecfb03c680a4507229c2a56
BUILD_DATE=2021-01-13T13:20:00Z

out=$1
work=$out.work
rm -rf -- "$work" "$out"
mkdir -p "$work" "$out"
trap 'chmod -R u+w "$work" 2>/dev/null || true; rm -rf -- "$work"' EXIT

debian_begin "$work/apt"
debian_unpack bullseye "$work/go" golang-1.15-go golang-1.15-src
(cd "$work" && "${DEBIAN_APT[@]}" source --download-only kubernetes >&2)
tree=$work/path/src/k8s.io/kubernetes
mkdir -p "$tree"
# The tarball as upstream made it, without Debian's patches.
tar -xzf "$work"/kubernetes_*.orig.tar.gz -C "$tree" --strip-components=1

export GOROOT="$work/go/usr/lib/go-1.15"
mkdir -p "$work/tmp"
export GOPATH="$work/path" GOCACHE="$work/cache" GOTMPDIR="$work/tmp" GO111MODULE=off GOFLAGS=-trimpath PATH="$GOROOT/bin:$PATH"
cd "$tree"

# The one generated file that is in no tarball, by upstream's own recipe (build/root/Makefile.generated_files).
mkdir -p "$work/bin"
CGO_ENABLED=0 go build -o "$work/bin/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
packages=$(find cmd pkg plugin test vendor/k8s.io/*/ -type f -name '*.go' -not -path '*/testdata/*' \
  -not -path 'vendor/k8s.io/code-generator/*' -not -path 'vendor/k8s.io/sample-apiserver/*' -print0 |
  xargs -0 grep -lE '^// *\+k8s:openapi-gen=' | xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/bin/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
  -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/violations"
# Upstream's list of known violations is the same list only if all packages were found.
cmp "$work/violations" api/api-rules/violation_exceptions.list

flags='-s -w -buildid='
for package in component-base client-go/pkg; do
  for pair in gitVersion=v$VERSION gitMajor=1 gitMinor=20 gitTreeState=clean gitCommit=$COMMIT buildDate=$BUILD_DATE; do
    flags="$flags -X k8s.io/kubernetes/vendor/k8s.io/$package/version.$pair"
  done
done
mkdir -p cmd/coredns-stand-in
cp "$here/stand-in/coredns.go" cmd/coredns-stand-in/main.go
# With cgo, since without it the kubelet has no cAdvisor and refuses to start; with Go's own resolver and users, so that the
# others have no C in them, and all share what is compiled: a fifth of the time.
CGO_ENABLED=1 go build -tags 'selinux notest netgo osusergo' -ldflags "$flags" -o "$out/" ./cmd/kubeadm ./cmd/kubectl ./cmd/kubelet \
  ./cmd/kube-apiserver ./cmd/kube-controller-manager ./cmd/kube-scheduler ./cmd/kube-proxy ./cmd/coredns-stand-in
# Their images hold nothing else.
for alone in kube-apiserver kube-controller-manager kube-scheduler kube-proxy coredns-stand-in; do
  if readelf --program-headers "$out/$alone" | grep -q INTERP; then
    echo "programs.sh: $alone wants a C library" >&2
    exit 1
  fi
done
gcc -Os -Wall -static -DVERSION=v3.2 -o "$out/pause" build/pause/linux/pause.c
strip "$out/pause"
