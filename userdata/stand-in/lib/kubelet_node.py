"""The kubelet's dealings with the API server: its credentials, its node, its heartbeats, its mirror pods."""

import base64
import os
import platform
import socket
import time

import documents
import pki
from https import ApiError, kubeconfig, of_kubeconfig

CERTIFICATE = "/var/lib/kubelet/pki/kubelet-client-current.pem"
NODES = "/api/v1/nodes"
PODS = "/api/v1/namespaces/kube-system/pods"


def bootstrap(bootstrap_kubeconfig, path, name):
    """TLS bootstrap: a signing request by the bootstrap token, and a kubeconfig with the certificate that comes of it."""
    api = of_kubeconfig(bootstrap_kubeconfig)
    key = "/var/lib/kubelet/pki/kubelet-client.key"
    request = pki.make_request(key, f"system:node:{name}", "system:nodes")
    made = api.request(
        "POST",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
        {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"name": "node-csr-" + base64.b32encode(os.urandom(15)).decode().lower()},
            "spec": {
                "request": base64.b64encode(request.encode()).decode(),
                "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
                "usages": ["digital signature", "key encipherment", "client auth"],
            },
        },
    )
    certificate = base64.b64decode(made["status"]["certificate"]).decode()
    pki.write(CERTIFICATE, certificate + pki.read(key))
    os.remove(key)
    files = {"client-certificate": CERTIFICATE, "client-key": CERTIFICATE}
    pki.write(path, kubeconfig(api.server, _authority(bootstrap_kubeconfig), "default-auth", files, "default-cluster"))


def _authority(path):
    return base64.b64decode(documents.read(pki.read(path))["clusters"][0]["cluster"]["certificate-authority-data"]).decode()


class Node:
    """The node of this machine. `flags` are the kubelet's."""

    def __init__(self, flags, version):
        self.name = flags.get("hostname-override") or socket.gethostname().lower()
        self.flags, self.version, self.registered = flags, version, False

    def beat(self, api, pods):
        """Registers the node where it is not, says that it is ready, and which static pods run ({name: (manifest, ready)})."""
        if not self.registered:
            self._register(api)
        try:
            api.merge(f"{NODES}/{self.name}/status", {"status": self._status(api)})
        except ApiError as error:
            # Deleted by somebody: a kubelet registers again only when it is started again.
            if error.code != 404:
                raise
            return
        for name, (manifest, ready) in pods.items():
            self._mirror(api, name, manifest, ready)

    def forget_pod(self, api, name):
        try:
            api.request("DELETE", f"{PODS}/{name}-{self.name}")
        except ApiError as error:
            if error.code != 404:
                raise

    def _register(self, api):
        labels = {"kubernetes.io/hostname": self.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())}
        labels.update(pair.partition("=")[::2] for pair in self.flags.get("node-labels", "").split(",") if pair)
        spec = {}
        if self.flags.get("register-with-taints"):
            spec["taints"] = [_taint(text) for text in self.flags["register-with-taints"].split(",")]
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.name, "labels": labels}, "spec": spec, "status": self._status(api)}
        try:
            api.request("POST", NODES, node)
            print(f"kubelet: successfully registered node {self.name}", flush=True)
        except ApiError as error:
            if error.code != 409:
                raise
            api.merge(f"{NODES}/{self.name}", {"metadata": {"labels": labels}})
        self.registered = True

    def address(self, api):
        if self.flags.get("node-ip"):
            return self.flags["node-ip"].split(",")
        # The one that leads to the API server; nothing is sent.
        host, _, port = api.server.removeprefix("https://").rpartition(":")
        family = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
        with socket.socket(family[0], socket.SOCK_DGRAM) as probe:
            probe.connect(family[4])
            return [probe.getsockname()[0]]

    def _status(self, api):
        beat = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        addresses = [{"type": "InternalIP", "address": address} for address in self.address(api)]
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "this is a STAND-IN made by bake: it runs no pods", "lastHeartbeatTime": beat}
        return {
            "addresses": [*addresses, {"type": "Hostname", "address": self.name}],
            "conditions": [ready],
            "nodeInfo": {
                "kubeletVersion": f"v{self.version}+stand-in",
                "operatingSystem": "linux",
                "osImage": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
                "kernelVersion": platform.release(),
                "architecture": platform.machine(),
                "containerRuntimeVersion": "stand-in://0",
            },
        }

    def _mirror(self, api, name, manifest, ready):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**manifest["metadata"], "name": f"{name}-{self.name}"},
            "spec": {**manifest["spec"], "nodeName": self.name},
            "status": {"phase": "Running", "podIP": self.address(api)[0], "conditions": [{"type": "Ready", "status": str(ready)}]},
        }
        api.put_or_create(PODS, pod)


def _taint(text):
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, **({"value": value} if value else {}), "effect": effect}
