#!/usr/bin/env bash
# run.sh GROUP...: runs groups of tests, each a set of folders; all but the last without an argument.
#   fast       seconds: compiler, rules, golden, error and hostile cases
#   consumers  minutes: disks, layers and images with the real tools (root)
#   bake       many minutes: images baked from real packages and booted; Kubernetes built from source (root, network)
#   clusters   many minutes: clusters of stand-ins, as containers and as virtual machines, and one of that Kubernetes (root, network)
#   virtual    an hour: virtual machines whose power is cut, a master and a worker of real Kubernetes with Docker, and an image that Packer
#              builds (root, network)
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.cache/bin:$PATH"

group() {
  case $1 in
    fast) echo test/unit/*.test.ts test/election/*.test.ts test/hostile/*.test.ts test/rules/*.test.ts test/catalog/*.test.ts test/kubeadm/*.test.ts test/cluster/*.test.ts test/secrets/*.test.ts test/balancer/texts.test.ts test/examples/compile.test.ts test/user-data-check/corpus.test.ts test/user-data-check/own.test.ts test/user-data-check/hostile.test.ts test/targets/targets.test.ts test/targets/forms.test.ts test/targets/command.test.ts test/rehearse/course.test.ts test/rehearse/rehearsable.test.ts test/rehearse/disk-search.test.ts test/rehearse/qemu-agent.test.ts test/rehearse/kernel.test.ts test/packer/templates.test.ts test/packer/kickstart.test.ts test/packer/command.test.ts test/packer/building.test.ts ;;
    consumers) echo test/consumers/*.test.ts test/firstboot/*.test.ts test/verify/*.test.ts test/disk/*.test.ts test/formats/*.test.ts test/local/*.test.ts test/balancer/consumers.test.ts test/balancer/failover.test.ts test/rehearse/scripts.test.ts test/rehearse/nspawn.test.ts test/rehearse/turns.test.ts test/stand-in/*.test.ts test/examples/seed.test.ts test/examples/user-data.test.ts test/user-data-check/consumers.test.ts test/targets/consumers.test.ts test/targets/sizes.test.ts test/packer/consumers.test.ts test/packer/stopped.test.ts ;;
    bake) echo test/bake/*.test.ts test/real-kubernetes/rig.test.ts ;;
    clusters) echo test/rehearse/stand-ins.test.ts test/real-kubernetes/cluster.test.ts ;;
    virtual) echo test/rehearse/power-cuts.test.ts test/real-kubernetes/pair.test.ts test/packer/build.test.ts ;;
    *)
      echo "run.sh: no group $1" >&2
      exit 2
      ;;
  esac
}

[ "$#" -gt 0 ] || set -- fast consumers bake clusters
for name; do
  files=$(group "$name")
  echo "== tests: $name"
  began=$SECONDS
  jobs=2
  # The machines of one cluster have enough of each other.
  case $name in clusters | virtual) jobs=1 ;; esac
  # shellcheck disable=SC2086 # a list of files
  node --import tsx --test --test-concurrency="$jobs" --test-reporter=spec $files
  echo "== $name: $((SECONDS - began)) s"
done
