"""kubeadm init: the first master of a cluster. Its phases can be run over what they have made."""

import base64
import time

import documents
import pki
from https import kubeconfig, of_kubeconfig
from kubeadm_config import Config, LocalEndpoint, seconds
from kubeadm_control_plane import (
    administrator, make_authorities, make_certificates, make_kubeconfig, make_kubeconfigs, mark_control_plane, start_kubelet, wait_until,
    write_api_server, write_etcd, write_kubelet_files, write_other_pods,
)
from kubeadm_preflight import Checks

DEFAULT_TOKEN_SECONDS = 86400
NODE_GROUPS = ["system:bootstrappers:kubeadm:default-node-token"]


def init(text, version, ignored):
    config = Config(text, version, "InitConfiguration")
    config.check_version()
    print(f"[init] Using Kubernetes version: {config.cluster.get('kubernetesVersion', f'v{version}')}", flush=True)
    endpoint = LocalEndpoint(config.own.get("localAPIEndpoint", {}))
    _preflight(config, endpoint, ignored)

    print(f'[certs] Using certificateDir folder "{config.pki}"', flush=True)
    make_authorities(config)
    make_certificates(config, endpoint)
    print('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"', flush=True)
    server = make_kubeconfigs(config, endpoint, with_super_admin=True)
    make_kubeconfig("/etc/kubernetes/kubelet.conf", config.pki, server, f"system:node:{config.name}", "system:nodes")

    print("[control-plane] Creating static Pod manifests", flush=True)
    if not config.external_etcd:
        write_etcd(config, endpoint, [(config.name, f"{endpoint.url.rpartition(':')[0]}:2380")])
    write_api_server(config, endpoint)
    write_other_pods(config)
    write_kubelet_files(config, config.documents.get("KubeletConfiguration", {}))
    start_kubelet()

    _wait_for_api_server(config, endpoint)
    api = _first_administrator(config)
    _upload(api, config)
    mark_control_plane(api, config)
    _make_tokens(api, config)
    _publish(api, config, server)
    _add_addons(api, config)
    print("\nYour Kubernetes control-plane has initialized successfully! (By a STAND-IN made by bake: it runs no pods.)", flush=True)


def _preflight(config, endpoint, ignored):
    checks = Checks(config, ignored)
    checks.control_plane(endpoint)
    checks.common()
    checks.end()


def _wait_for_api_server(config, endpoint):
    """Through the cluster's endpoint, which a balancer may have; from 1.37 on on the machine itself."""
    limit = config.timeout("controlPlaneComponentHealthCheck", config.cluster.get("apiServer", {}).get("timeoutForControlPlane"), 240)
    print(f"[wait-control-plane] Waiting for a healthy API server. This can take up to {limit} s", flush=True)
    api = of_kubeconfig("/etc/kubernetes/admin.conf", 5)
    if config.minor >= 37:
        api.server = endpoint.url
    wait_until("error execution phase wait-control-plane: couldn't initialize a Kubernetes cluster", limit, lambda: api.send("GET", "/healthz")[0] == 200)


def _first_administrator(config):
    """Up to 1.28 an administrator is one by their certificate; from then on by a binding that the super-admin makes."""
    if config.minor >= 29:
        path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        group = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "kubeadm:cluster-admins"}
        role = {"kind": "ClusterRole", "apiGroup": "rbac.authorization.k8s.io", "name": "cluster-admin"}
        value = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "kubeadm:cluster-admins"}, "roleRef": role, "subjects": [group]}
        of_kubeconfig("/etc/kubernetes/super-admin.conf").put_or_create(path, value)
    wait_until("the namespace kube-system", 60, lambda: administrator().get("/api/v1/namespaces/kube-public"))
    return administrator()


def _config_map(api, name, data, namespace="kube-system"):
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}
    api.put_or_create(f"/api/v1/namespaces/{namespace}/configmaps", value)


def kubelet_config_name(minor):
    return "kubelet-config" if minor >= 24 else f"kubelet-config-1.{minor}"


def _upload(api, config):
    print('[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace', flush=True)
    _config_map(api, "kubeadm-config", {"ClusterConfiguration": documents.written(config.cluster)})
    _config_map(api, kubelet_config_name(config.minor), {"kubelet": documents.written(config.documents.get("KubeletConfiguration", {}))})


def token_secret(token, lifetime, usages, groups):
    """The Secret that is a bootstrap token. `lifetime` in seconds, 0 for good."""
    name, _, secret = token.partition(".")
    expires = {"expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lifetime))} if lifetime else {}
    data = {"token-id": name, "token-secret": secret, **expires, **{f"usage-bootstrap-{usage}": "true" for usage in usages}, "auth-extra-groups": ",".join(groups)}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    metadata = {"name": f"bootstrap-token-{name}", "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "bootstrap.kubernetes.io/token", "data": encoded}


def _make_tokens(api, config):
    print("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles", flush=True)
    for one in config.own.get("bootstrapTokens", []):
        lifetime = seconds(one.get("ttl"), DEFAULT_TOKEN_SECONDS)
        secret = token_secret(one["token"], lifetime, one.get("usages", ["signing", "authentication"]), one.get("groups", NODE_GROUPS))
        api.put_or_create("/api/v1/namespaces/kube-system/secrets", secret)


def _publish(api, config, server):
    """cluster-info; the API server adds the tokens' signatures, as the cluster's controllers do."""
    value = documents.read(kubeconfig(server, pki.read(f"{config.pki}/ca.crt"), "", {}))
    value.update(clusters=[{**value["clusters"][0], "name": ""}], contexts=None, users=None)
    value["current-context"] = ""
    _config_map(api, "cluster-info", {"kubeconfig": documents.written(value)}, "kube-public")


def _add_addons(api, config):
    print("[addons] Applied essential addons: CoreDNS and kube-proxy, as objects only", flush=True)
    _config_map(api, "kube-proxy", {"config.conf": documents.written(config.documents.get("KubeProxyConfiguration", {}))})
    for kind, plural, name in (("Deployment", "deployments", "coredns"), ("DaemonSet", "daemonsets", "kube-proxy")):
        value = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "kube-system"}, "spec": {}}
        api.put_or_create(f"/apis/apps/v1/namespaces/kube-system/{plural}", value)
