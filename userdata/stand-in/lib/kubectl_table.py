"""The tables that people know from `kubectl get`."""

import calendar
import time

ROLE = "node-role.kubernetes.io/"


def table(plural, items, wide=False, with_namespace=False):
    columns, row = {"nodes": (_NODE_WIDE if wide else _NODE, _node), "pods": (_POD, _pod), "configmaps": (_DATA, _data), "secrets": (_DATA, _data)}.get(plural, (["NAME", "AGE"], _other))
    rows = [columns, *(row(item)[: len(columns)] for item in items)]
    if with_namespace:
        rows = [[name, *cells] for name, cells in zip(["NAMESPACE", *(item["metadata"].get("namespace", "") for item in items)], rows)]
    widths = [max(len(line[i]) for line in rows) for i in range(len(rows[0]))]
    return "".join("   ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() + "\n" for line in rows)


_NODE = ["NAME", "STATUS", "ROLES", "AGE", "VERSION"]
_NODE_WIDE = [*_NODE, "INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]
_POD = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
_DATA = ["NAME", "DATA", "AGE"]


def _node(node):
    meta, status = node["metadata"], node.get("status", {})
    roles = ",".join(sorted(name.removeprefix(ROLE) for name in meta.get("labels", {}) if name.startswith(ROLE)))
    info = status.get("nodeInfo", {})
    address = next((one["address"] for one in status.get("addresses", []) if one["type"] == "InternalIP"), "<none>")
    state = "Ready" if is_ready(node) else "NotReady"
    state += ",SchedulingDisabled" if node.get("spec", {}).get("unschedulable") else ""
    rest = [info.get(key, "<unknown>") for key in ("osImage", "kernelVersion", "containerRuntimeVersion")]
    return [meta["name"], state, roles or "<none>", _age(meta), info.get("kubeletVersion", ""), address, "<none>", *rest]


def is_ready(item):
    return any(one["type"] == "Ready" and one["status"] == "True" for one in item.get("status", {}).get("conditions", []))


def _pod(pod):
    return [pod["metadata"]["name"], "1/1" if is_ready(pod) else "0/1", pod.get("status", {}).get("phase", "Pending"), "0", _age(pod["metadata"])]


def _data(item):
    return [item["metadata"]["name"], str(len(item.get("data") or {})), _age(item["metadata"])]


def _other(item):
    return [item["metadata"]["name"], _age(item["metadata"])]


def _age(meta):
    made = meta.get("creationTimestamp")
    seconds = int(time.time() - calendar.timegm(time.strptime(made, "%Y-%m-%dT%H:%M:%SZ"))) if made else 0
    if seconds < 120:
        return f"{max(seconds, 0)}s"
    return f"{seconds // 60}m" if seconds < 7200 else f"{seconds // 3600}h" if seconds < 172800 else f"{seconds // 86400}d"
