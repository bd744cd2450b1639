"""kubeadm reset: takes away what init and join have made on this machine, and its member of etcd out of the cluster."""

import os
import shutil

import documents
import etcd
import pki
from https import ApiError
from kubeadm_control_plane import systemctl, wait_until
from kubeadm_preflight import MANIFESTS

CONFS = ("admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler")
LEAVE_SECONDS = 15


def reset():
    folder = "/var/lib/etcd"
    manifest = f"{MANIFESTS}/etcd.yaml"
    if os.path.exists(manifest):
        arguments = dict(word.removeprefix("--").partition("=")[::2] for word in documents.read(pki.read(manifest))["spec"]["containers"][0]["command"][1:])
        folder = arguments["data-dir"]
        _leave_etcd(arguments)
    print("[reset] Stopping the kubelet service", flush=True)
    systemctl("stop", "kubelet")
    print("[reset] Deleting contents of directories: /etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki /var/lib/etcd", flush=True)
    for emptied in (MANIFESTS, "/var/lib/kubelet", "/etc/kubernetes/pki", folder):
        for name in os.listdir(emptied) if os.path.isdir(emptied) else []:
            path = os.path.join(emptied, name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.remove(path)
    for name in CONFS:
        if os.path.exists(f"/etc/kubernetes/{name}.conf"):
            os.remove(f"/etc/kubernetes/{name}.conf")


def _leave_etcd(arguments):
    others = [url.partition("=")[2] for url in arguments["initial-cluster"].split(",")]
    own = arguments["initial-advertise-peer-urls"]
    urls = [url.rpartition(":")[0] + ":2379" for url in others if url != own]
    if not urls:
        return
    def left():
        try:
            client = etcd.as_client(urls)
            for member in client.members():
                if own in member.get("peerURLs", []):
                    client.remove_member(member["ID"])
                    print("[reset] Removed this machine's member of etcd", flush=True)
            return True
        except (etcd.EtcdError, OSError) as error:
            raise ApiError(0, str(error)) from None

    try:
        # etcd lets nobody go while one has been in step for less than five seconds.
        wait_until("failed to remove the etcd member", LEAVE_SECONDS, left)
    except pki.Refused as error:
        print(f"[reset] WARNING: {error}; please remove it manually", flush=True)
