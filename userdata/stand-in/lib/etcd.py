"""The API of etcd 3.4 and newer by its JSON gateway: keys and values are base64, numbers are text."""

import base64
import http.client
import json
import os
import tempfile
from urllib.parse import urlsplit

import https
import pki

PKI = "/etc/kubernetes/pki/etcd"


class EtcdError(Exception):
    """etcd's own words, or why it did not answer."""


class Etcd:
    """Asks one endpoint after the other until one answers. Connections are kept and shared between threads."""

    def __init__(self, endpoints, context, timeout=5):
        self.endpoints, self.context, self.timeout, self.idle = list(endpoints), context, timeout, []

    @classmethod
    def by_files(cls, endpoints, authority, certificate, key, timeout=5):
        return cls(endpoints, https.tls_context(pki.read(authority), pki.read(certificate), pki.read(key)), timeout)

    def call(self, path, body, timeout=None):
        last = EtcdError("no endpoint")
        for endpoint in list(self.endpoints):
            try:
                return self._call(endpoint, path, body, timeout or self.timeout)
            except (OSError, http.client.HTTPException) as error:
                last = EtcdError(f"{endpoint}: {error or type(error).__name__}")
                # The next request begins with one that may work.
                self.endpoints = [other for other in self.endpoints if other != endpoint] + [endpoint]
        raise last

    def _call(self, endpoint, path, body, timeout):
        text = json.dumps(body)
        while True:
            kept = next((one for one in self.idle if one[0] == endpoint), None)
            try:
                self.idle.remove(kept)
            except ValueError:
                kept = None
            at = urlsplit(endpoint)
            connection = kept[1] if kept else http.client.HTTPSConnection(at.hostname, at.port, timeout=timeout, context=self.context)
            if connection.sock:
                connection.sock.settimeout(timeout)
            try:
                connection.request("POST", path, text, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                value = json.loads(answer.read())
            except TimeoutError:
                connection.close()
                raise
            except (OSError, http.client.HTTPException):
                connection.close()
                # One that was kept may have been closed by etcd since.
                if kept:
                    continue
                raise
            self.idle.append((endpoint, connection))
            if "error" in value or answer.status != 200:
                raise EtcdError(value.get("error") or value.get("message") or f"status {answer.status}")
            return value

    def get(self, key, timeout=None):
        """(text, revision) of a key, or None."""
        found = self.call("/v3/kv/range", {"key": encode(key)}, timeout).get("kvs")
        return (decode(found[0]["value"]), found[0]["mod_revision"]) if found else None

    def below(self, prefix):
        """([(text, revision)], revision of the whole) of all keys with a prefix, by key."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        answer = self.call("/v3/kv/range", {"key": encode(prefix), "range_end": encode(end)})
        return [(decode(kv["value"]), kv["mod_revision"]) for kv in answer.get("kvs", [])], answer["header"]["revision"]

    def change(self, key, revision, value=None):
        """Puts a value (None: deletes) if the key's revision is still this one, "0" being none. The new revision, or None."""
        todo = {"request_delete_range": {"key": encode(key)}} if value is None else {"request_put": {"key": encode(key), "value": encode(value)}}
        compare = {"key": encode(key), "target": "MOD", "result": "EQUAL", "mod_revision": revision}
        answer = self.call("/v3/kv/txn", {"compare": [compare], "success": [todo]})
        return answer["header"]["revision"] if answer.get("succeeded") else None

    def members(self):
        """Each {ID, name, peerURLs, clientURLs, isLearner}; one that has never started has neither name nor clientURLs."""
        return self.call("/v3/cluster/member/list", {})["members"]

    def add_member(self, peer_url, learner):
        return self.call("/v3/cluster/member/add", {"peerURLs": [peer_url], "isLearner": learner})["member"]

    def promote_member(self, member):
        self.call("/v3/cluster/member/promote", {"ID": member})

    def remove_member(self, member):
        self.call("/v3/cluster/member/remove", {"ID": member})

    def status(self):
        return self.call("/v3/maintenance/status", {})


def encode(text):
    return base64.b64encode(text.encode()).decode()


def decode(text):
    return base64.b64decode(text).decode()


def url(address, port):
    return f"https://[{address}]:{port}" if ":" in address else f"https://{address}:{port}"


def as_client(endpoints, folder=PKI, timeout=5):
    """etcd by the certificates on this machine. A master that has not joined yet has the authority only, and signs for itself."""
    stem = f"{folder}/healthcheck-client"
    if os.path.exists(f"{stem}.crt"):
        return Etcd.by_files(endpoints, f"{folder}/ca.crt", f"{stem}.crt", f"{stem}.key", timeout)
    with tempfile.TemporaryDirectory() as own:
        pki.make_certificate(f"{own}/client", f"{folder}/ca", "kube-etcd-healthcheck-client", "system:masters")
        return Etcd.by_files(endpoints, f"{folder}/ca.crt", f"{own}/client.crt", f"{own}/client.key", timeout)
