"""Names of resources on the command line and in manifests, and where the API has them."""

_GROUPS = {
    "v1": {
        "nodes": "no Node", "pods": "po Pod", "configmaps": "cm ConfigMap", "secrets": " Secret", "services": "svc Service",
        "namespaces": "ns Namespace", "serviceaccounts": "sa ServiceAccount", "events": "ev Event", "endpoints": "ep Endpoints",
        "persistentvolumes": "pv PersistentVolume", "persistentvolumeclaims": "pvc PersistentVolumeClaim",
    },
    "apps/v1": {"deployments": "deploy Deployment", "daemonsets": "ds DaemonSet", "statefulsets": "sts StatefulSet", "replicasets": "rs ReplicaSet"},
    "certificates.k8s.io/v1": {"certificatesigningrequests": "csr CertificateSigningRequest"},
    "rbac.authorization.k8s.io/v1": {
        "roles": " Role", "rolebindings": " RoleBinding", "clusterroles": " ClusterRole", "clusterrolebindings": " ClusterRoleBinding",
    },
}
# Kinds that belong to no namespace, also of groups that are not listed above.
CLUSTER_SCOPED = {
    "Node", "Namespace", "PersistentVolume", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
    "StorageClass", "PriorityClass", "APIService", "RuntimeClass", "CSIDriver", "CSINode", "IngressClass", "FlowSchema", "IPPool",
    "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "Installation", "FelixConfiguration", "BGPConfiguration",
}


def resource(text):
    """(group and version, plural, kind) of `node`, `no`, `nodes` or `deployments.apps`; None for what is not known."""
    wanted = text.lower().partition(".")[0]
    for version, names in _GROUPS.items():
        for plural, words in names.items():
            short, kind = words.split(" ")
            if wanted in (plural, short or plural, kind.lower()):
                return version, plural, kind
    return None


def plural_of(kind):
    name = kind.lower()
    known = resource(name)
    if known:
        return known[1]
    if name.endswith(("s", "x", "ch")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2] not in "aeiou" else f"{name}s"


def collection(version, plural, kind, namespace):
    """The path of all of a kind, in a namespace where the kind has one."""
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    return f"{root}/{plural}" if kind in CLUSTER_SCOPED or not namespace else f"{root}/namespaces/{namespace}/{plural}"
