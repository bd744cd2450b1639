"""What `--config` says: documents of kubeadm.k8s.io in any version that the kubeadm of this version takes, in one form."""

import ipaddress
import re
import socket

import documents
from pki import Refused

# (first minor, last minor) that reads each version (kubeadm's deprecation notes).
APIS = {"v1beta1": (13, 21), "v1beta2": (15, 26), "v1beta3": (22, 36), "v1beta4": (31, 99)}


def seconds(duration, default):
    """Of a Go duration: `4m0s`."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([hms])", duration)) if duration else default


def flags(value):
    """extraArgs as a mapping: they are one up to v1beta3, and a list of name and value from then on."""
    return {one["name"]: one["value"] for one in value} if isinstance(value, list) else dict(value or {})


class Config:
    """The documents by kind; `node`, `cluster`, `timeouts` in words that don't depend on the version."""

    def __init__(self, text, version, kind):
        self.minor = int(version.split(".")[1])
        self.version = version
        self.documents = {one["kind"]: one for one in documents.read_all(text) if one}
        for document in self.documents.values():
            self._refuse_other_api(document)
        if kind not in self.documents:
            raise Refused(f"no {kind} found in config file")
        self.own = self.documents[kind]
        self.cluster = self.documents.get("ClusterConfiguration", {})
        self.registration = self.own.get("nodeRegistration", {})
        self.name = (self.registration.get("name") or socket.gethostname()).lower()
        self.cri_socket = self.registration.get("criSocket", "unix:///run/containerd/containerd.sock")
        self.kubelet_flags = flags(self.registration.get("kubeletExtraArgs"))
        self.ignored = {name.lower() for name in self.registration.get("ignorePreflightErrors", [])}

    def _refuse_other_api(self, document):
        group, _, api = document["apiVersion"].partition("/")
        if group != "kubeadm.k8s.io":
            return
        first, last = APIS.get(api, (99, 0))
        if self.minor > last:
            raise Refused(f'your configuration file uses an old API spec: "{document["apiVersion"]}" (kind: "{document["kind"]}"). Please use kubeadm of an older version to convert it')
        if self.minor < first:
            raise Refused(f'no kind "{document["kind"]}" is registered for version "{document["apiVersion"]}"')

    def timeout(self, name, old, default):
        """Seconds: `timeouts.NAME` of v1beta4, or `old`, where the versions before have it."""
        return seconds(self.own.get("timeouts", {}).get(name) or old, default)

    @property
    def pki(self):
        return self.cluster.get("certificatesDir", "/etc/kubernetes/pki")

    @property
    def external_etcd(self):
        return self.cluster.get("etcd", {}).get("external")

    @property
    def etcd_folder(self):
        return self.cluster.get("etcd", {}).get("local", {}).get("dataDir", "/var/lib/etcd")

    def check_version(self):
        wanted = self.cluster.get("kubernetesVersion", f"v{self.version}").removeprefix("v")
        if int(wanted.split(".")[1]) > self.minor:
            raise Refused(f"[ERROR KubeadmVersion]: this version of kubeadm only supports deploying clusters with the control plane version <= 1.{self.minor}. Current version: v{wanted}")


class LocalEndpoint:
    """Where the API server of this machine listens."""

    def __init__(self, value):
        self.port = value.get("bindPort", 6443)
        self.address = value.get("advertiseAddress") or _default_address()

    @property
    def url(self):
        return endpoint_url(self.address, self.port)


def endpoint_url(host, port):
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"


def _default_address():
    """The address of the interface with the default route; nothing is sent."""
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                return probe.getsockname()[0]
        except OSError:
            continue
    raise Refused("unable to select an IP from default routes")


def host_of(endpoint):
    """Of `host:port`, `[::1]:port` or `host`."""
    return re.fullmatch(r"\[?([^\]]+?)\]?(?::(\d+))?", endpoint)[1] if endpoint.count(":") < 2 or "]" in endpoint else endpoint


def service_address(config):
    """The first address of the services' network: the one of the service `kubernetes`."""
    networks = config.cluster.get("networking", {}).get("serviceSubnet", "10.96.0.0/12")
    return [str(ipaddress.ip_network(network)[1]) for network in networks.split(",")]
