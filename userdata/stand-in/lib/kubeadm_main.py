"""STAND-IN for kubeadm, made by bake: init, join, reset and the few other commands that first boot uses."""

import sys

import pki
from https import ApiError
from pki import Refused

# With a value, except those that end in `!`.
FLAGS = {
    "init": ["config", "ignore-preflight-errors", "experimental-patches", "patches", "skip-token-print!", "v"],
    "join": ["config", "ignore-preflight-errors", "experimental-patches", "patches", "skip-phases", "v"],
    "reset": ["force!", "cri-socket", "ignore-preflight-errors", "v"],
    "init phase kubeconfig admin": ["config", "kubeconfig-dir", "v"],
    "version": ["output"],
    "completion": [],
    "config images list": ["config", "kubernetes-version", "image-repository"],
    "config images pull": ["config", "kubernetes-version", "image-repository", "cri-socket"],
}
SHORT = {"-o": "output", "-v": "v", "-f": "force"}


def main(version, arguments):
    if arguments[:1] != ["version"] and arguments[:1] != ["completion"]:
        print(f"kubeadm: this is a STAND-IN made by bake for {version}", file=sys.stderr, flush=True)
    try:
        command, flags = _parse(arguments)
        _run(command, flags, version)
        return 0
    except (Refused, ApiError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


def _parse(arguments):
    command = next((name for name in sorted(FLAGS, key=len, reverse=True) if arguments[: name.count(" ") + 1] == name.split(" ")), None)
    if not command:
        raise Refused(f"error: this STAND-IN made by bake has no command {' '.join(arguments)}")
    flags, rest = {}, arguments[command.count(" ") + 1 :]
    while rest:
        word, equals, value = rest.pop(0).partition("=")
        if not word.startswith("-"):
            continue
        if word[:2] in SHORT and not word.startswith("--"):
            value, equals, word = (word[2:] or value), equals or word[2:], SHORT[word[:2]]
        name = word.lstrip("-")
        if f"{name}!" in FLAGS[command]:
            flags[name] = value or "true"
        elif name in FLAGS[command]:
            if not equals and not rest:
                raise Refused(f"flag needs an argument: --{name}")
            value = value if equals else rest.pop(0)
            # Lists may be given in parts.
            flags[name] = f"{flags[name]},{value}" if name in flags else value
        else:
            raise Refused(f"unknown flag: --{name} (of this STAND-IN made by bake)")
    return command, flags


def _names(flags, key):
    return {name for name in flags.get(key, "").split(",") if name}


def _run(command, flags, version):
    ignored = {name.lower() for name in _names(flags, "ignore-preflight-errors")}
    if command in ("init", "join"):
        if "config" not in flags:
            raise Refused(f"error: this STAND-IN made by bake wants {command} --config FILE")
        text = pki.read(flags["config"])
        if command == "init":
            from kubeadm_init import init

            init(text, version, ignored)
        else:
            from kubeadm_join import join

            join(text, version, ignored, _names(flags, "skip-phases"))
    elif command == "reset":
        from kubeadm_reset import reset

        if "force" not in flags:
            raise Refused("error: this STAND-IN made by bake asks nothing: use --force")
        reset()
    elif command == "init phase kubeconfig admin":
        from kubeadm_config import Config
        from kubeadm_control_plane import administrators, make_kubeconfig

        config = Config(pki.read(flags.get("config", "")), version, "InitConfiguration")
        path = f"{flags.get('kubeconfig-dir', '/etc/kubernetes')}/admin.conf"
        make_kubeconfig(path, config.pki, f"https://{config.cluster['controlPlaneEndpoint']}", "kubernetes-admin", administrators(config.minor))
    elif command == "version":
        short = flags.get("output") == "short"
        print(f"v{version}+stand-in" if short else f"kubeadm version: v{version}+stand-in (a STAND-IN made by bake, not kubeadm)")
    elif command == "completion":
        print("# No completion: kubeadm is a stand-in here.")
    else:
        done = "[config/images] Pulled " if command.endswith("pull") else ""
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
            print(f"{done}{flags.get('image-repository', 'registry.k8s.io')}/{name}:v{version}")
