"""STAND-IN for kubectl, made by bake: the commands that first boot and people at a rehearsal use, with the real one's arguments."""

import json
import os
import re
import sys
import time

import documents
from https import ApiError, of_kubeconfig
from jsonpath import BadTemplate, render
from kubectl_resources import collection, plural_of, resource
from kubectl_table import is_ready, table

MARK = "a STAND-IN made by bake, not kubectl"
FLAGS_WITH_VALUE = {"--kubeconfig", "--request-timeout", "--namespace", "-n", "-o", "--output", "-f", "--filename", "--for", "--timeout", "--from-literal", "--raw", "-l", "--selector", "-c", "--container"}
SAME = {"-n": "--namespace", "-o": "--output", "-f": "--filename", "-A": "--all-namespaces", "-l": "--selector", "-c": "--container"}


class Wrong(Exception):
    """What a person is told, with exit code 1."""


def main(version, arguments):
    try:
        if "--" in arguments:
            cut = arguments.index("--")
            words, flags = _parse(arguments[:cut])
            words += arguments[cut:]
        else:
            words, flags = _parse(arguments)
        command = words[0] if words else "help"
        if command == "completion":
            print("# No completion: kubectl is a stand-in here.")
        elif command == "version" and ("--client" in flags or not _kubeconfig(flags)):
            print(f"Client Version: v{version}+stand-in ({MARK})")
        elif command not in COMMANDS:
            raise Wrong(f'error: unknown command "{command}" for "kubectl" ({MARK})')
        else:
            return COMMANDS[command](Call(words[1:], flags, version)) or 0
        return 0
    except ApiError as error:
        if error.code == 0:
            print(f"Unable to connect to the server: {error} (said by {MARK})", file=sys.stderr)
        else:
            print(f"Error from server{f' ({error.reason})' if error.reason else ''}: {error}", file=sys.stderr)
    except (Wrong, BadTemplate) as error:
        print(error, file=sys.stderr)
    except (OSError, KeyError, ValueError) as error:
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)
    return 1


def _parse(arguments):
    """(words, {flag: [values]}); a flag without a value has [""]."""
    words, flags, rest = [], {}, list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            words.append(word)
            continue
        name, equals, value = word.partition("=")
        if re.fullmatch(r"-[nofl].+", word):
            name, equals, value = word[:2], "=", word[2:].removeprefix("=")
        if not equals and name in FLAGS_WITH_VALUE:
            if not rest:
                raise Wrong(f"error: flag needs an argument: {name}")
            value = rest.pop(0)
        flags.setdefault(SAME.get(name, name), []).append(value)
    return words, flags


def _kubeconfig(flags):
    named = flags.get("--kubeconfig", [os.environ.get("KUBECONFIG", "")])[-1] or os.path.expanduser("~/.kube/config")
    return named if os.path.exists(named) or "--kubeconfig" in flags else None


def _seconds(text):
    """Of a Go duration, `5s` or `1m30s`, or of a bare number."""
    units = {"h": 3600, "m": 60, "s": 1, "": 1}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)([hms]?)", text))


class Call:
    """One call: its words, its flags, and the API server it goes to."""

    def __init__(self, words, flags, version):
        self.words, self.flags, self.version = words, flags, version
        path = _kubeconfig(flags)
        if not path:
            raise Wrong("The connection to the server localhost:8080 was refused - did you specify the right host or port?")
        self.api = of_kubeconfig(path, _seconds(self.flag("--request-timeout", "30s")) or 30)

    def flag(self, name, default=""):
        return self.flags.get(name, [default])[-1]

    @property
    def namespace(self):
        return self.flag("--namespace", "default")

    def word(self, index, what):
        if index >= len(self.words):
            raise Wrong(f"error: {what} is missing")
        return self.words[index]

    def targets(self):
        """([path], plural): what `TYPE NAME...` or `TYPE/NAME...` mean; the collection without a name."""
        first = self.word(0, "the type of resource")
        pairs = [word.split("/", 1) for word in self.words] if "/" in first else [[first, name] for name in self.names()] or [[first, ""]]
        paths = []
        for kind, name in pairs:
            found = resource(kind)
            if not found:
                raise Wrong(f'error: the server doesn\'t have a resource type "{kind}"')
            namespace = "" if "--all-namespaces" in self.flags else self.namespace
            paths.append(collection(*found, namespace) + (f"/{name}" if name else ""))
        return paths, found[1], [name for _, name in pairs]

    def names(self):
        """Words behind the type that are neither changes (KEY=VALUE, KEY-) nor anything else."""
        return [word for word in self.words[1:] if not re.search(r"=|-$", word)]

    def changes(self):
        return [word for word in self.words[1:] if re.search(r"=|-$", word)]

    def documents(self):
        for name in self.flags.get("--filename", []):
            with sys.stdin if name == "-" else open(name) as file:
                text = file.read()
            for document in documents.read_all(text):
                yield from (document.get("items", []) if document.get("kind") == "List" else [document]) if document else []

    def collection_of(self, document):
        for key in ("apiVersion", "kind"):
            if not document.get(key):
                raise Wrong(f"error: error validating data: {key} not set")
        namespace = document["metadata"].get("namespace") or self.namespace
        return collection(document["apiVersion"], plural_of(document["kind"]), document["kind"], namespace)


def _title(document):
    group = document["apiVersion"].rpartition("/")[0]
    return f"{document['kind'].lower()}{f'.{group}' if group else ''}/{document['metadata']['name']}"


def get(call):
    if "--raw" in call.flags:
        code, text = call.api.send("GET", call.flag("--raw"))
        if code >= 400:
            raise ApiError(code, text.strip(), "InternalError" if code == 500 else "")
        sys.stdout.write(text)
        return
    paths, plural, _ = call.targets()
    try:
        found = [call.api.get(path) for path in paths]
    except ApiError as error:
        if error.code != 404 or "--ignore-not-found" not in call.flags:
            raise
        return
    single = "items" not in found[0] and len(found) == 1
    items = found if "items" not in found[0] else found[0]["items"]
    selector = [pair.partition("=")[::2] for pair in call.flag("--selector").split(",") if pair]
    items = [item for item in items if all(item["metadata"].get("labels", {}).get(key) == value for key, value in selector)]
    value = found[0] if single else {"apiVersion": "v1", "kind": "List", "items": items}
    output = call.flag("--output")
    if output.startswith("jsonpath="):
        sys.stdout.write(render(output.removeprefix("jsonpath="), value))
    elif output == "json":
        print(json.dumps(value, indent=4))
    elif output == "yaml":
        print(documents.written(value), end="")
    elif output == "name":
        print("".join(f"{item['kind'].lower()}/{item['metadata']['name']}\n" for item in items), end="")
    elif output in ("", "wide"):
        if not items:
            print(f"No resources found{'' if plural == 'nodes' else f' in {call.namespace} namespace'}", file=sys.stderr)
            return
        text = table(plural, items, output == "wide", "--all-namespaces" in call.flags)
        print(text.partition("\n")[2] if "--no-headers" in call.flags else text, end="")
    else:
        raise Wrong(f"error: this STAND-IN made by bake has no output {output}")


def create(call):
    if "--filename" in call.flags:
        for document in call.documents():
            call.api.request("POST", call.collection_of(document), document)
            print(f"{_title(document)} created")
        return
    if call.word(0, "what to create") not in ("configmap", "cm"):
        raise Wrong(f"error: this STAND-IN made by bake can't create {call.words[0]}")
    data = dict(pair.partition("=")[::2] for pair in call.flags.get("--from-literal", []))
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": call.word(1, "the name")}, "data": data}
    call.api.request("POST", call.collection_of(value), value)
    print(f"configmap/{call.words[1]} created")


def replace(call):
    for document in call.documents():
        call.api.request("PUT", f"{call.collection_of(document)}/{document['metadata']['name']}", document)
        print(f"{_title(document)} replaced")


def apply(call):
    for document in call.documents():
        path = call.collection_of(document)
        try:
            old = call.api.get(f"{path}/{document['metadata']['name']}")
            new = call.api.merge(f"{path}/{document['metadata']['name']}", document)
            done = "unchanged" if {**new, "metadata": {}} == {**old, "metadata": {}} else "configured"
        except ApiError as error:
            if error.code != 404:
                raise
            call.api.request("POST", path, document)
            done = "created"
        print(f"{_title(document)} {done}")


def delete(call):
    if "--filename" in call.flags:
        pairs = [(f"{call.collection_of(one)}/{one['metadata']['name']}", _title(one)) for one in call.documents()]
    else:
        paths, plural, names = call.targets()
        call.word(1 if "/" not in call.words[0] else 0, "the name")
        kind = resource(plural)[2].lower()
        pairs = [(path, f'{kind} "{name}"') for path, name in zip(paths, names)]
    for path, title in pairs:
        try:
            call.api.request("DELETE", path)
            print(f"{title} deleted")
        except ApiError as error:
            if error.code != 404 or "--ignore-not-found" not in call.flags:
                raise


def _change_metadata(call, field, done):
    paths, plural, names = call.targets()
    changes = {}
    for word in call.changes():
        key, equals, value = word.partition("=")
        changes[key if equals else word[:-1]] = value if equals else None
    for path, name in zip(paths, names):
        present = call.api.get(path)["metadata"].get(field, {})
        for key, value in changes.items():
            if value is not None and present.get(key, value) != value and "--overwrite" not in call.flags:
                raise Wrong(f"error: '{key}' already has a value ({present[key]}), and --overwrite is false")
        call.api.merge(path, {"metadata": {field: changes}})
        print(f"{resource(plural)[2].lower()}/{name} {done}")


def taint(call):
    paths, _, names = call.targets()
    for path, name in zip(paths, names):
        taints = call.api.get(path).get("spec", {}).get("taints", [])
        for change in call.changes():
            rest, _, effect = change.removesuffix("-").partition(":")
            key, _, value = rest.partition("=")
            taints = [one for one in taints if one["key"] != key or (effect and one["effect"] != effect)]
            if not change.endswith("-"):
                taints.append({"key": key, "effect": effect, **({"value": value} if value else {})})
        call.api.merge(path, {"spec": {"taints": taints}})
        print(f"node/{name} modified")


def execute(call):
    """`exec etcd-NODE -- etcdctl member list|remove ID` asks that node's etcd itself, by the certificates of this machine."""
    if "--" not in call.words:
        raise Wrong("error: you must specify at least one command for the container")
    pod, command = call.words[0], call.words[call.words.index("--") + 1 :]
    found = call.api.get(f"/api/v1/namespaces/{call.namespace}/pods/{pod}")
    if command[:1] != ["etcdctl"] or not pod.startswith("etcd-"):
        raise Wrong(f"error: this STAND-IN made by bake runs etcdctl in etcd's pods only, not {' '.join(command[:1])}")
    words = [word for word in command[1:] if not word.startswith("--")]
    # Every call is a new program, and few of them need what this needs.
    import etcd
    import pki

    try:
        _etcdctl(etcd.as_client([etcd.url(found["status"]["podIP"], 2379)]), words)
    except (etcd.EtcdError, pki.Refused) as error:
        raise Wrong(str(error)) from None


def _etcdctl(client, words):
    if words[:2] == ["member", "list"]:
        for member in client.members():
            state = "started" if member.get("name") else "unstarted"
            urls = [",".join(member.get(key, [])) for key in ("peerURLs", "clientURLs")]
            print(", ".join([f"{int(member['ID']):x}", state, member.get("name", ""), *urls, str(member.get("isLearner", False)).lower()]))
    elif words[:2] == ["member", "remove"] and len(words) == 3:
        client.remove_member(str(int(words[2], 16)))
        print(f"Member {words[2]} removed")
    elif words[:2] == ["endpoint", "health"]:
        client.get("health")
        print("127.0.0.1:2379 is healthy")
    else:
        raise Wrong(f"error: this STAND-IN made by bake has no etcdctl {' '.join(words)}")


def wait(call):
    paths, plural, names = call.targets()
    if "--all" in call.flags:
        names = [one["metadata"]["name"] for one in call.api.get(paths[0])["items"]]
        paths = [f"{paths[0]}/{name}" for name in names]
    wanted = call.flag("--for").removeprefix("condition=").lower()
    if wanted not in ("ready", "ready=true", "delete"):
        raise Wrong(f"error: this STAND-IN made by bake can't wait for {wanted}")
    end = time.monotonic() + _seconds(call.flag("--timeout", "30s"))
    for path, name in zip(paths, names):
        while True:
            try:
                if is_ready(call.api.get(path)) and wanted != "delete":
                    break
            except ApiError as error:
                if error.code != 404 or wanted != "delete":
                    raise
                break
            if time.monotonic() > end:
                raise Wrong(f"error: timed out waiting for the condition on {plural}/{name}")
            time.sleep(0.5)
        print(f"{resource(plural)[2].lower()}/{name} condition met")


def version_of_both(call):
    print(f"Client Version: v{call.version}+stand-in ({MARK})")
    print(f"Server Version: {call.api.get('/version')['gitVersion']}")


COMMANDS = {
    "get": get, "create": create, "replace": replace, "apply": apply, "delete": delete, "taint": taint, "exec": execute, "wait": wait,
    "version": version_of_both,
    "label": lambda call: _change_metadata(call, "labels", "labeled"),
    "annotate": lambda call: _change_metadata(call, "annotations", "annotated"),
}
