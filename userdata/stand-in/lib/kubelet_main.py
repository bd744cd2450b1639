"""STAND-IN for the kubelet, made by bake: registers its node, keeps it ready, runs the control plane's static pods."""

import os
import signal
import sys
import time

import documents
from https import ApiError, of_kubeconfig
from kubelet_node import Node, bootstrap
from kubelet_pods import StaticPods
from pki import Refused

HEARTBEAT_SECONDS = 10
# Flags that the kubelet lost, by the minor that refuses them (kubernetes/kubernetes, CHANGELOGs 1.24, 1.27 and 1.35).
REMOVED_FLAGS = {"network-plugin": 24, "cni-conf-dir": 24, "cni-bin-dir": 24, "container-runtime": 27, "pod-infra-container-image": 35}


def main(version, arguments):
    if arguments[:1] == ["--version"]:
        print(f"Kubernetes v{version}+stand-in (a STAND-IN made by bake, not the kubelet)")
        return 0
    print(f"kubelet: this is a STAND-IN made by bake for {version}; it runs no pods but the control plane's", file=sys.stderr, flush=True)
    flags = dict(argument.removeprefix("--").partition("=")[::2] for argument in arguments)
    for name in flags:
        if int(version.split(".")[1]) >= REMOVED_FLAGS.get(name, 1000):
            return _refuse(f"unknown flag: --{name}")
    config = _config(flags.get("config", "/var/lib/kubelet/config.yaml"))
    if config.get("failSwapOn", True) and _swap_is_on():
        return _refuse("running with swap on is not supported, please disable swap! or set --fail-swap-on flag to false")
    _run(flags, config, version)
    return 0


def _config(path):
    if not os.path.exists(path):
        # The real one gives up here too, and systemd tries again every ten seconds until kubeadm has run.
        sys.exit(_refuse(f"failed to load kubelet config file, path: {path}: no such file or directory"))
    with open(path) as file:
        return documents.read(file.read())


def _refuse(text):
    print(f"kubelet: {text}", file=sys.stderr)
    return 1


def _swap_is_on():
    with open("/proc/swaps") as file:
        return len(file.readlines()) > 1


def _run(flags, config, version):
    pods = StaticPods(config.get("staticPodPath", "/etc/kubernetes/manifests"), version)
    node = Node(flags, version)
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.append(True))
    path, bootstrap_path = flags.get("kubeconfig", ""), flags.get("bootstrap-kubeconfig", "")
    if not path or not (os.path.exists(path) or os.path.exists(bootstrap_path)):
        sys.exit(_refuse(f"unable to load bootstrap kubeconfig: stat {bootstrap_path}: no such file or directory"))
    api, next_beat, said, told, gone = None, 0.0, "", {}, []
    while not ended:
        gone += pods.look()
        mirrors = pods.mirrors()
        now = time.monotonic()
        if now >= next_beat or (mirrors != told and said == ""):
            try:
                if not os.path.exists(path):
                    bootstrap(bootstrap_path, path, node.name)
                api = api or of_kubeconfig(path, 5)
                node.beat(api, {name: mirror for name, mirror in mirrors.items() if told.get(name) != mirror})
                while gone:
                    node.forget_pod(api, gone[-1])
                    gone.pop()
                next_beat, said, told = now + HEARTBEAT_SECONDS, "", mirrors
            except (ApiError, Refused, OSError, ValueError, KeyError) as error:
                # What is there must be told anew: to another API server, perhaps, and as somebody else.
                api, next_beat, told = None, now + 1, {}
                if said != str(error):
                    said = str(error)
                    print(f"kubelet: {said}", file=sys.stderr, flush=True)
        time.sleep(0.5)
    pods.stop()
