"""Objects of the API: where a path puts them, how they lie in etcd, and what the controllers of a cluster would do to them."""

import base64
import calendar
import hashlib
import hmac
import json
import os
import re
import time

import pki
from api_access import bootstrap_token
from https import ApiError

REGISTRY = "/registry/"
# After so many seconds without a heartbeat a node is not ready (kube-controller-manager, node-monitor-grace-period).
GRACE_SECONDS = 40
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed", 409: "Conflict", 422: "Invalid"}


class Place:
    """What a path means: group and version, resource, and perhaps namespace, name and subresource."""

    def __init__(self, found):
        self.version = found[1] or found[2]
        self.namespace, self.resource, self.name, self.subresource = (found[i] or "" for i in (3, 4, 5, 6))

    @classmethod
    def of(cls, path):
        """None for a path that means no object and no collection."""
        found = re.fullmatch(r"/(?:api/(v1)|apis/([^/]+/[^/]+))(?:/namespaces/([^/]+)(?=/[^/]))?/([^/]+)(?:/([^/]+))?(?:/([^/]+))?", path)
        # /namespaces/NAME/status and /namespaces/NAME/finalize are of the namespace itself.
        if found and found[3] and found[4] in ("status", "finalize"):
            found = re.fullmatch(r"/(?:api/(v1)|apis/([^/]+/[^/]+))()/(namespaces)/([^/]+)/([^/]+)", path)
        return cls(found) if found else None

    @property
    def collection(self):
        return f"{self.version}/{self.resource}/" + (f"{self.namespace}/" if self.namespace else "")

    @property
    def key(self):
        return self.collection + self.name


class Objects:
    """Objects in etcd, an object's resourceVersion being its key's revision."""

    def __init__(self, etcd):
        self.etcd = etcd

    def read(self, key):
        found = self.etcd.get(REGISTRY + key)
        return _with_revision(*found) if found else None

    def list(self, prefix):
        found, revision = self.etcd.below(REGISTRY + prefix)
        return [_with_revision(*one) for one in found], revision

    def create(self, key, value):
        stamp = {"uid": _uid(), "creationTimestamp": now()}
        value["metadata"] = {**value["metadata"], **stamp}
        return self._change(key, "0", value)

    def replace(self, key, revision, value):
        return self._change(key, revision, value)

    def delete(self, key, revision):
        return self.etcd.change(REGISTRY + key, revision) is not None

    def _change(self, key, revision, value):
        """The object as it is now, or None where somebody was faster."""
        value["metadata"].pop("resourceVersion", None)
        done = self.etcd.change(REGISTRY + key, revision, json.dumps(value))
        return _with_revision(json.dumps(value), done) if done else None


def _with_revision(text, revision):
    value = json.loads(text)
    value["metadata"]["resourceVersion"] = revision
    return value


def _uid():
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def merged(old, patch):
    """RFC 7396. Server-side apply and strategic merge are taken for the same; lists are replaced."""
    if not isinstance(patch, dict) or not isinstance(old, dict):
        return patch
    result = {**old, **{key: merged(old.get(key, {}) if isinstance(value, dict) else None, value) for key, value in patch.items()}}
    return {key: value for key, value in result.items() if value is not None}


def taken_in(place, value, authority):
    """A new object as the API server and the controllers would make it. Raises ApiError where they would refuse it."""
    if place.resource == "secrets":
        given = {key: base64.b64encode(text.encode()).decode() for key, text in value.pop("stringData", {}).items()}
        value["data"] = {**value.get("data", {}), **given}
    # kube-controller-manager approves and signs what nodes ask for.
    if place.resource == "certificatesigningrequests" and value["spec"].get("signerName") == "kubernetes.io/kube-apiserver-client-kubelet":
        request = base64.b64decode(value["spec"]["request"]).decode()
        try:
            name, organisation = pki.subject_of_request(request)
            if organisation != "system:nodes" or not name.startswith("system:node:"):
                raise pki.Refused("subject organization is not system:nodes")
            certificate = pki.sign_request(request, authority)
        except pki.Refused as error:
            raise ApiError(422, f"CertificateSigningRequest is invalid: {error}", "Invalid") from None
        approved = {"type": "Approved", "status": "True", "reason": "AutoApproved", "lastUpdateTime": now()}
        value["status"] = {"conditions": [approved], "certificate": base64.b64encode(certificate.encode()).decode()}
    return value


def given_out(place, value, objects):
    """An object as somebody sees it: what controllers keep up to date is made when it is read."""
    if place.resource == "nodes":
        _judge_heartbeat(value)
    if (place.namespace, place.resource, value["metadata"]["name"]) == ("kube-public", "configmaps", "cluster-info"):
        tokens, _ = objects.list("v1/secrets/kube-system/bootstrap-token-")
        _sign(value, tokens)
    return value


def _judge_heartbeat(node):
    for condition in node.get("status", {}).get("conditions", []):
        beaten = time.strptime(condition["lastHeartbeatTime"], "%Y-%m-%dT%H:%M:%SZ")
        if condition["type"] == "Ready" and time.time() - calendar.timegm(beaten) > GRACE_SECONDS:
            condition.update(status="Unknown", reason="NodeStatusUnknown", message="Kubelet stopped posting node status.")


def _sign(cluster_info, secrets):
    """bootstrapsigner: each token that is good for it signs the kubeconfig."""
    data = cluster_info.get("data", {})
    for secret in secrets:
        token = bootstrap_token(secret, "signing")
        if token and "kubeconfig" in data:
            data[f"jws-kubeconfig-{token['token-id']}"] = detached_signature(data["kubeconfig"], token["token-id"], token["token-secret"])


def detached_signature(text, name, secret):
    """JWS by HS256, without the text itself (k8s.io/cluster-bootstrap, token/jws)."""

    def plain(data):
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    header = plain(json.dumps({"alg": "HS256", "kid": name}, separators=(",", ":")).encode())
    signed = hmac.new(secret.encode(), f"{header}.{plain(text.encode())}".encode(), hashlib.sha256)
    return f"{header}..{plain(signed.digest())}"
