"""Who asks (authentication) and what they may (authorisation): what kubeadm grants, and nothing more."""

import hmac
import time
from datetime import datetime

ANONYMOUS = ("system:anonymous", ["system:unauthenticated"])
PUBLIC = ("/healthz", "/livez", "/readyz", "/version")
KUBE_SYSTEM_FOR_NODES = ("kubeadm-config", "kubelet-config", "kube-proxy")


def user_of(certificate, authorization, read_secret):
    """(user, groups) of a request, or None: 401. `read_secret` takes a name in kube-system."""
    if certificate:
        fields = [pair for part in certificate["subject"] for pair in part]
        name = next((value for key, value in fields if key == "commonName"), "")
        return name, [value for key, value in fields if key == "organizationName"] + ["system:authenticated"]
    if not authorization:
        return ANONYMOUS
    kind, _, token = authorization.partition(" ")
    name, _, secret = token.partition(".")
    found = read_secret(f"bootstrap-token-{name}") if kind == "Bearer" and name else None
    data = bootstrap_token(found, "authentication")
    if not data or not hmac.compare_digest(data["token-secret"], secret):
        return None
    groups = [group for group in data.get("auth-extra-groups", "").split(",") if group]
    return f"system:bootstrap:{name}", ["system:bootstrappers", "system:authenticated", *groups]


def bootstrap_token(secret, usage):
    """The data of a Secret that is a token good for `usage` at this time, or None. stringData has been taken into data."""
    import base64

    if not secret or secret.get("type") != "bootstrap.kubernetes.io/token":
        return None
    data = {key: base64.b64decode(value).decode() for key, value in secret.get("data", {}).items()}
    expires = data.get("expiration")
    if expires and datetime.fromisoformat(expires.replace("Z", "+00:00")).timestamp() <= time.time():
        return None
    return data if data.get(f"usage-bootstrap-{usage}") == "true" else None


def may(user, groups, method, place, exists):
    """Whether a request may be done. `place` is its Place or a bare path; `exists(key)` says whether an object is there."""
    reads = method == "GET"
    if isinstance(place, str):
        return (reads and place in PUBLIC) or "system:unauthenticated" not in groups
    if "system:masters" in groups:
        return True
    # From 1.29 on an administrator is one by a binding that `kubeadm init` makes.
    if "kubeadm:cluster-admins" in groups and exists("rbac.authorization.k8s.io/v1/clusterrolebindings/kubeadm:cluster-admins"):
        return True
    if reads and (place.namespace, place.resource, place.name) == ("kube-public", "configmaps", "cluster-info"):
        return True
    bootstraps, is_node = "system:bootstrappers" in groups, "system:nodes" in groups
    if not (bootstraps or is_node):
        return False
    if reads and place.namespace == "kube-system" and place.resource == "configmaps" and place.name.startswith(KUBE_SYSTEM_FOR_NODES):
        return True
    if place.resource == "certificatesigningrequests":
        return method == "POST" or (reads and bool(place.name))
    if bootstraps:
        return reads and place.resource == "nodes" and bool(place.name)
    own = user.removeprefix("system:node:")
    if place.resource == "nodes":
        return reads or (method != "DELETE" and place.name in ("", own))
    return place.resource == "pods" and place.namespace == "kube-system" and (not place.name or place.name.endswith(f"-{own}"))
