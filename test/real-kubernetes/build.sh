#!/usr/bin/env bash
# build.sh: real Kubernetes 1.20.2 for tests, from Debian alone; prints the folder that it is in:
#   repository/  packages (kubelet, kubeadm, ...) as on pkgs.k8s.io, to be served by serve.ts
#   images/      archives of the images that kubeadm names
#   NAME.yaml    profiles that bake machines of them
# It is kept in .cache/real-kubernetes (BAKE_TEST_KUBERNETES names another folder), under the hash of these scripts, so
# that a second run takes no time. It may be killed, and run twice at once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Where the profiles look for the repository; fixed, since layers are cached under what profiles say.
ADDRESS=http://127.0.0.1:21202

hash_of() { cat -- "$@" | sha256sum | cut -c1-16; }
cd "$here"
cache=${BAKE_TEST_KUBERNETES:-$here/../../.cache/real-kubernetes}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
programs=$cache/programs-$(hash_of debian.sh programs.sh stand-in/coredns.go)
kit=$cache/kit-$(hash_of ./*.sh stand-in/* ../../userdata/{kubelet.service,10-kubeadm.conf})

# profile NAME EXTENDS ENGINE IMAGE...
profile() {
  local name=$1 extends=$2 engine=$3 image
  shift 3
  {
    printf '# Real Kubernetes, built for tests by test/real-kubernetes/build.sh; its repository is served by serve.ts.\n'
    printf 'extends: %s\nos: debian-12\nkubernetes:\n  version: 1.20.2\n  revision: "1.1"\n  source:\n' "$extends"
    printf '    url: %s/\n    keyUrl: %s/key.asc\n    fingerprint: %s\n' "$ADDRESS" "$ADDRESS" "$(cat "$work/repository/fingerprint")"
    printf '  cni: 1.1.1-1.1\n  criTools: 1.20.0-1.1\n  imageRepository: k8s.gcr.io\n  images:\n'
    for image; do
      printf '    - file: images/%s.tar\n      sha256: %s\n' "$image" "$(sha256sum "$work/images/$image.tar" | cut -d' ' -f1)"
    done
    printf 'runtime:\n  engine: %s\n' "$engine"
  } >"$work/$name.yaml"
}

if [ ! -d "$kit" ]; then
  exec 9>"$cache/lock"
  flock 9
  # Whoever held the lock may have made it; what a killed run has left is nobody's now.
  rm -rf -- "$cache"/*.unfinished*
  if [ ! -d "$programs" ]; then
    echo 'Building Kubernetes 1.20.2: six minutes on two processors, once.' >&2
    nice -n 5 "$here/programs.sh" "$programs.unfinished" 9>&-
    mv -T "$programs.unfinished" "$programs"
  fi
  if [ ! -d "$kit" ]; then
    work=$kit.unfinished
    mkdir "$work"
    "$here/packages.sh" "$programs" "$work/repository" 9>&-
    "$here/images.sh" "$programs" "$work/images" 9>&-
    on_nodes=(pause kube-proxy coredns web)
    on_masters=("${on_nodes[@]}" etcd kube-apiserver kube-controller-manager kube-scheduler)
    profile worker worker containerd "${on_nodes[@]}"
    profile master master containerd "${on_masters[@]}"
    profile worker-docker worker docker "${on_nodes[@]}"
    profile master-docker master docker "${on_masters[@]}"
    mv -T "$work" "$kit"
  fi
fi
printf '%s\n' "$kit"
