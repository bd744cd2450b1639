"""Requests over TLS: to API servers by a kubeconfig, and to etcd."""

import base64
import http.client
import json
import os
import ssl
from urllib.parse import urlsplit

import documents


class ApiError(Exception):
    """An answer that is no success, as the API server words it. Code 0: no answer at all."""

    def __init__(self, code, message, reason=""):
        super().__init__(message)
        self.code, self.reason = code, reason


def tls_context(authority=None, certificate=None, key=None, insecure=False):
    """Texts are PEM. Python takes a key from a file only, so that it is one in memory."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    else:
        context.load_verify_locations(cadata=authority)
    if certificate:
        file = os.memfd_create("key")
        try:
            os.write(file, (certificate + "\n" + key).encode())
            context.load_cert_chain(f"/proc/self/fd/{file}")
        finally:
            os.close(file)
    return context


class Api:
    """An API server. `server` is https://HOST:PORT; `token` a bearer token. For one thread: it keeps its connection."""

    def __init__(self, server, context, token=None, timeout=10):
        self.server, self.context, self.token, self.timeout, self.kept = server, context, token, timeout, None

    def send(self, method, path, body=None, kind="application/json"):
        """(code, text) of the answer. Raises ApiError with code 0 where there is none."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = kind
            body = json.dumps(body)
        # A request that must not be done twice is not given to a connection that may have been closed meanwhile.
        kept, self.kept = self.kept if method in ("GET", "PUT", "PATCH") else None, None
        for connection in filter(None, [kept, self._connection()]):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
                self.kept = connection
                return answer.status, text
            except TimeoutError as error:
                connection.close()
                raise self._silence(method, path, error) from None
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if connection is not kept:
                    raise self._silence(method, path, error) from None
        raise AssertionError("the last connection answers or fails")

    def _connection(self):
        at = urlsplit(self.server)
        return http.client.HTTPSConnection(at.hostname, at.port or 443, timeout=self.timeout, context=self.context)

    def _silence(self, method, path, error):
        return ApiError(0, f"{method} {self.server}{path}: {error or type(error).__name__}")

    def request(self, method, path, body=None, kind="application/json"):
        code, text = self.send(method, path, body, kind)
        try:
            value = json.loads(text)
        except ValueError:
            value = {"message": text.strip()}
        if code >= 400:
            raise ApiError(code, value.get("message", text.strip()), value.get("reason", ""))
        return value

    def get(self, path):
        return self.request("GET", path)

    def merge(self, path, body):
        return self.request("PATCH", path, body, "application/merge-patch+json")

    def put_or_create(self, collection, body):
        """Makes the object what it should be, whether or not it is there."""
        try:
            return self.request("POST", collection, body)
        except ApiError as error:
            if error.code != 409:
                raise
        return self.request("PUT", f"{collection}/{body['metadata']['name']}", body)


def of_kubeconfig(path, timeout=10):
    """The API server that a kubeconfig's current context names. Raises OSError, KeyError or ValueError where it can't be read."""
    with open(path) as file:
        config = documents.read(file.read())

    def named(kind, name):
        return next(entry[kind] for entry in config[f"{kind}s"] if entry["name"] == name)

    context = named("context", config["current-context"])
    cluster, user = named("cluster", context["cluster"]), named("user", context["user"])

    def text(entry, key):
        if f"{key}-data" in entry:
            return base64.b64decode(entry[f"{key}-data"]).decode()
        if key in entry:
            with open(entry[key]) as file:
                return file.read()
        return None

    tls = tls_context(text(cluster, "certificate-authority"), text(user, "client-certificate"), text(user, "client-key"))
    return Api(cluster["server"], tls, user.get("token"), timeout)


def kubeconfig(server, authority, user, credentials, cluster="kubernetes"):
    """The text of a kubeconfig, JSON being YAML. `credentials` is the user's entry."""
    encoded = base64.b64encode(authority.encode()).decode()
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": {"certificate-authority-data": encoded, "server": server}}],
            "contexts": [{"name": f"{user}@{cluster}", "context": {"cluster": cluster, "user": user}}],
            "current-context": f"{user}@{cluster}",
            "users": [{"name": user, "user": credentials}],
        },
        indent=1,
    )
