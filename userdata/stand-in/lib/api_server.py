"""STAND-IN for kube-apiserver, made by bake: objects of any kind by their paths, kept in etcd, without their meaning. It takes
kube-apiserver's flags and minds those it names below. No watches, no admission but what keeps nodes apart, no conversion.
It also does, when an object is written or read, what a cluster's controllers do to nodes, tokens and signing requests."""

import json
import signal
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from api_access import may, user_of
from api_objects import REASONS, Objects, Place, given_out, merged, taken_in
from etcd import Etcd, EtcdError
from https import ApiError

NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
# Shorter than what a balancer's check waits for an answer (src/balancer).
READY_SECONDS = 2


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

    def __init__(self, flags):
        self.flags = flags
        self.authority = flags["client-ca-file"].removesuffix(".crt")
        etcd = Etcd.by_files(flags["etcd-servers"].split(","), flags["etcd-cafile"], flags["etcd-certfile"], flags["etcd-keyfile"])
        self.objects = Objects(etcd)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(flags["tls-cert-file"], flags["tls-private-key-file"])
        self.context.load_verify_locations(flags["client-ca-file"])
        self.context.verify_mode = ssl.CERT_OPTIONAL
        self.context.set_alpn_protocols(["http/1.1"])
        super().__init__(("", int(flags.get("secure-port", 6443))), Handler)

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def get_request(self):
        # The handshake is the client's own thread's: one that says nothing must not stop the others.
        connection, address = self.socket.accept()
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            print(f"kube-apiserver: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    def make_namespaces(self):
        while True:
            try:
                for name in NAMESPACES:
                    self.objects.create(f"v1/namespaces/{name}", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}})
                return
            except EtcdError:
                time.sleep(0.3)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 90

    def setup(self):
        self.request.settimeout(10)
        self.request.do_handshake()
        super().setup()

    def log_message(self, *_):
        pass

    def do_GET(self):
        try:
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length)
            code, value = self.answer(json.loads(text) if text else None)
        except ApiError as error:
            code, value = error.code, _failure(error.code, str(error), error.reason)
        except EtcdError as error:
            code, value = 500, _failure(500, f"etcdserver: {error}", "InternalError")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            code, value = 400, _failure(400, f"the object can't be read: {type(error).__name__}: {error}", "BadRequest")
        plain = isinstance(value, str)
        body = value.encode() if plain else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; charset=utf-8" if plain else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def answer(self, body):
        """(code, JSON value or text)."""
        objects, at = self.server.objects, urlsplit(self.path)
        path = unquote(at.path).rstrip("/") or "/"
        place = Place.of(path) or path
        if path in ("/healthz", "/readyz"):
            return self.readiness(path)
        if path == "/livez":
            return 200, "ok"
        user = user_of(self.request.getpeercert(), self.headers.get("Authorization"), lambda name: objects.read(f"v1/secrets/kube-system/{name}"))
        if not user:
            raise ApiError(401, "Unauthorized")
        if not may(*user, self.command, place, lambda key: objects.read(key) is not None):
            raise ApiError(403, _forbidden(user[0], self.command, place))
        if path == "/version":
            version = self.server.flags["bake-version"]
            major, minor = version.split(".")[:2]
            return 200, {"major": major, "minor": minor, "gitVersion": f"v{version}+stand-in", "platform": "STAND-IN made by bake"}
        if isinstance(place, str):
            raise ApiError(404, "the server could not find the requested resource")
        if "watch" in parse_qs(at.query):
            raise ApiError(405, "this STAND-IN made by bake has no watches")
        return getattr(self, f"on_{self.command.lower()}")(place, body, user)

    def readiness(self, path):
        try:
            self.server.objects.etcd.get("/registry/health", READY_SECONDS)
            return 200, "ok"
        except EtcdError:
            return 500, f"[-]etcd failed: reason withheld\n{path[1:]} check failed\n"

    def on_get(self, place, _body, _user):
        objects = self.server.objects
        if place.name:
            return 200, given_out(place, self.existing(place), objects)
        found, revision = objects.list(place.collection)
        items = [given_out(place, one, objects) for one in found]
        kind = (items[0].get("kind", "") if items else "") + "List"
        return 200, {"apiVersion": place.version, "kind": kind, "metadata": {"resourceVersion": revision}, "items": items}

    def on_post(self, place, body, user):
        if place.name:
            raise ApiError(405, "the server does not allow this method on the requested resource")
        name = place.name = body["metadata"]["name"]
        if place.namespace:
            if not self.server.objects.read(f"v1/namespaces/{place.namespace}"):
                raise ApiError(404, f'namespaces "{place.namespace}" not found')
            body["metadata"]["namespace"] = place.namespace
        self.keep_nodes_apart(place, body, {}, user)
        made = self.server.objects.create(place.key, taken_in(place, body, self.server.authority))
        if not made:
            raise ApiError(409, f'{place.resource} "{name}" already exists', "AlreadyExists")
        return 201, made

    def on_put(self, place, body, user):
        wanted = body["metadata"].get("resourceVersion")
        if body["metadata"]["name"] != place.name:
            raise ApiError(400, "the name of the object does not match the name on the URL", "BadRequest")

        def whole(old):
            if wanted and wanted != old["metadata"]["resourceVersion"]:
                return None
            kept = {key: old["metadata"][key] for key in ("uid", "creationTimestamp")}
            new = taken_in(place, body, self.server.authority)
            return {**new, "metadata": {**new["metadata"], **kept, **({"namespace": place.namespace} if place.namespace else {})}}

        return self.change(place, whole, user, once=wanted)

    def on_patch(self, place, body, user):
        wanted = (body.get("metadata") or {}).get("resourceVersion")
        if not self.server.objects.read(place.key) and self.headers.get("Content-Type", "").startswith("application/apply-patch"):
            name, place.name = place.name, ""
            body["metadata"]["name"] = name
            return self.on_post(place, body, user)

        def patched(old):
            if wanted and wanted != old["metadata"]["resourceVersion"]:
                return None
            return taken_in(place, merged(old, body), self.server.authority)

        return self.change(place, patched, user, once=wanted)

    def on_delete(self, place, _body, _user):
        if not place.name:
            raise ApiError(405, "the server does not allow this method on the requested resource")
        objects = self.server.objects
        while True:
            old = self.existing(place)
            if objects.delete(place.key, old["metadata"]["resourceVersion"]):
                break
        if place.resource == "nodes":
            # podgc: pods of a node that is no more.
            for pod in objects.list("v1/pods/")[0]:
                if pod.get("spec", {}).get("nodeName") == place.name:
                    objects.delete(f"v1/pods/{pod['metadata']['namespace']}/{pod['metadata']['name']}", pod["metadata"]["resourceVersion"])
        return 200, {"apiVersion": "v1", "kind": "Status", "status": "Success", "details": {"name": place.name, "kind": place.resource}}

    def existing(self, place):
        found = self.server.objects.read(place.key)
        if not found:
            raise ApiError(404, f'{place.resource} "{place.name}" not found')
        return found

    def change(self, place, new_of, user, once):
        """Replaces an object by what `new_of(old)` says; where somebody was faster, again, unless the client named a version."""
        while True:
            old = self.existing(place)
            new = new_of(old)
            if new:
                self.keep_nodes_apart(place, new, old, user)
            done = self.server.objects.replace(place.key, old["metadata"]["resourceVersion"], new) if new else None
            if done:
                return 200, given_out(place, done, self.server.objects)
            if once:
                text = "the object has been modified; please apply your changes to the latest version and try again"
                raise ApiError(409, f'Operation cannot be fulfilled on {place.resource} "{place.name}": {text}')

    def keep_nodes_apart(self, place, new, old, user):
        """NodeRestriction: a kubelet makes its own node only, and gives itself no role."""
        if place.resource != "nodes" or "system:nodes" not in user[1]:
            return
        if user[0] != f"system:node:{place.name}":
            raise ApiError(403, f'nodes "{place.name}" is forbidden: node "{user[0][12:]}" is not allowed to modify node "{place.name}"')
        labels, before = new["metadata"].get("labels", {}), old.get("metadata", {}).get("labels", {})
        roles = [name for name in labels if name.startswith("node-role.kubernetes.io/") and labels[name] != before.get(name)]
        if roles:
            raise ApiError(403, f'nodes "{place.name}" is forbidden: is not allowed to modify labels: {", ".join(roles)}')


def _failure(code, message, reason):
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "reason": reason or REASONS.get(code, ""), "code": code}


def _forbidden(user, method, place):
    verb = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[method]
    if isinstance(place, str):
        return f'forbidden: User "{user}" cannot {verb} path "{place}"'
    group = place.version.partition("/")[0] if "/" in place.version else ""
    where = f'in the namespace "{place.namespace}"' if place.namespace else "at the cluster scope"
    name = f' "{place.name}"' if place.name else ""
    return f'{place.resource}{name} is forbidden: User "{user}" cannot {verb} resource "{place.resource}" in API group "{group}" {where}'


def main(arguments):
    flags = dict(argument.removeprefix("--").partition("=")[::2] for argument in arguments)
    print("kube-apiserver: this is a STAND-IN made by bake", file=sys.stderr, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(flags)
    threading.Thread(target=server.make_namespaces, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
