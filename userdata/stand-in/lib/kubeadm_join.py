"""kubeadm join: another node. It believes a cluster whose CA it has the hash of, and that signs with the token."""

import base64
import hmac
import os
import time

import documents
import etcd
import pki
from api_objects import detached_signature
from https import Api, ApiError, kubeconfig, tls_context
from kubeadm_config import Config, LocalEndpoint
from kubeadm_control_plane import (
    administrator, make_certificates, make_kubeconfigs, mark_control_plane, refuse_without_authorities, start_kubelet, systemctl, wait_until,
    write_api_server, write_etcd, write_kubelet_files, write_other_pods,
)
from kubeadm_init import kubelet_config_name
from kubeadm_preflight import Checks
from pki import Refused

CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
KUBELET_CONF = "/etc/kubernetes/kubelet.conf"
BOOTSTRAP_CONF = "/etc/kubernetes/bootstrap-kubelet.conf"
ETCD_HEALTH_SECONDS = 8
ETCD_ADD_SECONDS = 15
ETCD_STEP_SECONDS = 120


def join(text, version, ignored, skipped):
    config = Config(text, version, "JoinConfiguration")
    skipped = skipped | set(config.own.get("skipPhases", []))
    is_master = "controlPlane" in config.own
    _preflight(config, is_master, ignored)
    server, authority, token = discover(config)
    bootstrap = Api(server, tls_context(authority), token)
    config.cluster = _fetch(bootstrap, "kubeadm-config", "ClusterConfiguration")
    config.check_version()
    endpoint = LocalEndpoint(config.own["controlPlane"].get("localAPIEndpoint", {})) if is_master else None
    if endpoint:
        checks = Checks(config, ignored)
        refuse_without_authorities(config)
        checks.control_plane(endpoint)
        checks.end()
        _prepare_control_plane(config, endpoint)
        if not config.external_etcd and "check-etcd" not in skipped:
            _check_etcd()
    if "kubelet-start" not in skipped:
        _join_kubelet(config, bootstrap, authority, token)
    if endpoint:
        if not config.external_etcd:
            _join_etcd(config, endpoint)
        mark_control_plane(administrator(), config)
    print("\nThis node has joined the cluster. (By a STAND-IN made by bake: it runs no pods.)", flush=True)


def _preflight(config, is_master, ignored):
    print("[preflight] Running pre-flight checks", flush=True)
    checks = Checks(config, ignored)
    checks.file_available(KUBELET_CONF)
    checks.file_available(BOOTSTRAP_CONF)
    checks.common()
    if not is_master:
        checks.file_available(config.own.get("caCertPath", "/etc/kubernetes/pki/ca.crt"))
    checks.end()


def discover(config):
    """(server, CA as PEM, token): the cluster-info that token and pinned hash agree with. Raises Refused otherwise."""
    found = config.own.get("discovery", {}).get("bootstrapToken")
    if not found:
        raise Refused("discovery: Invalid value: bootstrapToken must be set (this STAND-IN made by bake knows no other discovery)")
    pins = found.get("caCertHashes", [])
    if not pins or found.get("unsafeSkipCAVerification"):
        raise Refused("discovery.bootstrapToken.caCertHashes: Invalid value: using token-based discovery without caCertHashes can be unsafe. This STAND-IN made by bake refuses it")
    name, _, secret = found["token"].partition(".")
    server = f"https://{found['apiServerEndpoint']}"
    limit = config.timeout("discovery", config.own["discovery"].get("timeout"), 300)
    print("[preflight] Reading configuration from the cluster...", flush=True)

    # Nothing is believed yet: the text is, once the token's signature and the hash of the CA in it are right.
    stranger = Api(server, tls_context(insecure=True))
    text = _signed_cluster_info(stranger, name, secret, limit)
    cluster = documents.read(text)["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    if pki.public_key_hash(authority) not in pins:
        raise Refused(f"error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys \"{pki.public_key_hash(authority)}\" are pinned")
    friend = Api(server, tls_context(authority))
    if _signed_cluster_info(friend, name, secret, limit) != text:
        raise Refused("error execution phase preflight: couldn't validate the identity of the API Server: the second kubeconfig from the cluster-info ConfigMap (using validated TLS) was different from the first")
    token = config.own.get("discovery", {}).get("tlsBootstrapToken", found["token"])
    return cluster["server"], authority, token


def _signed_cluster_info(api, name, secret, limit):
    """The kubeconfig in cluster-info, when the token has signed it; waited for, as long as it is not there."""
    invalid = "error execution phase preflight: couldn't validate the identity of the API Server"

    def look():
        data = api.get(CLUSTER_INFO).get("data", {})
        signature = data.get(f"jws-kubeconfig-{name}")
        if not signature:
            raise ApiError(0, f'there is no JWS signed token in the cluster-info ConfigMap. This token id "{name}" is invalid for this cluster, can\'t connect')
        if not hmac.compare_digest(signature, detached_signature(data["kubeconfig"], name, secret)):
            raise Refused(f"{invalid}: failed to verify JWS signature of received cluster info object, can't trust this API Server")
        return data["kubeconfig"]

    return wait_until(invalid, limit, look)


def _fetch(api, name, key):
    try:
        return documents.read(api.get(f"/api/v1/namespaces/kube-system/configmaps/{name}")["data"][key])
    except ApiError as error:
        raise Refused(f"error execution phase preflight: unable to fetch the {name} ConfigMap: failed to get config map: {error}") from None


def _prepare_control_plane(config, endpoint):
    print("[control-plane] Creating certificates, kubeconfigs and static Pod manifests", flush=True)
    make_certificates(config, endpoint)
    make_kubeconfigs(config, endpoint, with_super_admin=False)
    write_api_server(config, endpoint)
    write_other_pods(config)


def _join_kubelet(config, bootstrap, authority, token):
    try:
        node = bootstrap.get(f"/api/v1/nodes/{config.name}")
        for condition in node.get("status", {}).get("conditions", []):
            if condition["type"] == "Ready" and condition["status"] == "True":
                raise Refused(f'error execution phase kubelet-start: a Node with name "{config.name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node')
    except ApiError as error:
        if error.code != 404:
            raise Refused(f'error execution phase kubelet-start: cannot get Node "{config.name}": {error}') from None
    settings = _fetch(bootstrap, kubelet_config_name(config.minor), "kubelet")
    authority_file = config.own.get("caCertPath", "/etc/kubernetes/pki/ca.crt")
    if not os.path.exists(authority_file):
        pki.write(authority_file, authority, 0o644)
    pki.write(BOOTSTRAP_CONF, kubeconfig(bootstrap.server, authority, "tls-bootstrap-token-user", {"token": token}))
    try:
        systemctl("stop", "kubelet")
        write_kubelet_files(config, settings)
        start_kubelet()
        print("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...", flush=True)
        limit = config.timeout("tlsBootstrap", None, 300)
        wait_until("error execution phase kubelet-start", limit, lambda: os.path.exists(KUBELET_CONF))
        # kubeadm writes the runtime's socket on the node, so it waits for that, too.
        wait_until(f'error execution phase kubelet-start: node "{config.name}"', limit, lambda: bootstrap.get(f"/api/v1/nodes/{config.name}"))
    finally:
        if os.path.lexists(BOOTSTRAP_CONF):
            os.remove(BOOTSTRAP_CONF)


def _etcd_of_cluster():
    """etcd by the members that the cluster's pods tell of."""
    pods = administrator().get("/api/v1/namespaces/kube-system/pods")["items"]
    urls = [pod["metadata"].get("annotations", {}).get("kubeadm.kubernetes.io/etcd.advertise-client-urls") for pod in pods]
    if not any(urls):
        raise Refused("error execution phase check-etcd: could not retrieve the list of etcd endpoints")
    return etcd.as_client([url for url in urls if url], timeout=10)


def _check_etcd():
    """Every member that has ever started must answer: one that is no more has to be removed first."""
    print("[check-etcd] Checking that the etcd cluster is healthy", flush=True)
    client, end = _etcd_of_cluster(), time.monotonic() + ETCD_HEALTH_SECONDS
    while True:
        silent = ""
        try:
            for url in [url for member in client.members() for url in member.get("clientURLs", [])]:
                try:
                    etcd.as_client([url], timeout=3).status()
                except etcd.EtcdError as error:
                    silent = f"failed to dial endpoint {url} with maintenance client: {error}"
        except etcd.EtcdError as error:
            silent = str(error)
        if not silent:
            return
        if time.monotonic() > end:
            raise Refused(f"error execution phase check-etcd: etcd cluster is not healthy: {silent}")
        time.sleep(1)


def _join_etcd(config, endpoint):
    """Adds this machine's member, unless it is one already, and has it started. From 1.29 on it learns first, and votes then."""
    print("[etcd] Announced new etcd member joining to the existing etcd cluster", flush=True)
    client, peer = _etcd_of_cluster(), etcd.url(endpoint.address, 2380)

    def added():
        try:
            if not any(peer in member.get("peerURLs", []) for member in client.members()):
                client.add_member(peer, learner=config.minor >= 29)
            return client.members()
        except etcd.EtcdError as error:
            raise ApiError(0, str(error)) from None

    # etcd takes no new member while one has not started, or has been in step for less than five seconds.
    members = wait_until("error execution phase etcd-join: error creating local etcd static pod manifest file", ETCD_ADD_SECONDS, added)
    named = [(config.name if peer in member["peerURLs"] else member.get("name", ""), url) for member in members for url in member["peerURLs"]]
    write_etcd(config, endpoint, [(name, url) for name, url in named if name])
    own = next(member for member in members if peer in member["peerURLs"])
    local = etcd.as_client([etcd.url(endpoint.address, 2379)], timeout=5)

    def in_step():
        try:
            if own.get("isLearner"):
                client.promote_member(own["ID"])
                own["isLearner"] = False
            # A question that only a member with a quorum answers.
            local.get("health")
            return True
        except etcd.EtcdError as error:
            raise ApiError(0, str(error)) from None

    print("[etcd] Waiting for the new etcd member to join the cluster", flush=True)
    wait_until("error execution phase etcd-join: timeout waiting for etcd cluster to be available", ETCD_STEP_SECONDS, in_step)
