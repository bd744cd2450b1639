"""What `init` and a joining master make on their machine alike: certificates, kubeconfigs, static pods, the kubelet's files."""

import base64
import os
import shutil
import subprocess
import time

import documents
import pki
from https import ApiError, kubeconfig, of_kubeconfig
from kubeadm_config import endpoint_url, flags, host_of, service_address
from kubeadm_preflight import MANIFESTS
from pki import Refused

ETCD_PORT, PEER_PORT = 2379, 2380
KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
# Thrice etcd's own: rehearsals run emulated machines on few processors.
ETCD_PACE = {"heartbeat-interval": "300", "election-timeout": "3000"}
ROLE = "node-role.kubernetes.io/"


def make_authorities(config):
    pki.make_authority(f"{config.pki}/ca", "kubernetes")
    pki.make_authority(f"{config.pki}/front-proxy-ca", "front-proxy-ca")
    if not config.external_etcd:
        pki.make_authority(f"{config.pki}/etcd/ca", "etcd-ca")
    pki.make_service_account(f"{config.pki}/sa")


def refuse_without_authorities(config):
    """A joining master must have what all masters share."""
    missing = []
    wanted = [("ca", "CA"), ("front-proxy-ca", "front-proxy CA")] + ([] if config.external_etcd else [("etcd/ca", "etcd CA")])
    for stem, title in wanted:
        for ending, kind in (("crt", "certificate"), ("key", "key")):
            if not os.path.exists(f"{config.pki}/{stem}.{ending}"):
                missing.append(f"failure loading {kind} for {title}: couldn't load the {kind} file {config.pki}/{stem}.{ending}: no such file or directory")
    if not os.path.exists(f"{config.pki}/sa.key"):
        missing.append(f"failure loading key for service account: couldn't load the private key file {config.pki}/sa.key")
    if missing or not config.cluster.get("controlPlaneEndpoint"):
        reasons = missing or ["unable to add a new control plane instance to a cluster that doesn't have a stable controlPlaneEndpoint address"]
        raise Refused(
            "error execution phase preflight:\nOne or more conditions for hosting a new control plane instance is not satisfied.\n\n"
            f"[{', '.join(reasons)}]\n\nPlease ensure that:\n* The cluster has a stable controlPlaneEndpoint address.\n"
            "* The certificates that must be shared among control plane instances are provided."
        )


def make_certificates(config, endpoint):
    folder, name, address = config.pki, config.name, endpoint.address
    domain = config.cluster.get("networking", {}).get("dnsDomain", "cluster.local")
    names = [name, "kubernetes", "kubernetes.default", "kubernetes.default.svc", f"kubernetes.default.svc.{domain}", *service_address(config), address]
    if config.cluster.get("controlPlaneEndpoint"):
        names.append(host_of(config.cluster["controlPlaneEndpoint"]))
    names += config.cluster.get("apiServer", {}).get("certSANs", [])
    pki.make_certificate(f"{folder}/apiserver", f"{folder}/ca", "kube-apiserver", usage=pki.SERVER, names=names)
    pki.make_certificate(f"{folder}/apiserver-kubelet-client", f"{folder}/ca", "kube-apiserver-kubelet-client", "kubeadm:cluster-admins" if config.minor >= 29 else "system:masters")
    pki.make_certificate(f"{folder}/front-proxy-client", f"{folder}/front-proxy-ca", "front-proxy-client")
    if config.external_etcd:
        return
    own = [name, "localhost", address, "127.0.0.1", "::1"]
    for part in ("server", "peer"):
        pki.make_certificate(f"{folder}/etcd/{part}", f"{folder}/etcd/ca", name, usage=pki.BOTH, names=own)
    pki.make_certificate(f"{folder}/etcd/healthcheck-client", f"{folder}/etcd/ca", "kube-etcd-healthcheck-client")
    pki.make_certificate(f"{folder}/apiserver-etcd-client", f"{folder}/etcd/ca", "kube-apiserver-etcd-client")


def make_kubeconfigs(config, endpoint, with_super_admin):
    """All but the kubelet's."""
    common = f"https://{config.cluster['controlPlaneEndpoint']}" if config.cluster.get("controlPlaneEndpoint") else endpoint.url
    users = [("admin", common, "kubernetes-admin", administrators(config.minor))]
    if with_super_admin and config.minor >= 29:
        users.append(("super-admin", common, "kubernetes-super-admin", "system:masters"))
    users += [(name, endpoint.url, f"system:kube-{name}", None) for name in ("controller-manager", "scheduler")]
    for name, server, user, group in users:
        make_kubeconfig(f"/etc/kubernetes/{name}.conf", config.pki, server, user, group, config.cluster.get("clusterName", "kubernetes"))
    return common


def administrators(minor):
    return "kubeadm:cluster-admins" if minor >= 29 else "system:masters"


def make_kubeconfig(path, folder, server, user, group, cluster="kubernetes"):
    """One that is there stays, if it is of this authority; kubeadm refuses to go on otherwise."""
    authority = pki.read(f"{folder}/ca.crt")
    if os.path.exists(path):
        there = documents.read(pki.read(path))["clusters"][0]["cluster"]
        if base64.b64decode(there["certificate-authority-data"]).decode() != authority:
            raise Refused(f'a kubeconfig file "{path}" exists already but has got the wrong CA cert')
        if there["server"] != server:
            print(f'WARNING: a kubeconfig file "{path}" exists already but has an unexpected API Server URL: expected: {server}, got: {there["server"]}')
        return
    stem = f"{path}.client"
    try:
        pki.make_certificate(stem, f"{folder}/ca", user, group)
        encoded = {f"client-{part}-data": base64.b64encode(pki.read(f"{stem}.{ending}").encode()).decode() for part, ending in (("certificate", "crt"), ("key", "key"))}
    finally:
        for ending in ("crt", "key"):
            if os.path.exists(f"{stem}.{ending}"):
                os.remove(f"{stem}.{ending}")
    pki.write(path, kubeconfig(server, authority, user, encoded, cluster))


def write_etcd(config, endpoint, members):
    """`members`: [(name, peer URL)] of all, this one included."""
    address, folder = endpoint.address, f"{config.pki}/etcd"
    client, peer = endpoint_url(address, ETCD_PORT), endpoint_url(address, PEER_PORT)
    extra = flags(config.cluster.get("etcd", {}).get("local", {}).get("extraArgs"))
    arguments = {
        "advertise-client-urls": client,
        "cert-file": f"{folder}/server.crt",
        "client-cert-auth": "true",
        "data-dir": config.etcd_folder,
        **ETCD_PACE,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": ",".join(f"{name}={url}" for name, url in members),
        "initial-cluster-state": "existing" if len(members) > 1 else "new",
        "key-file": f"{folder}/server.key",
        "listen-client-urls": f"https://127.0.0.1:{ETCD_PORT},{client}",
        "listen-metrics-urls": "http://127.0.0.1:2381",
        "listen-peer-urls": peer,
        "name": config.name,
        "peer-cert-file": f"{folder}/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{folder}/peer.key",
        "peer-trusted-ca-file": f"{folder}/ca.crt",
        "snapshot-count": "10000",
        "trusted-ca-file": f"{folder}/ca.crt",
        **extra,
    }
    os.makedirs(config.etcd_folder, mode=0o700, exist_ok=True)
    _write_pod("etcd", arguments, {"kubeadm.kubernetes.io/etcd.advertise-client-urls": client})


def write_api_server(config, endpoint):
    folder, external = config.pki, config.external_etcd
    etcd = (
        {"etcd-cafile": external["caFile"], "etcd-certfile": external["certFile"], "etcd-keyfile": external["keyFile"], "etcd-servers": ",".join(external["endpoints"])}
        if external
        else {
            "etcd-cafile": f"{folder}/etcd/ca.crt",
            "etcd-certfile": f"{folder}/apiserver-etcd-client.crt",
            "etcd-keyfile": f"{folder}/apiserver-etcd-client.key",
            "etcd-servers": f"https://127.0.0.1:{ETCD_PORT}",
        }
    )
    networking = config.cluster.get("networking", {})
    arguments = {
        "advertise-address": endpoint.address,
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{folder}/ca.crt",
        "enable-bootstrap-token-auth": "true",
        **etcd,
        "secure-port": str(endpoint.port),
        "service-account-key-file": f"{folder}/sa.pub",
        "service-account-signing-key-file": f"{folder}/sa.key",
        "service-cluster-ip-range": networking.get("serviceSubnet", "10.96.0.0/12"),
        "tls-cert-file": f"{folder}/apiserver.crt",
        "tls-private-key-file": f"{folder}/apiserver.key",
        **flags(config.cluster.get("apiServer", {}).get("extraArgs")),
    }
    address = endpoint.url.removeprefix("https://")
    _write_pod("kube-apiserver", arguments, {"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": address})


def write_other_pods(config):
    for name, key in (("controller-manager", "controllerManager"), ("scheduler", "scheduler")):
        conf = f"/etc/kubernetes/{name}.conf"
        _write_pod(f"kube-{name}", {"kubeconfig": conf, "leader-elect": "true", **flags(config.cluster.get(key, {}).get("extraArgs"))}, {})


def _write_pod(name, arguments, annotations):
    command = [name, *(f"--{key}={value}" for key, value in sorted(arguments.items()))]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "kube-system", "labels": {"component": name, "tier": "control-plane"}, "annotations": annotations},
        "spec": {"hostNetwork": True, "priorityClassName": "system-node-critical", "containers": [{"name": name, "command": command}]},
    }
    # What the kubelet watches gets it whole: its name has no .yaml until then.
    pki.write(f"{MANIFESTS}/{name}.yaml", documents.written(pod))


def write_kubelet_files(config, settings):
    """config.yaml and kubeadm-flags.env. `settings`: the cluster's KubeletConfiguration."""
    arguments = {"container-runtime-endpoint": config.cri_socket}
    taints = config.registration.get("taints")
    if taints:
        arguments["register-with-taints"] = ",".join(f"{one['key']}={one.get('value', '')}:{one['effect']}" for one in taints)
    if config.name != os.uname().nodename.lower():
        arguments["hostname-override"] = config.name
    arguments.update(config.kubelet_flags)
    line = " ".join(f"--{key}={value}" for key, value in arguments.items())
    pki.write("/var/lib/kubelet/kubeadm-flags.env", f'KUBELET_KUBEADM_ARGS="{line}"\n', 0o644)
    pki.write(KUBELET_CONFIG, documents.written({"staticPodPath": MANIFESTS, **settings}), 0o644)


def systemctl(*arguments):
    if shutil.which("systemctl"):
        subprocess.run(["systemctl", *arguments], check=False)
    else:
        print("[kubelet-start] WARNING: couldn't detect an init system: the kubelet must be started by hand", flush=True)


def start_kubelet():
    print("[kubelet-start] Starting the kubelet", flush=True)
    systemctl("restart", "kubelet")


def wait_until(what, limit, look):
    """What `look` returns as soon as it is something; it may raise ApiError, which is tried again, too."""
    end, last = time.monotonic() + limit, "timed out waiting for the condition"
    while True:
        try:
            found = look()
            if found:
                return found
        except ApiError as error:
            last = str(error)
        if time.monotonic() > end:
            raise Refused(f"{what}: {last}")
        time.sleep(0.3)


def mark_control_plane(api, config):
    """Labels and taints of a master, when the kubelet has made its node."""
    print(f"[mark-control-plane] Marking the node {config.name} as control-plane", flush=True)
    wait_until(f"error execution phase mark-control-plane: node {config.name}", 120, lambda: api.get(f"/api/v1/nodes/{config.name}"))
    roles = [name for name, wanted in (("master", config.minor <= 23), ("control-plane", config.minor >= 20)) if wanted]
    taints = config.registration.get("taints")
    if taints is None:
        names = [name for name, wanted in (("master", config.minor <= 24), ("control-plane", config.minor >= 24)) if wanted]
        taints = [{"key": f"{ROLE}{name}", "effect": "NoSchedule"} for name in names]
    labels = {f"{ROLE}{name}": "" for name in roles} | {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    api.merge(f"/api/v1/nodes/{config.name}", {"metadata": {"labels": labels}, "spec": {"taints": taints}})


def administrator(timeout=10):
    return of_kubeconfig("/etc/kubernetes/admin.conf", timeout)
