#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (master), debian-13 amd64, with STAND-INS in place of Kubernetes
# plan 24cde9c0edfa447415bdfba2f6ba5f69aeb6b913c2b1d7c3fde1e673c0b9fa01
# Made by bake: change the profile, not this file. It can be run again, also after it was killed.
set -euo pipefail

# (the helpers of userdata/ stand here)

BAKE_ALL_LAYERS='system runtime kubernetes profile'

# ----------------------------------------------------------------------------------------------------
# turn swap off for good
# bake:base.yaml:14:9
bake_section_6c4409f9201a51f5() {
bake_swap_off
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-swap-off.service
# bake:base.yaml:14:9
bake_section_c2240604590d061f() {
bake_write /etc/systemd/system/bake-swap-off.service 0644 root root <<'BAKE_34C72B72'
# Written by bake. cloud-init turns swap on by itself, past the mask of swap.target, where user-data or the platform names
# any: cc_mounts adds a line to /etc/fstab and runs `swapon -a` in its network stage.
[Unit]
Description=Turn off swap that user-data or the platform asked for
Documentation=man:swapoff(8)
After=cloud-init.service cloud-init-network.service
Before=containerd.service docker.service kubelet.service bake-firstboot.service

[Service]
Type=oneshot
# The types of /proc/swaps, and that of /etc/fstab.
ExecCondition=grep -qE '^[^#]*[[:space:]](file|partition|swap)[[:space:]]' /proc/swaps /etc/fstab
ExecStart=echo 'bake: something asked for swap (user-data, or the platform); it is turned off, since a kubelet runs without'
ExecStart=sed -i -E '/^[^#]*[[:space:]]swap[[:space:]]/ s/^/# bake: swap is off: /' /etc/fstab
ExecStart=swapoff --all --verbose
ExecStart=rm -f /swap.img /swapfile /swap
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
BAKE_34C72B72
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable bake-swap-off.service
# bake:base.yaml:14:9
bake_section_fd73d9cd2d9f3555() {
bake_service enabled bake-swap-off.service leave
}

# ----------------------------------------------------------------------------------------------------
# install base tools: bash-completion ca-certificates curl jq nftables tzdata
# bake:base.yaml:6:5
bake_section_36b0208840eecf35() {
bake_install bash-completion ca-certificates curl jq nftables tzdata
}

# ----------------------------------------------------------------------------------------------------
# set the time zone to Etc/UTC
# bake:base.yaml:15:13
bake_section_3a17522e5b6df7d1() {
bake_time_zone Etc/UTC
}

# ----------------------------------------------------------------------------------------------------
# write /etc/cloud/cloud.cfg.d/50-bake.cfg
# bake:base.yaml:6:5
bake_section_a0d74fcc5124dbdf() {
bake_write /etc/cloud/cloud.cfg.d/50-bake.cfg 0644 root root <<'BAKE_BDB73096'
# Written by bake.
locale: false
mounts: [[swap]]
BAKE_BDB73096
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-nvme-host.service
# profile.yaml:1:1
bake_section_6f6e73960b6bfcd2() {
bake_write /etc/systemd/system/bake-nvme-host.service 0644 root root <<'BAKE_2E0FEAA0'
# Written by bake. The package nvme-cli makes these names when it is installed, so an image goes without them; both hold
# the same UUID.
[Unit]
Description=Give this machine a name as an NVMe host
Documentation=man:nvme-gen-hostnqn(1)
ConditionPathExists=/usr/sbin/nvme
ConditionFileNotEmpty=|!/etc/nvme/hostnqn
ConditionFileNotEmpty=|!/etc/nvme/hostid
Before=nvmefc-boot-connections.service nvmf-autoconnect.service remote-fs-pre.target

[Service]
Type=oneshot
ExecStart=sh -ec 'read -r id </proc/sys/kernel/random/uuid; echo "nqn.2014-08.org.nvmexpress:uuid:$$id" >/etc/nvme/hostnqn; echo "$$id" >/etc/nvme/hostid'

[Install]
WantedBy=multi-user.target
BAKE_2E0FEAA0
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable bake-nvme-host.service
# profile.yaml:1:1
bake_section_343d8a53b6b9097f() {
bake_service enabled bake-nvme-host.service leave
}

# ----------------------------------------------------------------------------------------------------
# install time synchronisation: chrony
# bake:node.yaml:19:1
bake_section_207dbe568572c67d() {
bake_install chrony
}

# ----------------------------------------------------------------------------------------------------
# write /etc/chrony/chrony.conf
# bake:node.yaml:19:1
bake_section_44d25e6d72537131() {
bake_write /etc/chrony/chrony.conf 0644 root root <<'BAKE_5B89B5EE'
# Written by bake. kubeadm’s certificates are valid from five minutes before they are made: clocks must agree.
pool 2.debian.pool.ntp.org iburst maxsources 4
confdir /etc/chrony/conf.d
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
maxupdateskew 100.0
# Steps at any time in the first minutes: virtual machines wake up with old clocks.
makestep 1 -1
rtcsync
leapseclist /usr/share/zoneinfo/leap-seconds.list
BAKE_5B89B5EE
bake_restart_if_changed chrony.service
}

# ----------------------------------------------------------------------------------------------------
# enable chrony.service
# bake:node.yaml:19:1
bake_section_ba722b97c77a96ff() {
bake_service enabled chrony.service start
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/journald.conf.d/50-bake.conf
# bake:base.yaml:18:3
bake_section_2ffbce92fa403420() {
bake_write /etc/systemd/journald.conf.d/50-bake.conf 0644 root root <<'BAKE_07787040'
# Written by bake.
[Journal]
Storage=persistent
SystemMaxUse=1024M
BAKE_07787040
bake_restart_if_changed systemd-journald.service
}

# ----------------------------------------------------------------------------------------------------
# install security upgrades: unattended-upgrades
# bake:base.yaml:20:13
bake_section_d2ba9b240b566523() {
bake_install unattended-upgrades
}

# ----------------------------------------------------------------------------------------------------
# write /etc/apt/apt.conf.d/60bake-upgrades
# bake:base.yaml:20:13
bake_section_6d2aa6fd674658ad() {
bake_write /etc/apt/apt.conf.d/60bake-upgrades 0644 root root <<'BAKE_0B5CC503'
// Written by bake.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Package-Blacklist {
  "^kubelet$";
  "^kubeadm$";
  "^kubectl$";
  "^cri-tools$";
  "^kubernetes-cni$";
  "^containerd$";
  "^containerd\\.io$";
  "^runc$";
  "^docker\\.io$";
  "^docker-cli$";
  "^docker-ce$";
  "^docker-ce-cli$";
  "^cri-dockerd$";
};
BAKE_0B5CC503
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/apt-daily.timer.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_afb3ab4e2fd358b0() {
bake_write /etc/systemd/system/apt-daily.timer.d/50-bake.conf 0644 root root <<'BAKE_42D1EC43'
# Written by bake.
[Timer]
Persistent=false
BAKE_42D1EC43
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_1ae21e5483a529ad() {
bake_write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf 0644 root root <<'BAKE_42D1EC43'
# Written by bake.
[Timer]
Persistent=false
BAKE_42D1EC43
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/apt-daily.service.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_2ccbe43896430014() {
bake_write /etc/systemd/system/apt-daily.service.d/50-bake.conf 0644 root root <<'BAKE_AF492D78'
# Written by bake.
[Unit]
After=cloud-final.service
BAKE_AF492D78
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_3a4ff6df055952f5() {
bake_write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf 0644 root root <<'BAKE_AF492D78'
# Written by bake.
[Unit]
After=cloud-final.service
BAKE_AF492D78
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# load kernel modules overlay br_netfilter nf_conntrack
# bake:node.yaml:19:1
bake_section_58d668cc386ed1c1() {
bake_write /etc/modules-load.d/bake-kubernetes.conf 0644 root root <<'BAKE_84C45C02'
overlay
br_netfilter
nf_conntrack
BAKE_84C45C02
bake_modprobe overlay br_netfilter nf_conntrack
}

# ----------------------------------------------------------------------------------------------------
# set 11 kernel settings
# bake:node.yaml:19:1
bake_section_e431cb5116feea57() {
bake_write /etc/sysctl.d/99-bake-kubernetes.conf 0644 root root <<'BAKE_CCF4D892'
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
vm.overcommit_memory = 1
vm.panic_on_oom = 0
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.keys.root_maxkeys = 1000000
kernel.keys.root_maxbytes = 25000000
fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 524288
BAKE_CCF4D892
if bake_is_live; then sysctl --quiet --system; fi
}

# ----------------------------------------------------------------------------------------------------
# install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux
# bake:node.yaml:7:1
bake_section_1442e54a8cf9f1f4() {
bake_install apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux
}

# ----------------------------------------------------------------------------------------------------
# install containerd: containerd
# bake:node.yaml:15:1
bake_section_6343d1db8d0d99e6() {
bake_install containerd
bake_hold containerd
}

# ----------------------------------------------------------------------------------------------------
# configure containerd
# bake:node.yaml:15:1
bake_section_b14004e94b694515() {
local major
major=$(bake_containerd_major)
if [ "$major" -ge 2 ]; then
bake_write /etc/containerd/config.toml 0644 root root <<'BAKE_0EFA978E'
# Written by bake. Additions go into /etc/containerd/conf.d, registries into certs.d.
version = 3
imports = ["/etc/containerd/conf.d/*.toml"]

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "registry.k8s.io/pause:3.10.1"

[plugins."io.containerd.cri.v1.images".registry]
config_path = "/etc/containerd/certs.d"

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/opt/cni/bin"]
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = true
BAKE_0EFA978E
else
bake_write /etc/containerd/config.toml 0644 root root <<'BAKE_5DC2EE88'
# Written by bake. Additions go into /etc/containerd/conf.d, registries into certs.d.
version = 2
imports = ["/etc/containerd/conf.d/*.toml"]

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "registry.k8s.io/pause:3.10.1"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/opt/cni/bin"
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
BAKE_5DC2EE88
fi
bake_directory /etc/containerd/conf.d 0700 root root
bake_directory /etc/containerd/certs.d 0755 root root
bake_restart_if_changed containerd.service
}

# ----------------------------------------------------------------------------------------------------
# enable containerd.service
# bake:node.yaml:16:11
bake_section_02e9ca9c6a1e6afd() {
bake_service enabled containerd.service start
}

# ----------------------------------------------------------------------------------------------------
# make stand-in packages: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1
# bake:node.yaml:9:12
bake_section_20eedc9b08e96b6a() {
bake_stand_in_begin && return 0
bake_stand_in_package cri-tools 1.35.0-1.1 ''
bake_stand_in_file cri-tools /usr/bin/crictl 0755 <<'BAKE_BF2BA05D'
#!/bin/bash
# STAND-IN for crictl, made by bake. It is not crictl.
set -euo pipefail

case "${1:-}" in
  --version | version) echo 'crictl version 1.35.0-1.1+stand-in (a STAND-IN made by bake, not crictl)' ;;
  completion) echo '# No completion: crictl is a stand-in here.' ;;
  *)
    echo "crictl: this is a STAND-IN made by bake; it can't ${1:-do that}" >&2
    exit 1
    ;;
esac
BAKE_BF2BA05D
bake_stand_in_build cri-tools
bake_stand_in_package kubernetes-cni 1.8.0-1.1 ''
bake_stand_in_file kubernetes-cni /opt/cni/bin/bridge 0755 <<'BAKE_58783959'
#!/bin/bash
# STAND-IN for a CNI plugin, made by bake. It connects nothing.
echo '{"cniVersion":"1.0.0","code":999,"msg":"this CNI plugin is a STAND-IN made by bake"}'
exit 1
BAKE_58783959
bake_stand_in_file kubernetes-cni /opt/cni/bin/host-local 0755 <<'BAKE_58783959'
#!/bin/bash
# STAND-IN for a CNI plugin, made by bake. It connects nothing.
echo '{"cniVersion":"1.0.0","code":999,"msg":"this CNI plugin is a STAND-IN made by bake"}'
exit 1
BAKE_58783959
bake_stand_in_file kubernetes-cni /opt/cni/bin/loopback 0755 <<'BAKE_58783959'
#!/bin/bash
# STAND-IN for a CNI plugin, made by bake. It connects nothing.
echo '{"cniVersion":"1.0.0","code":999,"msg":"this CNI plugin is a STAND-IN made by bake"}'
exit 1
BAKE_58783959
bake_stand_in_file kubernetes-cni /opt/cni/bin/portmap 0755 <<'BAKE_58783959'
#!/bin/bash
# STAND-IN for a CNI plugin, made by bake. It connects nothing.
echo '{"cniVersion":"1.0.0","code":999,"msg":"this CNI plugin is a STAND-IN made by bake"}'
exit 1
BAKE_58783959
bake_stand_in_build kubernetes-cni
bake_stand_in_package kubelet 1.35.8-1.1 'iptables, kubernetes-cni, mount, util-linux, kubectl, etcd-server, python3, python3-yaml, openssl'
bake_stand_in_file kubelet /usr/bin/kubelet 0755 <<'BAKE_16F9050D'
#!/usr/bin/python3
# STAND-IN for kubelet 1.35.8, made by bake. It is not kubelet: kubelet_main.py says what it does.
import sys

sys.path.insert(0, "/usr/lib/bake-stand-in")
import kubelet_main

sys.exit(kubelet_main.main("1.35.8", sys.argv[1:]))
BAKE_16F9050D
bake_stand_in_file kubelet /usr/lib/bake-stand-in/api_access.py 0644 <<'BAKE_C8143BF4'
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
BAKE_C8143BF4
bake_stand_in_file kubelet /usr/lib/bake-stand-in/api_objects.py 0644 <<'BAKE_7F0500F4'
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
BAKE_7F0500F4
bake_stand_in_file kubelet /usr/lib/bake-stand-in/api_server.py 0644 <<'BAKE_9BD58D86'
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
BAKE_9BD58D86
bake_stand_in_file kubelet /usr/lib/bake-stand-in/kubelet_main.py 0644 <<'BAKE_5D2AFFC9'
"""STAND-IN for the kubelet, made by bake: registers its node, keeps it ready, runs the control plane's static pods."""

import os
import signal
import sys
import time

import documents
from https import ApiError, of_kubeconfig
from kubelet_node import Node, bootstrap
from kubelet_pods import StaticPods
from pki import Refused

HEARTBEAT_SECONDS = 10
# Flags that the kubelet lost, by the minor that refuses them (kubernetes/kubernetes, CHANGELOGs 1.24, 1.27 and 1.35).
REMOVED_FLAGS = {"network-plugin": 24, "cni-conf-dir": 24, "cni-bin-dir": 24, "container-runtime": 27, "pod-infra-container-image": 35}


def main(version, arguments):
    if arguments[:1] == ["--version"]:
        print(f"Kubernetes v{version}+stand-in (a STAND-IN made by bake, not the kubelet)")
        return 0
    print(f"kubelet: this is a STAND-IN made by bake for {version}; it runs no pods but the control plane's", file=sys.stderr, flush=True)
    flags = dict(argument.removeprefix("--").partition("=")[::2] for argument in arguments)
    for name in flags:
        if int(version.split(".")[1]) >= REMOVED_FLAGS.get(name, 1000):
            return _refuse(f"unknown flag: --{name}")
    config = _config(flags.get("config", "/var/lib/kubelet/config.yaml"))
    if config.get("failSwapOn", True) and _swap_is_on():
        return _refuse("running with swap on is not supported, please disable swap! or set --fail-swap-on flag to false")
    _run(flags, config, version)
    return 0


def _config(path):
    if not os.path.exists(path):
        # The real one gives up here too, and systemd tries again every ten seconds until kubeadm has run.
        sys.exit(_refuse(f"failed to load kubelet config file, path: {path}: no such file or directory"))
    with open(path) as file:
        return documents.read(file.read())


def _refuse(text):
    print(f"kubelet: {text}", file=sys.stderr)
    return 1


def _swap_is_on():
    with open("/proc/swaps") as file:
        return len(file.readlines()) > 1


def _run(flags, config, version):
    pods = StaticPods(config.get("staticPodPath", "/etc/kubernetes/manifests"), version)
    node = Node(flags, version)
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.append(True))
    path, bootstrap_path = flags.get("kubeconfig", ""), flags.get("bootstrap-kubeconfig", "")
    if not path or not (os.path.exists(path) or os.path.exists(bootstrap_path)):
        sys.exit(_refuse(f"unable to load bootstrap kubeconfig: stat {bootstrap_path}: no such file or directory"))
    api, next_beat, said, told, gone = None, 0.0, "", {}, []
    while not ended:
        gone += pods.look()
        mirrors = pods.mirrors()
        now = time.monotonic()
        if now >= next_beat or (mirrors != told and said == ""):
            try:
                if not os.path.exists(path):
                    bootstrap(bootstrap_path, path, node.name)
                api = api or of_kubeconfig(path, 5)
                node.beat(api, {name: mirror for name, mirror in mirrors.items() if told.get(name) != mirror})
                while gone:
                    node.forget_pod(api, gone[-1])
                    gone.pop()
                next_beat, said, told = now + HEARTBEAT_SECONDS, "", mirrors
            except (ApiError, Refused, OSError, ValueError, KeyError) as error:
                # What is there must be told anew: to another API server, perhaps, and as somebody else.
                api, next_beat, told = None, now + 1, {}
                if said != str(error):
                    said = str(error)
                    print(f"kubelet: {said}", file=sys.stderr, flush=True)
        time.sleep(0.5)
    pods.stop()
BAKE_5D2AFFC9
bake_stand_in_file kubelet /usr/lib/bake-stand-in/kubelet_node.py 0644 <<'BAKE_35073909'
"""The kubelet's dealings with the API server: its credentials, its node, its heartbeats, its mirror pods."""

import base64
import os
import platform
import socket
import time

import documents
import pki
from https import ApiError, kubeconfig, of_kubeconfig

CERTIFICATE = "/var/lib/kubelet/pki/kubelet-client-current.pem"
NODES = "/api/v1/nodes"
PODS = "/api/v1/namespaces/kube-system/pods"


def bootstrap(bootstrap_kubeconfig, path, name):
    """TLS bootstrap: a signing request by the bootstrap token, and a kubeconfig with the certificate that comes of it."""
    api = of_kubeconfig(bootstrap_kubeconfig)
    key = "/var/lib/kubelet/pki/kubelet-client.key"
    request = pki.make_request(key, f"system:node:{name}", "system:nodes")
    made = api.request(
        "POST",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
        {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"name": "node-csr-" + base64.b32encode(os.urandom(15)).decode().lower()},
            "spec": {
                "request": base64.b64encode(request.encode()).decode(),
                "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
                "usages": ["digital signature", "key encipherment", "client auth"],
            },
        },
    )
    certificate = base64.b64decode(made["status"]["certificate"]).decode()
    pki.write(CERTIFICATE, certificate + pki.read(key))
    os.remove(key)
    files = {"client-certificate": CERTIFICATE, "client-key": CERTIFICATE}
    pki.write(path, kubeconfig(api.server, _authority(bootstrap_kubeconfig), "default-auth", files, "default-cluster"))


def _authority(path):
    return base64.b64decode(documents.read(pki.read(path))["clusters"][0]["cluster"]["certificate-authority-data"]).decode()


class Node:
    """The node of this machine. `flags` are the kubelet's."""

    def __init__(self, flags, version):
        self.name = flags.get("hostname-override") or socket.gethostname().lower()
        self.flags, self.version, self.registered = flags, version, False

    def beat(self, api, pods):
        """Registers the node where it is not, says that it is ready, and which static pods run ({name: (manifest, ready)})."""
        if not self.registered:
            self._register(api)
        try:
            api.merge(f"{NODES}/{self.name}/status", {"status": self._status(api)})
        except ApiError as error:
            # Deleted by somebody: a kubelet registers again only when it is started again.
            if error.code != 404:
                raise
            return
        for name, (manifest, ready) in pods.items():
            self._mirror(api, name, manifest, ready)

    def forget_pod(self, api, name):
        try:
            api.request("DELETE", f"{PODS}/{name}-{self.name}")
        except ApiError as error:
            if error.code != 404:
                raise

    def _register(self, api):
        labels = {"kubernetes.io/hostname": self.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())}
        labels.update(pair.partition("=")[::2] for pair in self.flags.get("node-labels", "").split(",") if pair)
        spec = {}
        if self.flags.get("register-with-taints"):
            spec["taints"] = [_taint(text) for text in self.flags["register-with-taints"].split(",")]
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.name, "labels": labels}, "spec": spec, "status": self._status(api)}
        try:
            api.request("POST", NODES, node)
            print(f"kubelet: successfully registered node {self.name}", flush=True)
        except ApiError as error:
            if error.code != 409:
                raise
            api.merge(f"{NODES}/{self.name}", {"metadata": {"labels": labels}})
        self.registered = True

    def address(self, api):
        if self.flags.get("node-ip"):
            return self.flags["node-ip"].split(",")
        # The one that leads to the API server; nothing is sent.
        host, _, port = api.server.removeprefix("https://").rpartition(":")
        family = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
        with socket.socket(family[0], socket.SOCK_DGRAM) as probe:
            probe.connect(family[4])
            return [probe.getsockname()[0]]

    def _status(self, api):
        beat = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        addresses = [{"type": "InternalIP", "address": address} for address in self.address(api)]
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "this is a STAND-IN made by bake: it runs no pods", "lastHeartbeatTime": beat}
        return {
            "addresses": [*addresses, {"type": "Hostname", "address": self.name}],
            "conditions": [ready],
            "nodeInfo": {
                "kubeletVersion": f"v{self.version}+stand-in",
                "operatingSystem": "linux",
                "osImage": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
                "kernelVersion": platform.release(),
                "architecture": platform.machine(),
                "containerRuntimeVersion": "stand-in://0",
            },
        }

    def _mirror(self, api, name, manifest, ready):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**manifest["metadata"], "name": f"{name}-{self.name}"},
            "spec": {**manifest["spec"], "nodeName": self.name},
            "status": {"phase": "Running", "podIP": self.address(api)[0], "conditions": [{"type": "Ready", "status": str(ready)}]},
        }
        api.put_or_create(PODS, pod)


def _taint(text):
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, **({"value": value} if value else {}), "effect": effect}
BAKE_35073909
bake_stand_in_file kubelet /usr/lib/bake-stand-in/kubelet_pods.py 0644 <<'BAKE_66D89933'
"""Static pods without containers: the program that a manifest names is run as it is. etcd is Debian's own; kube-apiserver is the
stand-in; the rest of a control plane has nothing to do here and is said to run."""

import os
import subprocess
import sys
import time

import documents

# setpriv: what is started ends with the kubelet, also when that is killed.
PROGRAMS = {
    "etcd": ["setpriv", "--pdeathsig", "KILL", "etcd"],
    "kube-apiserver": ["setpriv", "--pdeathsig", "KILL", sys.executable, os.path.join(os.path.dirname(__file__), "api_server.py")],
}
LONGEST_BACKOFF_SECONDS = 8
# Debian's etcd in the words of 3.5 and newer, and only what went wrong.
QUIET_ETCD = {"ETCD_LOGGER": "zap", "ETCD_LOG_LEVEL": "error"}


class StaticPods:
    """What the manifests in a folder say is to run, and what runs."""

    def __init__(self, folder, version):
        self.folder, self.version = folder, version
        self.pods = {}

    def look(self):
        """Starts what is new or has died, stops what is gone or has changed. The names of pods that are gone."""
        there = {}
        for file in sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []:
            path = os.path.join(self.folder, file)
            if file.endswith((".yaml", ".json")) and not file.startswith("."):
                there[path] = os.stat(path).st_mtime_ns
        gone = []
        for path, pod in list(self.pods.items()):
            if there.get(path) != pod.changed:
                pod.stop()
                del self.pods[path]
                if path not in there:
                    gone.append(pod.name)
        for path, changed in there.items():
            if path not in self.pods:
                self.pods[path] = Pod(path, changed, self.version)
            self.pods[path].keep_running()
        return gone

    def mirrors(self):
        return {pod.name: (pod.manifest, pod.runs()) for pod in self.pods.values()}

    def stop(self):
        for pod in self.pods.values():
            pod.stop()


class Pod:
    def __init__(self, path, changed, version):
        with open(path) as file:
            self.manifest = documents.read(file.read())
        self.name, self.changed = self.manifest["metadata"]["name"], changed
        program, *arguments = self.manifest["spec"]["containers"][0].get("command") or [""]
        own = [f"--bake-version={version}"] if program == "kube-apiserver" else []
        self.command = PROGRAMS[program] + arguments + own if program in PROGRAMS else None
        self.process, self.backoff, self.next_start = None, 0.5, 0.0
        if not self.command:
            print(f"kubelet: pod {self.name} is left at that: this is a STAND-IN made by bake", flush=True)

    def runs(self):
        return not self.command or (self.process is not None and self.process.poll() is None)

    def keep_running(self):
        if self.runs() or time.monotonic() < self.next_start:
            return
        if self.process:
            print(f"kubelet: {self.name} ended with {self.process.returncode}; started again", file=sys.stderr, flush=True)
        self.process = subprocess.Popen(self.command, env={**os.environ, **QUIET_ETCD}, stdin=subprocess.DEVNULL)
        self.next_start = time.monotonic() + self.backoff
        self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)

    def stop(self):
        if not self.process or not self.runs():
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
BAKE_66D89933
bake_stand_in_file kubelet /DEBIAN/postinst 0755 <<'BAKE_22799832'
#!/bin/sh
# Modules are compiled when they are installed, like those of Debian's own packages: not by each machine at its first boot.
set -eu
py3compile /usr/lib/bake-stand-in
BAKE_22799832
bake_stand_in_file kubelet /usr/lib/systemd/system/etcd.service.d/bake-stand-in.conf 0644 <<'BAKE_4373E443'
# Written by bake: etcd here is the stand-in kubelet's to run, not systemd's.
[Unit]
ConditionPathExists=!/usr/bin/kubelet
BAKE_4373E443
bake_stand_in_file kubelet /usr/lib/systemd/system/kubelet.service 0644 <<'BAKE_3C7F7CB2'
# Written by bake, after the unit of the kubelet package (kubernetes/release, krel templates).
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
BAKE_3C7F7CB2
bake_stand_in_build kubelet
bake_stand_in_package kubeadm 1.35.8-1.1 'kubelet, kubectl, python3, python3-yaml, openssl'
bake_stand_in_file kubeadm /usr/bin/kubeadm 0755 <<'BAKE_89F131C1'
#!/usr/bin/python3
# STAND-IN for kubeadm 1.35.8, made by bake. It is not kubeadm: kubeadm_main.py says what it does.
import sys

sys.path.insert(0, "/usr/lib/bake-stand-in")
import kubeadm_main

sys.exit(kubeadm_main.main("1.35.8", sys.argv[1:]))
BAKE_89F131C1
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_config.py 0644 <<'BAKE_100320E9'
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
BAKE_100320E9
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_control_plane.py 0644 <<'BAKE_6D51368A'
"""What `init` and a joining master make on their machine alike: certificates, kubeconfigs, static pods, the kubelet's files."""

import base64
import os
import shutil
import subprocess
import time

import documents
import pki
from https import ApiError, kubeconfig, of_kubeconfig
from kubeadm_config import endpoint_url, flags, host_of, service_address
from kubeadm_preflight import MANIFESTS
from pki import Refused

ETCD_PORT, PEER_PORT = 2379, 2380
KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
# Thrice etcd's own: rehearsals run emulated machines on few processors.
ETCD_PACE = {"heartbeat-interval": "300", "election-timeout": "3000"}
ROLE = "node-role.kubernetes.io/"


def make_authorities(config):
    pki.make_authority(f"{config.pki}/ca", "kubernetes")
    pki.make_authority(f"{config.pki}/front-proxy-ca", "front-proxy-ca")
    if not config.external_etcd:
        pki.make_authority(f"{config.pki}/etcd/ca", "etcd-ca")
    pki.make_service_account(f"{config.pki}/sa")


def refuse_without_authorities(config):
    """A joining master must have what all masters share."""
    missing = []
    wanted = [("ca", "CA"), ("front-proxy-ca", "front-proxy CA")] + ([] if config.external_etcd else [("etcd/ca", "etcd CA")])
    for stem, title in wanted:
        for ending, kind in (("crt", "certificate"), ("key", "key")):
            if not os.path.exists(f"{config.pki}/{stem}.{ending}"):
                missing.append(f"failure loading {kind} for {title}: couldn't load the {kind} file {config.pki}/{stem}.{ending}: no such file or directory")
    if not os.path.exists(f"{config.pki}/sa.key"):
        missing.append(f"failure loading key for service account: couldn't load the private key file {config.pki}/sa.key")
    if missing or not config.cluster.get("controlPlaneEndpoint"):
        reasons = missing or ["unable to add a new control plane instance to a cluster that doesn't have a stable controlPlaneEndpoint address"]
        raise Refused(
            "error execution phase preflight:\nOne or more conditions for hosting a new control plane instance is not satisfied.\n\n"
            f"[{', '.join(reasons)}]\n\nPlease ensure that:\n* The cluster has a stable controlPlaneEndpoint address.\n"
            "* The certificates that must be shared among control plane instances are provided."
        )


def make_certificates(config, endpoint):
    folder, name, address = config.pki, config.name, endpoint.address
    domain = config.cluster.get("networking", {}).get("dnsDomain", "cluster.local")
    names = [name, "kubernetes", "kubernetes.default", "kubernetes.default.svc", f"kubernetes.default.svc.{domain}", *service_address(config), address]
    if config.cluster.get("controlPlaneEndpoint"):
        names.append(host_of(config.cluster["controlPlaneEndpoint"]))
    names += config.cluster.get("apiServer", {}).get("certSANs", [])
    pki.make_certificate(f"{folder}/apiserver", f"{folder}/ca", "kube-apiserver", usage=pki.SERVER, names=names)
    pki.make_certificate(f"{folder}/apiserver-kubelet-client", f"{folder}/ca", "kube-apiserver-kubelet-client", "kubeadm:cluster-admins" if config.minor >= 29 else "system:masters")
    pki.make_certificate(f"{folder}/front-proxy-client", f"{folder}/front-proxy-ca", "front-proxy-client")
    if config.external_etcd:
        return
    own = [name, "localhost", address, "127.0.0.1", "::1"]
    for part in ("server", "peer"):
        pki.make_certificate(f"{folder}/etcd/{part}", f"{folder}/etcd/ca", name, usage=pki.BOTH, names=own)
    pki.make_certificate(f"{folder}/etcd/healthcheck-client", f"{folder}/etcd/ca", "kube-etcd-healthcheck-client")
    pki.make_certificate(f"{folder}/apiserver-etcd-client", f"{folder}/etcd/ca", "kube-apiserver-etcd-client")


def make_kubeconfigs(config, endpoint, with_super_admin):
    """All but the kubelet's."""
    common = f"https://{config.cluster['controlPlaneEndpoint']}" if config.cluster.get("controlPlaneEndpoint") else endpoint.url
    users = [("admin", common, "kubernetes-admin", administrators(config.minor))]
    if with_super_admin and config.minor >= 29:
        users.append(("super-admin", common, "kubernetes-super-admin", "system:masters"))
    users += [(name, endpoint.url, f"system:kube-{name}", None) for name in ("controller-manager", "scheduler")]
    for name, server, user, group in users:
        make_kubeconfig(f"/etc/kubernetes/{name}.conf", config.pki, server, user, group, config.cluster.get("clusterName", "kubernetes"))
    return common


def administrators(minor):
    return "kubeadm:cluster-admins" if minor >= 29 else "system:masters"


def make_kubeconfig(path, folder, server, user, group, cluster="kubernetes"):
    """One that is there stays, if it is of this authority; kubeadm refuses to go on otherwise."""
    authority = pki.read(f"{folder}/ca.crt")
    if os.path.exists(path):
        there = documents.read(pki.read(path))["clusters"][0]["cluster"]
        if base64.b64decode(there["certificate-authority-data"]).decode() != authority:
            raise Refused(f'a kubeconfig file "{path}" exists already but has got the wrong CA cert')
        if there["server"] != server:
            print(f'WARNING: a kubeconfig file "{path}" exists already but has an unexpected API Server URL: expected: {server}, got: {there["server"]}')
        return
    stem = f"{path}.client"
    try:
        pki.make_certificate(stem, f"{folder}/ca", user, group)
        encoded = {f"client-{part}-data": base64.b64encode(pki.read(f"{stem}.{ending}").encode()).decode() for part, ending in (("certificate", "crt"), ("key", "key"))}
    finally:
        for ending in ("crt", "key"):
            if os.path.exists(f"{stem}.{ending}"):
                os.remove(f"{stem}.{ending}")
    pki.write(path, kubeconfig(server, authority, user, encoded, cluster))


def write_etcd(config, endpoint, members):
    """`members`: [(name, peer URL)] of all, this one included."""
    address, folder = endpoint.address, f"{config.pki}/etcd"
    client, peer = endpoint_url(address, ETCD_PORT), endpoint_url(address, PEER_PORT)
    extra = flags(config.cluster.get("etcd", {}).get("local", {}).get("extraArgs"))
    arguments = {
        "advertise-client-urls": client,
        "cert-file": f"{folder}/server.crt",
        "client-cert-auth": "true",
        "data-dir": config.etcd_folder,
        **ETCD_PACE,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": ",".join(f"{name}={url}" for name, url in members),
        "initial-cluster-state": "existing" if len(members) > 1 else "new",
        "key-file": f"{folder}/server.key",
        "listen-client-urls": f"https://127.0.0.1:{ETCD_PORT},{client}",
        "listen-metrics-urls": "http://127.0.0.1:2381",
        "listen-peer-urls": peer,
        "name": config.name,
        "peer-cert-file": f"{folder}/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{folder}/peer.key",
        "peer-trusted-ca-file": f"{folder}/ca.crt",
        "snapshot-count": "10000",
        "trusted-ca-file": f"{folder}/ca.crt",
        **extra,
    }
    os.makedirs(config.etcd_folder, mode=0o700, exist_ok=True)
    _write_pod("etcd", arguments, {"kubeadm.kubernetes.io/etcd.advertise-client-urls": client})


def write_api_server(config, endpoint):
    folder, external = config.pki, config.external_etcd
    etcd = (
        {"etcd-cafile": external["caFile"], "etcd-certfile": external["certFile"], "etcd-keyfile": external["keyFile"], "etcd-servers": ",".join(external["endpoints"])}
        if external
        else {
            "etcd-cafile": f"{folder}/etcd/ca.crt",
            "etcd-certfile": f"{folder}/apiserver-etcd-client.crt",
            "etcd-keyfile": f"{folder}/apiserver-etcd-client.key",
            "etcd-servers": f"https://127.0.0.1:{ETCD_PORT}",
        }
    )
    networking = config.cluster.get("networking", {})
    arguments = {
        "advertise-address": endpoint.address,
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{folder}/ca.crt",
        "enable-bootstrap-token-auth": "true",
        **etcd,
        "secure-port": str(endpoint.port),
        "service-account-key-file": f"{folder}/sa.pub",
        "service-account-signing-key-file": f"{folder}/sa.key",
        "service-cluster-ip-range": networking.get("serviceSubnet", "10.96.0.0/12"),
        "tls-cert-file": f"{folder}/apiserver.crt",
        "tls-private-key-file": f"{folder}/apiserver.key",
        **flags(config.cluster.get("apiServer", {}).get("extraArgs")),
    }
    address = endpoint.url.removeprefix("https://")
    _write_pod("kube-apiserver", arguments, {"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": address})


def write_other_pods(config):
    for name, key in (("controller-manager", "controllerManager"), ("scheduler", "scheduler")):
        conf = f"/etc/kubernetes/{name}.conf"
        _write_pod(f"kube-{name}", {"kubeconfig": conf, "leader-elect": "true", **flags(config.cluster.get(key, {}).get("extraArgs"))}, {})


def _write_pod(name, arguments, annotations):
    command = [name, *(f"--{key}={value}" for key, value in sorted(arguments.items()))]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "kube-system", "labels": {"component": name, "tier": "control-plane"}, "annotations": annotations},
        "spec": {"hostNetwork": True, "priorityClassName": "system-node-critical", "containers": [{"name": name, "command": command}]},
    }
    # What the kubelet watches gets it whole: its name has no .yaml until then.
    pki.write(f"{MANIFESTS}/{name}.yaml", documents.written(pod))


def write_kubelet_files(config, settings):
    """config.yaml and kubeadm-flags.env. `settings`: the cluster's KubeletConfiguration."""
    arguments = {"container-runtime-endpoint": config.cri_socket}
    taints = config.registration.get("taints")
    if taints:
        arguments["register-with-taints"] = ",".join(f"{one['key']}={one.get('value', '')}:{one['effect']}" for one in taints)
    if config.name != os.uname().nodename.lower():
        arguments["hostname-override"] = config.name
    arguments.update(config.kubelet_flags)
    line = " ".join(f"--{key}={value}" for key, value in arguments.items())
    pki.write("/var/lib/kubelet/kubeadm-flags.env", f'KUBELET_KUBEADM_ARGS="{line}"\n', 0o644)
    pki.write(KUBELET_CONFIG, documents.written({"staticPodPath": MANIFESTS, **settings}), 0o644)


def systemctl(*arguments):
    if shutil.which("systemctl"):
        subprocess.run(["systemctl", *arguments], check=False)
    else:
        print("[kubelet-start] WARNING: couldn't detect an init system: the kubelet must be started by hand", flush=True)


def start_kubelet():
    print("[kubelet-start] Starting the kubelet", flush=True)
    systemctl("restart", "kubelet")


def wait_until(what, limit, look):
    """What `look` returns as soon as it is something; it may raise ApiError, which is tried again, too."""
    end, last = time.monotonic() + limit, "timed out waiting for the condition"
    while True:
        try:
            found = look()
            if found:
                return found
        except ApiError as error:
            last = str(error)
        if time.monotonic() > end:
            raise Refused(f"{what}: {last}")
        time.sleep(0.3)


def mark_control_plane(api, config):
    """Labels and taints of a master, when the kubelet has made its node."""
    print(f"[mark-control-plane] Marking the node {config.name} as control-plane", flush=True)
    wait_until(f"error execution phase mark-control-plane: node {config.name}", 120, lambda: api.get(f"/api/v1/nodes/{config.name}"))
    roles = [name for name, wanted in (("master", config.minor <= 23), ("control-plane", config.minor >= 20)) if wanted]
    taints = config.registration.get("taints")
    if taints is None:
        names = [name for name, wanted in (("master", config.minor <= 24), ("control-plane", config.minor >= 24)) if wanted]
        taints = [{"key": f"{ROLE}{name}", "effect": "NoSchedule"} for name in names]
    labels = {f"{ROLE}{name}": "" for name in roles} | {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    api.merge(f"/api/v1/nodes/{config.name}", {"metadata": {"labels": labels}, "spec": {"taints": taints}})


def administrator(timeout=10):
    return of_kubeconfig("/etc/kubernetes/admin.conf", timeout)
BAKE_6D51368A
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_init.py 0644 <<'BAKE_7748C1FC'
"""kubeadm init: the first master of a cluster. Its phases can be run over what they have made."""

import base64
import time

import documents
import pki
from https import kubeconfig, of_kubeconfig
from kubeadm_config import Config, LocalEndpoint, seconds
from kubeadm_control_plane import (
    administrator, make_authorities, make_certificates, make_kubeconfig, make_kubeconfigs, mark_control_plane, start_kubelet, wait_until,
    write_api_server, write_etcd, write_kubelet_files, write_other_pods,
)
from kubeadm_preflight import Checks

DEFAULT_TOKEN_SECONDS = 86400
NODE_GROUPS = ["system:bootstrappers:kubeadm:default-node-token"]


def init(text, version, ignored):
    config = Config(text, version, "InitConfiguration")
    config.check_version()
    print(f"[init] Using Kubernetes version: {config.cluster.get('kubernetesVersion', f'v{version}')}", flush=True)
    endpoint = LocalEndpoint(config.own.get("localAPIEndpoint", {}))
    _preflight(config, endpoint, ignored)

    print(f'[certs] Using certificateDir folder "{config.pki}"', flush=True)
    make_authorities(config)
    make_certificates(config, endpoint)
    print('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"', flush=True)
    server = make_kubeconfigs(config, endpoint, with_super_admin=True)
    make_kubeconfig("/etc/kubernetes/kubelet.conf", config.pki, server, f"system:node:{config.name}", "system:nodes")

    print("[control-plane] Creating static Pod manifests", flush=True)
    if not config.external_etcd:
        write_etcd(config, endpoint, [(config.name, f"{endpoint.url.rpartition(':')[0]}:2380")])
    write_api_server(config, endpoint)
    write_other_pods(config)
    write_kubelet_files(config, config.documents.get("KubeletConfiguration", {}))
    start_kubelet()

    _wait_for_api_server(config, endpoint)
    api = _first_administrator(config)
    _upload(api, config)
    mark_control_plane(api, config)
    _make_tokens(api, config)
    _publish(api, config, server)
    _add_addons(api, config)
    print("\nYour Kubernetes control-plane has initialized successfully! (By a STAND-IN made by bake: it runs no pods.)", flush=True)


def _preflight(config, endpoint, ignored):
    checks = Checks(config, ignored)
    checks.control_plane(endpoint)
    checks.common()
    checks.end()


def _wait_for_api_server(config, endpoint):
    """Through the cluster's endpoint, which a balancer may have; from 1.37 on on the machine itself."""
    limit = config.timeout("controlPlaneComponentHealthCheck", config.cluster.get("apiServer", {}).get("timeoutForControlPlane"), 240)
    print(f"[wait-control-plane] Waiting for a healthy API server. This can take up to {limit} s", flush=True)
    api = of_kubeconfig("/etc/kubernetes/admin.conf", 5)
    if config.minor >= 37:
        api.server = endpoint.url
    wait_until("error execution phase wait-control-plane: couldn't initialize a Kubernetes cluster", limit, lambda: api.send("GET", "/healthz")[0] == 200)


def _first_administrator(config):
    """Up to 1.28 an administrator is one by their certificate; from then on by a binding that the super-admin makes."""
    if config.minor >= 29:
        path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        group = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "kubeadm:cluster-admins"}
        role = {"kind": "ClusterRole", "apiGroup": "rbac.authorization.k8s.io", "name": "cluster-admin"}
        value = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "kubeadm:cluster-admins"}, "roleRef": role, "subjects": [group]}
        of_kubeconfig("/etc/kubernetes/super-admin.conf").put_or_create(path, value)
    wait_until("the namespace kube-system", 60, lambda: administrator().get("/api/v1/namespaces/kube-public"))
    return administrator()


def _config_map(api, name, data, namespace="kube-system"):
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}
    api.put_or_create(f"/api/v1/namespaces/{namespace}/configmaps", value)


def kubelet_config_name(minor):
    return "kubelet-config" if minor >= 24 else f"kubelet-config-1.{minor}"


def _upload(api, config):
    print('[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace', flush=True)
    _config_map(api, "kubeadm-config", {"ClusterConfiguration": documents.written(config.cluster)})
    _config_map(api, kubelet_config_name(config.minor), {"kubelet": documents.written(config.documents.get("KubeletConfiguration", {}))})


def token_secret(token, lifetime, usages, groups):
    """The Secret that is a bootstrap token. `lifetime` in seconds, 0 for good."""
    name, _, secret = token.partition(".")
    expires = {"expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lifetime))} if lifetime else {}
    data = {"token-id": name, "token-secret": secret, **expires, **{f"usage-bootstrap-{usage}": "true" for usage in usages}, "auth-extra-groups": ",".join(groups)}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    metadata = {"name": f"bootstrap-token-{name}", "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "bootstrap.kubernetes.io/token", "data": encoded}


def _make_tokens(api, config):
    print("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles", flush=True)
    for one in config.own.get("bootstrapTokens", []):
        lifetime = seconds(one.get("ttl"), DEFAULT_TOKEN_SECONDS)
        secret = token_secret(one["token"], lifetime, one.get("usages", ["signing", "authentication"]), one.get("groups", NODE_GROUPS))
        api.put_or_create("/api/v1/namespaces/kube-system/secrets", secret)


def _publish(api, config, server):
    """cluster-info; the API server adds the tokens' signatures, as the cluster's controllers do."""
    value = documents.read(kubeconfig(server, pki.read(f"{config.pki}/ca.crt"), "", {}))
    value.update(clusters=[{**value["clusters"][0], "name": ""}], contexts=None, users=None)
    value["current-context"] = ""
    _config_map(api, "cluster-info", {"kubeconfig": documents.written(value)}, "kube-public")


def _add_addons(api, config):
    print("[addons] Applied essential addons: CoreDNS and kube-proxy, as objects only", flush=True)
    _config_map(api, "kube-proxy", {"config.conf": documents.written(config.documents.get("KubeProxyConfiguration", {}))})
    for kind, plural, name in (("Deployment", "deployments", "coredns"), ("DaemonSet", "daemonsets", "kube-proxy")):
        value = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "kube-system"}, "spec": {}}
        api.put_or_create(f"/apis/apps/v1/namespaces/kube-system/{plural}", value)
BAKE_7748C1FC
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_join.py 0644 <<'BAKE_A4EF047C'
"""kubeadm join: another node. It believes a cluster whose CA it has the hash of, and that signs with the token."""

import base64
import hmac
import os
import time

import documents
import etcd
import pki
from api_objects import detached_signature
from https import Api, ApiError, kubeconfig, tls_context
from kubeadm_config import Config, LocalEndpoint
from kubeadm_control_plane import (
    administrator, make_certificates, make_kubeconfigs, mark_control_plane, refuse_without_authorities, start_kubelet, systemctl, wait_until,
    write_api_server, write_etcd, write_kubelet_files, write_other_pods,
)
from kubeadm_init import kubelet_config_name
from kubeadm_preflight import Checks
from pki import Refused

CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
KUBELET_CONF = "/etc/kubernetes/kubelet.conf"
BOOTSTRAP_CONF = "/etc/kubernetes/bootstrap-kubelet.conf"
ETCD_HEALTH_SECONDS = 8
ETCD_ADD_SECONDS = 15
ETCD_STEP_SECONDS = 120


def join(text, version, ignored, skipped):
    config = Config(text, version, "JoinConfiguration")
    skipped = skipped | set(config.own.get("skipPhases", []))
    is_master = "controlPlane" in config.own
    _preflight(config, is_master, ignored)
    server, authority, token = discover(config)
    bootstrap = Api(server, tls_context(authority), token)
    config.cluster = _fetch(bootstrap, "kubeadm-config", "ClusterConfiguration")
    config.check_version()
    endpoint = LocalEndpoint(config.own["controlPlane"].get("localAPIEndpoint", {})) if is_master else None
    if endpoint:
        checks = Checks(config, ignored)
        refuse_without_authorities(config)
        checks.control_plane(endpoint)
        checks.end()
        _prepare_control_plane(config, endpoint)
        if not config.external_etcd and "check-etcd" not in skipped:
            _check_etcd()
    if "kubelet-start" not in skipped:
        _join_kubelet(config, bootstrap, authority, token)
    if endpoint:
        if not config.external_etcd:
            _join_etcd(config, endpoint)
        mark_control_plane(administrator(), config)
    print("\nThis node has joined the cluster. (By a STAND-IN made by bake: it runs no pods.)", flush=True)


def _preflight(config, is_master, ignored):
    print("[preflight] Running pre-flight checks", flush=True)
    checks = Checks(config, ignored)
    checks.file_available(KUBELET_CONF)
    checks.file_available(BOOTSTRAP_CONF)
    checks.common()
    if not is_master:
        checks.file_available(config.own.get("caCertPath", "/etc/kubernetes/pki/ca.crt"))
    checks.end()


def discover(config):
    """(server, CA as PEM, token): the cluster-info that token and pinned hash agree with. Raises Refused otherwise."""
    found = config.own.get("discovery", {}).get("bootstrapToken")
    if not found:
        raise Refused("discovery: Invalid value: bootstrapToken must be set (this STAND-IN made by bake knows no other discovery)")
    pins = found.get("caCertHashes", [])
    if not pins or found.get("unsafeSkipCAVerification"):
        raise Refused("discovery.bootstrapToken.caCertHashes: Invalid value: using token-based discovery without caCertHashes can be unsafe. This STAND-IN made by bake refuses it")
    name, _, secret = found["token"].partition(".")
    server = f"https://{found['apiServerEndpoint']}"
    limit = config.timeout("discovery", config.own["discovery"].get("timeout"), 300)
    print("[preflight] Reading configuration from the cluster...", flush=True)

    # Nothing is believed yet: the text is, once the token's signature and the hash of the CA in it are right.
    stranger = Api(server, tls_context(insecure=True))
    text = _signed_cluster_info(stranger, name, secret, limit)
    cluster = documents.read(text)["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    if pki.public_key_hash(authority) not in pins:
        raise Refused(f"error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys \"{pki.public_key_hash(authority)}\" are pinned")
    friend = Api(server, tls_context(authority))
    if _signed_cluster_info(friend, name, secret, limit) != text:
        raise Refused("error execution phase preflight: couldn't validate the identity of the API Server: the second kubeconfig from the cluster-info ConfigMap (using validated TLS) was different from the first")
    token = config.own.get("discovery", {}).get("tlsBootstrapToken", found["token"])
    return cluster["server"], authority, token


def _signed_cluster_info(api, name, secret, limit):
    """The kubeconfig in cluster-info, when the token has signed it; waited for, as long as it is not there."""
    invalid = "error execution phase preflight: couldn't validate the identity of the API Server"

    def look():
        data = api.get(CLUSTER_INFO).get("data", {})
        signature = data.get(f"jws-kubeconfig-{name}")
        if not signature:
            raise ApiError(0, f'there is no JWS signed token in the cluster-info ConfigMap. This token id "{name}" is invalid for this cluster, can\'t connect')
        if not hmac.compare_digest(signature, detached_signature(data["kubeconfig"], name, secret)):
            raise Refused(f"{invalid}: failed to verify JWS signature of received cluster info object, can't trust this API Server")
        return data["kubeconfig"]

    return wait_until(invalid, limit, look)


def _fetch(api, name, key):
    try:
        return documents.read(api.get(f"/api/v1/namespaces/kube-system/configmaps/{name}")["data"][key])
    except ApiError as error:
        raise Refused(f"error execution phase preflight: unable to fetch the {name} ConfigMap: failed to get config map: {error}") from None


def _prepare_control_plane(config, endpoint):
    print("[control-plane] Creating certificates, kubeconfigs and static Pod manifests", flush=True)
    make_certificates(config, endpoint)
    make_kubeconfigs(config, endpoint, with_super_admin=False)
    write_api_server(config, endpoint)
    write_other_pods(config)


def _join_kubelet(config, bootstrap, authority, token):
    try:
        node = bootstrap.get(f"/api/v1/nodes/{config.name}")
        for condition in node.get("status", {}).get("conditions", []):
            if condition["type"] == "Ready" and condition["status"] == "True":
                raise Refused(f'error execution phase kubelet-start: a Node with name "{config.name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node')
    except ApiError as error:
        if error.code != 404:
            raise Refused(f'error execution phase kubelet-start: cannot get Node "{config.name}": {error}') from None
    settings = _fetch(bootstrap, kubelet_config_name(config.minor), "kubelet")
    authority_file = config.own.get("caCertPath", "/etc/kubernetes/pki/ca.crt")
    if not os.path.exists(authority_file):
        pki.write(authority_file, authority, 0o644)
    pki.write(BOOTSTRAP_CONF, kubeconfig(bootstrap.server, authority, "tls-bootstrap-token-user", {"token": token}))
    try:
        systemctl("stop", "kubelet")
        write_kubelet_files(config, settings)
        start_kubelet()
        print("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...", flush=True)
        limit = config.timeout("tlsBootstrap", None, 300)
        wait_until("error execution phase kubelet-start", limit, lambda: os.path.exists(KUBELET_CONF))
        # kubeadm writes the runtime's socket on the node, so it waits for that, too.
        wait_until(f'error execution phase kubelet-start: node "{config.name}"', limit, lambda: bootstrap.get(f"/api/v1/nodes/{config.name}"))
    finally:
        if os.path.lexists(BOOTSTRAP_CONF):
            os.remove(BOOTSTRAP_CONF)


def _etcd_of_cluster():
    """etcd by the members that the cluster's pods tell of."""
    pods = administrator().get("/api/v1/namespaces/kube-system/pods")["items"]
    urls = [pod["metadata"].get("annotations", {}).get("kubeadm.kubernetes.io/etcd.advertise-client-urls") for pod in pods]
    if not any(urls):
        raise Refused("error execution phase check-etcd: could not retrieve the list of etcd endpoints")
    return etcd.as_client([url for url in urls if url], timeout=10)


def _check_etcd():
    """Every member that has ever started must answer: one that is no more has to be removed first."""
    print("[check-etcd] Checking that the etcd cluster is healthy", flush=True)
    client, end = _etcd_of_cluster(), time.monotonic() + ETCD_HEALTH_SECONDS
    while True:
        silent = ""
        try:
            for url in [url for member in client.members() for url in member.get("clientURLs", [])]:
                try:
                    etcd.as_client([url], timeout=3).status()
                except etcd.EtcdError as error:
                    silent = f"failed to dial endpoint {url} with maintenance client: {error}"
        except etcd.EtcdError as error:
            silent = str(error)
        if not silent:
            return
        if time.monotonic() > end:
            raise Refused(f"error execution phase check-etcd: etcd cluster is not healthy: {silent}")
        time.sleep(1)


def _join_etcd(config, endpoint):
    """Adds this machine's member, unless it is one already, and has it started. From 1.29 on it learns first, and votes then."""
    print("[etcd] Announced new etcd member joining to the existing etcd cluster", flush=True)
    client, peer = _etcd_of_cluster(), etcd.url(endpoint.address, 2380)

    def added():
        try:
            if not any(peer in member.get("peerURLs", []) for member in client.members()):
                client.add_member(peer, learner=config.minor >= 29)
            return client.members()
        except etcd.EtcdError as error:
            raise ApiError(0, str(error)) from None

    # etcd takes no new member while one has not started, or has been in step for less than five seconds.
    members = wait_until("error execution phase etcd-join: error creating local etcd static pod manifest file", ETCD_ADD_SECONDS, added)
    named = [(config.name if peer in member["peerURLs"] else member.get("name", ""), url) for member in members for url in member["peerURLs"]]
    write_etcd(config, endpoint, [(name, url) for name, url in named if name])
    own = next(member for member in members if peer in member["peerURLs"])
    local = etcd.as_client([etcd.url(endpoint.address, 2379)], timeout=5)

    def in_step():
        try:
            if own.get("isLearner"):
                client.promote_member(own["ID"])
                own["isLearner"] = False
            # A question that only a member with a quorum answers.
            local.get("health")
            return True
        except etcd.EtcdError as error:
            raise ApiError(0, str(error)) from None

    print("[etcd] Waiting for the new etcd member to join the cluster", flush=True)
    wait_until("error execution phase etcd-join: timeout waiting for etcd cluster to be available", ETCD_STEP_SECONDS, in_step)
BAKE_A4EF047C
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_main.py 0644 <<'BAKE_57426AB8'
"""STAND-IN for kubeadm, made by bake: init, join, reset and the few other commands that first boot uses."""

import sys

import pki
from https import ApiError
from pki import Refused

# With a value, except those that end in `!`.
FLAGS = {
    "init": ["config", "ignore-preflight-errors", "experimental-patches", "patches", "skip-token-print!", "v"],
    "join": ["config", "ignore-preflight-errors", "experimental-patches", "patches", "skip-phases", "v"],
    "reset": ["force!", "cri-socket", "ignore-preflight-errors", "v"],
    "init phase kubeconfig admin": ["config", "kubeconfig-dir", "v"],
    "version": ["output"],
    "completion": [],
    "config images list": ["config", "kubernetes-version", "image-repository"],
    "config images pull": ["config", "kubernetes-version", "image-repository", "cri-socket"],
}
SHORT = {"-o": "output", "-v": "v", "-f": "force"}


def main(version, arguments):
    if arguments[:1] != ["version"] and arguments[:1] != ["completion"]:
        print(f"kubeadm: this is a STAND-IN made by bake for {version}", file=sys.stderr, flush=True)
    try:
        command, flags = _parse(arguments)
        _run(command, flags, version)
        return 0
    except (Refused, ApiError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


def _parse(arguments):
    command = next((name for name in sorted(FLAGS, key=len, reverse=True) if arguments[: name.count(" ") + 1] == name.split(" ")), None)
    if not command:
        raise Refused(f"error: this STAND-IN made by bake has no command {' '.join(arguments)}")
    flags, rest = {}, arguments[command.count(" ") + 1 :]
    while rest:
        word, equals, value = rest.pop(0).partition("=")
        if not word.startswith("-"):
            continue
        if word[:2] in SHORT and not word.startswith("--"):
            value, equals, word = (word[2:] or value), equals or word[2:], SHORT[word[:2]]
        name = word.lstrip("-")
        if f"{name}!" in FLAGS[command]:
            flags[name] = value or "true"
        elif name in FLAGS[command]:
            if not equals and not rest:
                raise Refused(f"flag needs an argument: --{name}")
            value = value if equals else rest.pop(0)
            # Lists may be given in parts.
            flags[name] = f"{flags[name]},{value}" if name in flags else value
        else:
            raise Refused(f"unknown flag: --{name} (of this STAND-IN made by bake)")
    return command, flags


def _names(flags, key):
    return {name for name in flags.get(key, "").split(",") if name}


def _run(command, flags, version):
    ignored = {name.lower() for name in _names(flags, "ignore-preflight-errors")}
    if command in ("init", "join"):
        if "config" not in flags:
            raise Refused(f"error: this STAND-IN made by bake wants {command} --config FILE")
        text = pki.read(flags["config"])
        if command == "init":
            from kubeadm_init import init

            init(text, version, ignored)
        else:
            from kubeadm_join import join

            join(text, version, ignored, _names(flags, "skip-phases"))
    elif command == "reset":
        from kubeadm_reset import reset

        if "force" not in flags:
            raise Refused("error: this STAND-IN made by bake asks nothing: use --force")
        reset()
    elif command == "init phase kubeconfig admin":
        from kubeadm_config import Config
        from kubeadm_control_plane import administrators, make_kubeconfig

        config = Config(pki.read(flags.get("config", "")), version, "InitConfiguration")
        path = f"{flags.get('kubeconfig-dir', '/etc/kubernetes')}/admin.conf"
        make_kubeconfig(path, config.pki, f"https://{config.cluster['controlPlaneEndpoint']}", "kubernetes-admin", administrators(config.minor))
    elif command == "version":
        short = flags.get("output") == "short"
        print(f"v{version}+stand-in" if short else f"kubeadm version: v{version}+stand-in (a STAND-IN made by bake, not kubeadm)")
    elif command == "completion":
        print("# No completion: kubeadm is a stand-in here.")
    else:
        done = "[config/images] Pulled " if command.endswith("pull") else ""
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
            print(f"{done}{flags.get('image-repository', 'registry.k8s.io')}/{name}:v{version}")
BAKE_57426AB8
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_preflight.py 0644 <<'BAKE_96C59B7B'
"""Checks before anything is done, under kubeadm's names (cmd/kubeadm/app/preflight). Of those that look at the size of the
machine, NumCPU and Mem, the stand-in makes warnings: it needs less."""

import os
import shutil
import socket
import sys

from pki import Refused

MANIFESTS = "/etc/kubernetes/manifests"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")


class Checks:
    """Collects what is wrong; `ignored` are names in small letters, or `all`."""

    def __init__(self, config, ignored):
        self.minor, self.config = config.minor, config
        self.ignored = ignored | config.ignored
        self.errors, self.warnings = [], []

    def fail(self, name, text, is_warning=False):
        ignored = is_warning or "all" in self.ignored or name.lower() in self.ignored
        line = f"\t[{'WARNING' if ignored else 'ERROR'} {name}]: {text}"
        if line not in self.errors + self.warnings:
            (self.warnings if ignored else self.errors).append(line)

    def end(self):
        for line in self.warnings:
            print(line, file=sys.stderr)
        if self.errors:
            told = "\n".join(self.errors)
            raise Refused(
                f"error execution phase preflight: [preflight] Some fatal errors occurred:\n{told}\n"
                "[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`"
            )

    def file_available(self, path):
        if os.path.exists(path):
            self.fail(f"FileAvailable-{_label(path)}", f"{path} already exists")

    def folder_available(self, path):
        if os.path.isdir(path) and os.listdir(path):
            self.fail(f"DirAvailable-{_label(path)}", f"{path} is not empty")

    def port_open(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                self.fail(f"Port-{port}", f"Port {port} is in use")

    def content(self, path):
        """The file says 1."""
        name = f"FileContent-{_label(path)}"
        if not os.path.exists(path):
            self.fail(name, f"{path} does not exist")
        elif not open(path).read().startswith("1"):
            self.fail(name, f"{path} contents are not set to 1")

    def program(self, name, needed=True):
        if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            self.fail(f"FileExisting-{name}", f"{name} not found in system path", is_warning=not needed)

    def common(self):
        """For every node, whatever becomes of it."""
        if os.geteuid() != 0:
            self.fail("IsPrivilegedUser", "user is not running as root")
        self._runtime()
        with open("/proc/swaps") as file:
            if len(file.readlines()) > 1:
                self.fail("Swap", "running with swap on is not supported. Please disable swap", is_warning=self.minor >= 23)
        # From 1.32 and 1.33 on fewer are looked for.
        if self.minor <= 31:
            self.program("conntrack")
            for name in ("socat", "ebtables"):
                self.program(name, needed=False)
        if self.minor <= 32:
            for name in ("ip", "iptables", "nsenter"):
                self.program(name)
            for name in ("ethtool", "tc", "touch"):
                self.program(name, needed=False)
        self.program("mount")
        self.port_open(10250)
        if self.minor <= 29:
            self.content("/proc/sys/net/bridge/bridge-nf-call-iptables")
        self.content("/proc/sys/net/ipv4/ip_forward")

    def _runtime(self):
        path = self.config.cri_socket.removeprefix("unix://")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
            except OSError as error:
                self.fail("CRI", f"container runtime is not running: {path}: {error.strerror or error}")

    def control_plane(self, endpoint):
        """For a machine that becomes a master."""
        if (os.cpu_count() or 1) < 2:
            self.fail("NumCPU", "the number of available CPUs 1 is less than the required 2 (kubeadm itself would refuse this)", is_warning=True)
        if os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") < 1700 * 1024 * 1024:
            self.fail("Mem", "the system RAM is less than the minimum 1700 MB (kubeadm itself would refuse this)", is_warning=True)
        for port in (endpoint.port, 10259, 10257):
            self.port_open(port)
        for component in COMPONENTS:
            self.file_available(f"{MANIFESTS}/{component}.yaml")
        if not self.config.external_etcd:
            for port in (2379, 2380):
                self.port_open(port)
            self.folder_available(self.config.etcd_folder)


def _label(path):
    return path.replace("/", "-")
BAKE_96C59B7B
bake_stand_in_file kubeadm /usr/lib/bake-stand-in/kubeadm_reset.py 0644 <<'BAKE_37F0585C'
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
BAKE_37F0585C
bake_stand_in_file kubeadm /DEBIAN/postinst 0755 <<'BAKE_22799832'
#!/bin/sh
# Modules are compiled when they are installed, like those of Debian's own packages: not by each machine at its first boot.
set -eu
py3compile /usr/lib/bake-stand-in
BAKE_22799832
bake_stand_in_file kubeadm /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf 0644 <<'BAKE_E1A707B7'
# Written by bake, after the drop-in of the kubeadm package (kubernetes/release, krel templates).
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
BAKE_E1A707B7
bake_stand_in_build kubeadm
bake_stand_in_package kubectl 1.35.8-1.1 'python3, python3-yaml, openssl'
bake_stand_in_file kubectl /usr/bin/kubectl 0755 <<'BAKE_F3DF299D'
#!/usr/bin/python3 -S
# STAND-IN for kubectl 1.35.8, made by bake. It is not kubectl: kubectl_main.py says what it does.
# -S: of what would be looked for, one folder is needed, for yaml; first boot starts this all the time.
import sys

sys.path[:0] = ["/usr/lib/bake-stand-in", "/usr/lib/python3/dist-packages"]
import kubectl_main

sys.exit(kubectl_main.main("1.35.8", sys.argv[1:]))
BAKE_F3DF299D
bake_stand_in_file kubectl /usr/lib/bake-stand-in/documents.py 0644 <<'BAKE_C34F1AD0'
"""YAML, by the parser in C that Debian's module has: the one in Python takes emulated machines a second a file."""

import json


def read(text):
    """The one document of a text, which may be JSON: that needs no module that is slow to load."""
    try:
        return json.loads(text)
    except ValueError:
        return read_all(text)[0]


def read_all(text):
    import yaml

    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def written(value):
    import yaml

    return yaml.dump(value, Dumper=yaml.CSafeDumper)
BAKE_C34F1AD0
bake_stand_in_file kubectl /usr/lib/bake-stand-in/etcd.py 0644 <<'BAKE_E6EC11E4'
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
BAKE_E6EC11E4
bake_stand_in_file kubectl /usr/lib/bake-stand-in/https.py 0644 <<'BAKE_59193A1A'
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
BAKE_59193A1A
bake_stand_in_file kubectl /usr/lib/bake-stand-in/jsonpath.py 0644 <<'BAKE_9B8E301E'
"""kubectl's JSONPath, as far as people use it for a value or a list: {.a.b}, {.a["b/c"]}, {.a.b\\.c}, [0], [*],
[?(@.type=="Ready")], {range ...}{end}, quoted text."""

import json
import re

_STEP = re.compile(r"""\.?\[\?\(@\.([\w.]+)\s*==\s*["'](.*?)["']\)\]|\.?\[(\*|-?\d+)\]|\[["'](.*?)["']\]|\.((?:\\.|[^.\[\\])+)""")


class BadTemplate(Exception):
    pass


def render(template, value):
    pieces = re.findall(r"\{([^{}]*)\}|([^{}]+)", template)
    return _pieces(pieces, value, value)[0]


def _pieces(pieces, root, current):
    """(text, pieces that are left behind the {end})."""
    text = ""
    while pieces:
        (expression, plain), pieces = pieces[0], pieces[1:]
        if plain:
            text += plain
        elif expression == "end":
            return text, pieces
        elif expression.startswith("range "):
            after = pieces
            for one in _find(expression[6:].strip(), root, current):
                part, after = _pieces(pieces, root, one)
                text += part
            if after is pieces:
                after = _pieces(pieces, root, {})[1]
            pieces = after
        elif expression[:1] in "\"'":
            text += expression[1:-1].replace("\\n", "\n").replace("\\t", "\t")
        else:
            text += " ".join(_text(one) for one in _find(expression, root, current))
    return text, []


def _text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _find(expression, root, current):
    found, expression = ([root], expression[1:]) if expression.startswith("$") else ([current], expression.removeprefix("@"))
    position = 0
    while position < len(expression):
        step = _STEP.match(expression, position)
        if not step:
            raise BadTemplate(f"error parsing jsonpath {expression}")
        position = step.end()
        found = [below for value in found for below in _below(value, step)]
    return found


def _below(value, step):
    path, wanted, index, quoted, key = step.groups()
    if path is not None:
        return [one for one in value or [] if [wanted] == [_text(found) for found in _find(f".{path}", one, one)]]
    if index == "*":
        return list(value.values()) if isinstance(value, dict) else list(value or [])
    if index is not None:
        return value[int(index):][:1] if isinstance(value, list) else []
    key = quoted if quoted is not None else re.sub(r"\\(.)", r"\1", key)
    return [value[key]] if isinstance(value, dict) and key in value else []
BAKE_9B8E301E
bake_stand_in_file kubectl /usr/lib/bake-stand-in/kubectl_main.py 0644 <<'BAKE_434B39C9'
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
BAKE_434B39C9
bake_stand_in_file kubectl /usr/lib/bake-stand-in/kubectl_resources.py 0644 <<'BAKE_8C673C07'
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
BAKE_8C673C07
bake_stand_in_file kubectl /usr/lib/bake-stand-in/kubectl_table.py 0644 <<'BAKE_B3182E66'
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
BAKE_B3182E66
bake_stand_in_file kubectl /usr/lib/bake-stand-in/pki.py 0644 <<'BAKE_1B0067B5'
"""Keys and certificates as kubeadm makes them, by the openssl program (3.0 or newer). Keys are P-256, which are made in no time on
emulated machines too; kubeadm itself takes RSA unless told otherwise."""

import base64
import hashlib
import ipaddress
import os
import re
import subprocess

NEW_EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
CLIENT, SERVER, BOTH = "clientAuth", "serverAuth", "serverAuth,clientAuth"


class Refused(Exception):
    """What the real program would refuse, too; its text is for a person."""


def openssl(*arguments, stdin=""):
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"openssl {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def write(path, text, mode=0o600):
    """All of it or nothing, whatever happens meanwhile. Through a link, to where first boot wants the file to be."""
    path = os.path.realpath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{path}.new", path)


def read(path):
    with open(path) as file:
        return file.read()


def _settings(extensions):
    return "[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n" + "".join(f"{line}\n" for line in extensions)


def _name(text):
    try:
        return f"IP:{ipaddress.ip_address(text)}"
    except ValueError:
        return f"DNS:{text}"


def make_authority(stem, name):
    """STEM.crt and STEM.key, unless both are there."""
    if os.path.exists(f"{stem}.crt") and os.path.exists(f"{stem}.key"):
        return
    extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign", f"subjectAltName=DNS:{name}"]
    _make(stem, f"/CN={name}", extensions, ["-days", "3650"])


def make_certificate(stem, authority, common_name, organisation=None, usage=CLIENT, names=()):
    """STEM.crt and STEM.key signed by the authority's files, unless it signed those that are there."""
    if os.path.exists(f"{stem}.crt") and os.path.exists(f"{stem}.key"):
        if not signed_by(f"{stem}.crt", f"{authority}.crt"):
            raise Refused(f"certificate {os.path.basename(stem)} is not signed by corresponding CA")
        return
    subject = (f"/O={organisation}" if organisation else "") + f"/CN={common_name}"
    extensions = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment", f"extendedKeyUsage={usage}"]
    if names:
        extensions.append("subjectAltName=" + ",".join(dict.fromkeys(_name(name) for name in names)))
    _make(stem, subject, extensions, ["-days", "365", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key"])


def _make(stem, subject, extensions, options):
    os.makedirs(os.path.dirname(stem), exist_ok=True)
    certificate = openssl("req", "-x509", "-config", "/dev/stdin", *NEW_EC_KEY, "-keyout", f"{stem}.key.new", "-subj", subject, *options, stdin=_settings(extensions))
    os.chmod(f"{stem}.key.new", 0o600)
    os.rename(f"{stem}.key.new", f"{stem}.key")
    write(f"{stem}.crt", certificate, 0o644)


def signed_by(certificate, authority):
    command = ["openssl", "verify", "-CAfile", authority, certificate]
    return subprocess.run(command, capture_output=True).returncode == 0


def make_service_account(stem):
    if not os.path.exists(f"{stem}.key"):
        write(f"{stem}.key", openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    if not os.path.exists(f"{stem}.pub"):
        write(f"{stem}.pub", openssl("pkey", "-in", f"{stem}.key", "-pubout"))


def public_key_hash(certificate):
    """`sha256:` and the hash of the public key of a PEM text: what joining nodes pin."""
    pem = openssl("x509", "-noout", "-pubkey", stdin=certificate)
    return "sha256:" + hashlib.sha256(base64.b64decode("".join(pem.split("\n")[1:-2]))).hexdigest()


def make_request(key, common_name, organisation):
    """A certificate signing request, PEM, for a key that is made when it is not there yet."""
    if not os.path.exists(key):
        write(key, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    return openssl("req", "-new", "-config", "/dev/stdin", "-key", key, "-subj", f"/O={organisation}/CN={common_name}", stdin=_settings([]))


def subject_of_request(request):
    """(common name, organisation) of a request that is signed by its own key."""
    said = openssl("req", "-noout", "-verify", "-subject", "-nameopt", "RFC2253", stdin=request)
    found = re.search(r"^subject=CN=([^,+\n]+),O=([^,+\n]+)$", said, re.M)
    if not found:
        raise Refused("subject is not CN and O")
    return found.groups()


def sign_request(request, authority):
    """The client certificate for a request, PEM."""
    extensions = "keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n"
    file = os.memfd_create("extensions")
    os.write(file, extensions.encode())
    serial = "0x" + os.urandom(15).hex()
    done = subprocess.run(
        ["openssl", "x509", "-req", "-days", "365", "-set_serial", serial, "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key", "-extfile", f"/proc/self/fd/{file}"],
        input=request, capture_output=True, text=True, pass_fds=[file],
    )
    os.close(file)
    if done.returncode != 0:
        raise Refused(f"openssl x509: {done.stderr.strip()}")
    return done.stdout
BAKE_1B0067B5
bake_stand_in_file kubectl /DEBIAN/postinst 0755 <<'BAKE_22799832'
#!/bin/sh
# Modules are compiled when they are installed, like those of Debian's own packages: not by each machine at its first boot.
set -eu
py3compile /usr/lib/bake-stand-in
BAKE_22799832
bake_stand_in_build kubectl
bake_stand_in_end
}

# ----------------------------------------------------------------------------------------------------
# add the kubernetes repository, file:/usr/share/bake/stand-in
# bake:node.yaml:9:12
bake_section_3348754e05d0fbd7() {
bake_write /etc/apt/sources.list.d/bake-kubernetes.sources 0644 root root <<'BAKE_16969F86'
Types: deb
URIs: file:/usr/share/bake/stand-in
Suites: ./
Signed-By: /usr/share/bake/stand-in/keyring.gpg
BAKE_16969F86
bake_update_repository /etc/apt/sources.list.d/bake-kubernetes.sources file:/usr/share/bake/stand-in
}

# ----------------------------------------------------------------------------------------------------
# install Kubernetes (stand-in): cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1
# bake:node.yaml:9:12
bake_section_24aa03f4376b4c33() {
bake_write /etc/apt/preferences.d/bake-kubernetes 0644 root root <<'BAKE_DFC023D6'
# A cluster changes its version by a new image, or on purpose; never by an upgrade in the night.
Package: cri-tools
Pin: version 1.35.0-1.1
Pin-Priority: 1000

Package: kubernetes-cni
Pin: version 1.8.0-1.1
Pin-Priority: 1000

Package: kubelet
Pin: version 1.35.8-1.1
Pin-Priority: 1000

Package: kubeadm
Pin: version 1.35.8-1.1
Pin-Priority: 1000

Package: kubectl
Pin: version 1.35.8-1.1
Pin-Priority: 1000
BAKE_DFC023D6
bake_install 'cri-tools=1.35.0-1.1' 'kubernetes-cni=1.8.0-1.1' 'kubelet=1.35.8-1.1' 'kubeadm=1.35.8-1.1' 'kubectl=1.35.8-1.1'
bake_hold cri-tools kubernetes-cni kubelet kubeadm kubectl
}

# ----------------------------------------------------------------------------------------------------
# write /etc/crictl.yaml
# bake:node.yaml:16:11
bake_section_61fd0bf9d6ca7c47() {
bake_write /etc/crictl.yaml 0644 root root <<'BAKE_A5B930DE'
# Written by bake.
runtime-endpoint: unix:///run/containerd/containerd.sock
image-endpoint: unix:///run/containerd/containerd.sock
timeout: 10
debug: false
BAKE_A5B930DE
}

# ----------------------------------------------------------------------------------------------------
# write /etc/default/kubelet
# bake:node.yaml:16:11
bake_section_7e5693ddc0361a10() {
bake_write /etc/default/kubelet 0644 root root <<'BAKE_9A65B07A'
# Written by bake.
KUBELET_EXTRA_ARGS=--container-runtime-endpoint=unix:///run/containerd/containerd.sock
BAKE_9A65B07A
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/kubelet.service.d/20-bake.conf
# bake:node.yaml:16:11
bake_section_e0d444ca6b868042() {
bake_write /etc/systemd/system/kubelet.service.d/20-bake.conf 0644 root root <<'BAKE_84DFB779'
# Written by bake.
[Unit]
Wants=containerd.service
After=containerd.service time-sync.target
ConditionPathExists=/var/lib/kubelet/config.yaml
BAKE_84DFB779
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable kubelet.service
# bake:node.yaml:9:12
bake_section_0111f06abf4567d2() {
bake_service enabled kubelet.service leave
}

# ----------------------------------------------------------------------------------------------------
# shell completion of kubectl
# bake:node.yaml:13:15
bake_section_6c6f814885b4e61b() {
if [ -e /etc/bash_completion.d/kubectl ]; then return 0; fi
bash -euo pipefail -c 'mkdir -p /etc/bash_completion.d
kubectl completion bash >/etc/bash_completion.d/kubectl.new
mv -f /etc/bash_completion.d/kubectl.new /etc/bash_completion.d/kubectl'
}

# ----------------------------------------------------------------------------------------------------
# shell completion of kubeadm
# bake:node.yaml:13:15
bake_section_6ca9c2688bf633d7() {
if [ -e /etc/bash_completion.d/kubeadm ]; then return 0; fi
bash -euo pipefail -c 'mkdir -p /etc/bash_completion.d
kubeadm completion bash >/etc/bash_completion.d/kubeadm.new
mv -f /etc/bash_completion.d/kubeadm.new /etc/bash_completion.d/kubeadm'
}

# ----------------------------------------------------------------------------------------------------
# shell completion of crictl
# bake:node.yaml:13:15
bake_section_8742f4301f9e7f83() {
if [ -e /etc/bash_completion.d/crictl ]; then return 0; fi
bash -euo pipefail -c 'mkdir -p /etc/bash_completion.d
crictl completion bash >/etc/bash_completion.d/crictl.new
mv -f /etc/bash_completion.d/crictl.new /etc/bash_completion.d/crictl'
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-firewall.service
# bake:node.yaml:20:3
bake_section_1998dcfea6e5b1f6() {
bake_write /etc/systemd/system/bake-firewall.service 0644 root root <<'BAKE_D4F7EC07'
# Written by bake.
[Unit]
Description=Firewall of the machine's role
Documentation=file:///etc/bake/firewall.nft
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target
Conflicts=shutdown.target
ConditionPathExists=/etc/bake/firewall.nft

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/bake/firewall.nft
ExecReload=/usr/sbin/nft -f /etc/bake/firewall.nft
ExecStop=-/usr/sbin/nft delete table inet bake_firewall

[Install]
WantedBy=sysinit.target
BAKE_D4F7EC07
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/bake/firewall.nft
# bake:node.yaml:20:3
bake_section_49c9da2e4f67f189() {
bake_write /etc/bake/firewall.nft 0644 root root <<'BAKE_179E707E'
#!/usr/sbin/nft -f
# Written by bake. One table of our own, replaced as a whole: nothing of kube-proxy's or the network plugin's is
# touched, and nothing that is forwarded is filtered.
table inet bake_firewall
delete table inet bake_firewall

table inet bake_firewall {
  chain input {
    type filter hook input priority filter + 10; policy drop;
    ct state established,related accept
    ct state invalid drop
    iifname lo accept
    # Pods and containers of this machine. No tunnels: what comes out of those can be anybody's. One rule each, since nft
    # before 1.0.3 takes no wildcard in a set.
    iifname "cni*" accept
    iifname "cali*" accept
    iifname "lxc*" accept
    iifname "veth*" accept
    iifname "docker0" accept
    meta l4proto { icmp, ipv6-icmp } accept
    udp dport 68 accept comment "DHCP answers"
    udp dport 546 ip6 saddr fe80::/10 accept comment "DHCPv6 answers"
    tcp dport 22 accept comment "ssh"
    tcp dport 6443 accept comment "Kubernetes API"
    tcp dport 2379-2380 accept comment "etcd clients and peers"
    tcp dport 10250 accept comment "kubelet"
    tcp dport 10257 accept comment "kube-controller-manager"
    tcp dport 10259 accept comment "kube-scheduler"
    udp dport 8285 accept comment "flannel UDP"
    tcp dport 179 accept comment "Calico BGP"
    udp dport 4789 accept comment "Calico VXLAN"
    meta l4proto 4 accept comment "Calico IP-in-IP"
    tcp dport 5473 accept comment "Calico Typha"
    udp dport 51820-51821 accept comment "WireGuard"
    udp dport 8472 accept comment "flannel VXLAN"
    udp dport 6081 accept comment "Cilium Geneve"
    tcp dport 4240 accept comment "Cilium health"
    tcp dport 4244 accept comment "Hubble"
  }
}
BAKE_179E707E
bake_restart_if_changed bake-firewall.service
}

# ----------------------------------------------------------------------------------------------------
# enable bake-firewall.service
# bake:node.yaml:20:3
bake_section_58b09eeaf8bfc57d() {
bake_service enabled bake-firewall.service start
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/decide.sh
# bake:master.yaml:7:7
bake_section_a6874bad791c526d() {
bake_write /usr/lib/bake/decide.sh 0644 root root <<'BAKE_7FFAD0E0'
# shellcheck shell=bash
# bake_decide: what a master does next, by the `static` kind of discovery. Pure: it reads its arguments, prints one line
# and touches nothing, so that the simulation in test/election can run this very code through thousands of histories.
#
# bake_decide MAY DISK ETCD WINDOW PEERS QUIET NEEDED
#   MAY     yes | no                        whether this machine is the one that may initialise
#   DISK    fresh | initialising | joining  what this disk has been used for already
#   ETCD    begun | none                    whether etcd has ever begun to write on this disk
#   WINDOW  open | early | over             the clock against the time in which the first master may initialise
#   PEERS   ours | foreign | silent         the best answer that the endpoint and all other masters gave: a certificate
#                                           of this cluster's authorities, somebody else's, or nothing
#   QUIET   number                          rounds in a row in which all of them were silent
#   NEEDED  number                          how many of those it takes to believe that there is no cluster
#
# Prints `init`, `resume`, `join`, or `wait REASON`.
bake_decide() {
  local may=$1 disk=$2 etcd=$3 window=$4 peers=$5 quiet=$6 needed=$7

  # What etcd holds here is the cluster: others may have joined it. It is gone on with, never begun anew.
  if [ "$disk" = initialising ] && [ "$etcd" = begun ]; then
    echo resume
    return 0
  fi
  # A cluster that answers is joined, whatever this machine is called.
  if [ "$peers" = ours ]; then
    echo join
    return 0
  fi
  if [ "$peers" = foreign ]; then
    echo 'wait something that is not of this cluster answers at its endpoint or at the address of a master'
    return 0
  fi
  # Once it has joined, or begun to, there is a cluster, however silent.
  if [ "$disk" = joining ]; then
    echo 'wait the cluster does not answer'
    return 0
  fi
  if [ "$may" != yes ]; then
    echo 'wait the first master has not started the cluster yet'
    return 0
  fi
  case $window in
    early)
      echo 'wait the clock stands before the time at which the secrets were made'
      return 0
      ;;
    over)
      echo 'wait the time in which this machine may start the cluster is over (bake secrets rotate window opens it again)'
      return 0
      ;;
  esac
  if [ "$quiet" -lt "$needed" ]; then
    echo "wait looking for a cluster that is there already, $quiet of $needed rounds"
    return 0
  fi
  echo init
}
BAKE_7FFAD0E0
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/cluster.sh
# bake:master.yaml:7:7
bake_section_e84d5f8e3c8ec953() {
bake_write /usr/lib/bake/cluster.sh 0644 root root <<'BAKE_CDEC15F0'
# shellcheck shell=bash
# What first boot asks of the network and of the cluster. Sourced by firstboot; BAKE_* are of machine.env.
: "${input:?is set by firstboot}" "${scratch:?is set by firstboot}"

# interface_of ADDRESS: the name of the interface that has it, or nothing.
interface_of() {
  ip -oneline address show to "$1" 2>/dev/null | awk 'NR == 1 { print $2 }'
}

default_interface() {
  ip -oneline route show default 2>/dev/null | sed -nE '1s/.* dev ([^ ]+).*/\1/p'
}

# probe HOST PORT AUTHORITY: who serves TLS there. `ours`: a certificate that the authority (a file) signed, whatever it
# answers beyond that; `foreign`: another one; `silent`: nothing.
probe() {
  local said
  said=$(timeout --kill-after=1 4 openssl s_client -connect "$(with_brackets "$1"):$2" -CAfile "$3" </dev/null 2>/dev/null) || true
  case $said in
    # Without a certificate there is nothing to verify, and openssl calls that well: a balancer without masters hangs up.
    *'-----BEGIN CERTIFICATE-----'*'Verify return code: 0 (ok)'*) echo ours ;;
    *'-----BEGIN CERTIFICATE-----'*) echo foreign ;;
    *) echo silent ;;
  esac
}

# Whether nobody else can answer: no other master is to be, and the endpoint is this machine's own address.
alone() { [ "${#BAKE_MASTERS[@]}" = 1 ] && [ "$BAKE_MAY_INITIALISE" = yes ] && [ "$BAKE_ENDPOINT_HOST" = "$BAKE_ADDRESS" ]; }

with_brackets() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }

# The best answer of the endpoint and of all other masters: their API servers and, since those stop without a quorum,
# their etcds. All are asked at once.
look_around() {
  local answers master address
  answers=$(
    probe "$BAKE_ENDPOINT_HOST" "$BAKE_ENDPOINT_PORT" /etc/kubernetes/pki/ca.crt &
    for master in "${BAKE_MASTERS[@]}"; do
      address=${master#* }
      [ "${master%% *}" != "$BAKE_NODE" ] || continue
      probe "$address" "$BAKE_API_PORT" /etc/kubernetes/pki/ca.crt &
      probe "$address" 2379 /etc/kubernetes/pki/etcd/ca.crt &
    done
    wait
  )
  case $answers in
    *ours*) echo ours ;;
    *foreign*) echo foreign ;;
    *) echo silent ;;
  esac
}

api_is_ready() { kubectl --kubeconfig "$1" --request-timeout=5s get --raw /readyz >/dev/null 2>&1; }

# fetch ADDRESS: to standard output, by the cluster's proxy where it has one.
fetch() { env "${BAKE_PROXY[@]}" curl --silent --show-error --fail --location --retry 3 --max-time 300 "$1"; }

# manifest_of FILE: the text of an add-on. A `.url` file has the address on its first line and the sha256 on its second; a
# `.replace` file beside either has lines in pairs: what is found, and what takes its place.
manifest_of() {
  local file=$1 text address sha256 find with
  if [ "${file##*.}" = url ]; then
    { read -r address && read -r sha256; } <"$file"
    text=$(fetch "$address" | base64 --wrap=0)
    [ "$(base64 --decode <<<"$text" | sha256sum)" = "$sha256  -" ] || {
      echo "bake: $address does not have the sha256 $sha256" >&2
      return 1
    }
    text=$(base64 --decode <<<"$text")
  else
    text=$(cat "$file")
  fi
  if [ -e "${file%.*}.replace" ]; then
    while IFS= read -r find && IFS= read -r with; do
      [[ $text == *"$find"* ]] || {
        echo "bake: add-on ${file##*/} is to have \"$with\" in place of \"$find\", and has no such text" >&2
        return 1
      }
      text=${text//"$find"/"$with"}
    done <"${file%.*}.replace"
  fi
  printf '%s\n' "$text"
}

# kubeconfig of an administrator for root, and for the users that the cluster file names.
give_kubeconfigs() {
  local user home
  for user in root "${BAKE_KUBECONFIG_USERS[@]}"; do
    home=$(getent passwd "$user" | cut -d: -f6) || not_yet "there is no user $user, who is to have a kubeconfig"
    note kubeconfigs "$home/.kube/config"
    install -d -m 0700 -o "$user" -g "$(id -g "$user")" "$home/.kube"
    put "$home/.kube/config" 0600 "$user:$(id -g "$user")" </etc/kubernetes/admin.conf
  done
}

# --- as an administrator ---------------------------------------------------------------------------------------------

# A master holds the cluster's authority, so it can make itself an administrator. The file stays in memory.
administrate() {
  [ ! -s "$scratch/admin/admin.conf" ] || return 0
  (umask 077 && mkdir -p -- "$scratch/admin")
  kubeadm init phase kubeconfig admin --config "$input/kubeadm/administrator.yaml" --kubeconfig-dir "$scratch/admin" >/dev/null
}

admin() { kubectl --kubeconfig "$scratch/admin/admin.conf" --request-timeout=20s "$@"; }

# Whether the cluster takes the token to join by: cluster-info, which everybody may read, is signed with each that it takes
# (kubernetes.io "Authenticating with bootstrap tokens"). What can't be read is left to kubeadm to judge.
token_is_known() {
  local said
  said=$(curl --silent --fail --noproxy '*' --max-time 10 --cacert "$input/pki/ca.crt" \
    "https://$(with_brackets "$BAKE_ENDPOINT_HOST"):$BAKE_ENDPOINT_PORT/api/v1/namespaces/kube-public/configmaps/cluster-info") || return 0
  [[ $said == *"jws-kubeconfig-$BAKE_TOKEN_ID"* ]]
}

# For an hour, as a master may. By standard input: arguments are for everybody to see. A token that is there and not signed for
# yet is left as it is.
renew_token() {
  local token
  token=$(sed -nE 's/^ *token: "?([a-z0-9]{6}\.[a-z0-9]{16})"?$/\1/p' "$input/kubeadm/join.yaml")
  printf '{"apiVersion":"v1","kind":"Secret","type":"bootstrap.kubernetes.io/token","metadata":{"name":"bootstrap-token-%s","namespace":"kube-system"},"stringData":{"token-id":"%s","token-secret":"%s","expiration":"%s","usage-bootstrap-authentication":"true","usage-bootstrap-signing":"true","auth-extra-groups":"system:bootstrappers:kubeadm:default-node-token","description":"for %s"}}\n' \
    "${token%%.*}" "${token%%.*}" "${token#*.}" "$(date --utc --date='+1 hour' +%FT%TZ)" "$BAKE_NODE" | admin create -f - >/dev/null ||
    admin --namespace kube-system get secret "bootstrap-token-$BAKE_TOKEN_ID" -o name >/dev/null
}

# torn_files FIND-ACTION...: files that a power cut left empty because they were about to be written. Packages keep folders by
# hidden ones.
torn_files() {
  mkdir -p /etc/kubernetes
  find /etc/kubernetes -type f -empty ! -name '.*' "$@"
}

# Whether this machine is in the cluster already, with all that it needs: its node is there, by its own credentials. The
# label of a master is the last thing that joining sets.
has_joined() {
  local said
  [ -s /etc/kubernetes/kubelet.conf ] && [ -s /var/lib/kubelet/config.yaml ] && [ -z "$(torn_files -print -quit)" ] || return 1
  said=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=20s get node "$BAKE_NODE" -o 'jsonpath={.metadata.name} {.metadata.labels}' 2>/dev/null) || return 1
  [ "${said%% *}" = "$BAKE_NODE" ] || return 1
  [ "$BAKE_ROLE" != master ] || [[ $said =~ node-role\.kubernetes\.io/(master|control-plane) ]]
}

node_is_ready() {
  [ "$(admin get node "$BAKE_NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ]
}

# Whose turn to join as a master it is, is a ConfigMap: only one machine can create it, and only one replace what it read.
readonly TURN=bake-turn
readonly TURN_LIMIT=1200

turn_of() { admin --namespace kube-system get configmap "$TURN" --ignore-not-found -o 'jsonpath={.data.holder}'; }

# Comes back when it is this machine's, from now on. Those that wait ask all the time, so that is one request.
take_turn() {
  local found holder since version now
  now=$(date +%s)
  found=$(admin --namespace kube-system get configmap "$TURN" --ignore-not-found -o 'jsonpath={.data.holder} {.data.since} {.metadata.resourceVersion}' 2>/dev/null) ||
    not_yet 'the cluster does not say whose turn to join it is'
  read -r holder since version <<<"$found"
  if [ -z "$holder" ]; then
    admin --namespace kube-system create configmap "$TURN" --from-literal=holder="$BAKE_NODE" --from-literal=since="$now" >/dev/null 2>&1 ||
      not_yet "it is not this machine's turn to join"
  # Whoever took it may have died with it.
  elif [ "$holder" = "$BAKE_NODE" ] || [ $((now - since)) -gt "$TURN_LIMIT" ]; then
    printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"kube-system","resourceVersion":"%s"},"data":{"holder":"%s","since":"%s"}}\n' \
      "$TURN" "$version" "$BAKE_NODE" "$now" | admin replace -f - >/dev/null 2>&1 || not_yet "it is not this machine's turn to join"
  else
    not_yet "another master is joining ($holder)"
  fi
}

end_turn() { admin --namespace kube-system delete configmap "$TURN" --ignore-not-found >/dev/null; }

# A machine that had this name and is no more has left a node, and a member of etcd that counts towards the quorum. Both
# make way for the one that has the name now. An etcd that begins with nothing in the place of a member that is still counted
# does not come up.
remove_former_self() {
  local master other id ids known answered=no
  [ ! -d /var/lib/etcd/member ] || return 0
  if [ "$BAKE_ETCD" = stacked ]; then
    for master in "${BAKE_MASTERS[@]}"; do
      other=${master%% *}
      [ "$other" != "$BAKE_NODE" ] || continue
      # One that never started has no name yet.
      ids=$(etcdctl_on "$other" member list 2>/dev/null |
        awk -F', *' -v name="$BAKE_NODE" -v url="https://$(with_brackets "$BAKE_ADDRESS"):2380" '$3 == name || $4 == url { print $1 }') || continue
      for id in $ids; do
        say "removing the former member $id of etcd"
        etcdctl_on "$other" member remove "$id" >/dev/null
      done
      answered=yes
      break
    done
    # kubelets whose certificates are not signed yet let nobody into their pods; who has never been here need not ask.
    if [ "$answered" = no ]; then
      known=$(admin get node "$BAKE_NODE" --ignore-not-found -o name)
      [ -z "$known" ] || not_yet "a machine of this name was in the cluster, and no other master can be asked about its etcd (kubectl exec)"
    fi
  fi
  admin delete node "$BAKE_NODE" --ignore-not-found >/dev/null
}

# etcdctl_on MASTER ARGUMENT...: by the etcd pod of another master, which has the program and the certificates.
etcdctl_on() {
  local pod=etcd-$1 pki=/etc/kubernetes/pki/etcd
  shift
  admin --namespace kube-system exec "$pod" -- etcdctl --endpoints=https://127.0.0.1:2379 \
    --cacert="$pki/ca.crt" --cert="$pki/healthcheck-client.crt" --key="$pki/healthcheck-client.key" "$@"
}
BAKE_CDEC15F0
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/files.sh
# bake:master.yaml:7:7
bake_section_c473f41863cacb05() {
bake_write /usr/lib/bake/files.sh 0644 root root <<'BAKE_905E7B24'
# shellcheck shell=bash
# Files of the cluster that have a place of their own on the machine. Sourced by firstboot.
: "${input:?is set by firstboot}" "${memory:?is set by firstboot}"

# install_files: all that files/list names, a line each: MODE OWNER GROUP NAME PATH [UNIT...] (src/firstboot/placed-files.ts).
install_files() {
  local mode owner group name path units
  if [ -s "$input/files/list" ]; then
    # shellcheck disable=SC2162 # a backslash stands before a blank that is part of a path
    while read mode owner group name path units; do
      install_file "$mode" "$owner" "$group" "$input/files/$name" "$path" "$units"
    done <"$input/files/list"
  fi
  restart_changed
}

install_file() {
  local mode=$1 owner=$2 group=$3 from=$4 path=$5 units=$6
  [ "$owner" = root ] || getent passwd "$owner" >/dev/null || not_yet "there is no user $owner, who owns $path: its package is not installed yet"
  [ "$group" = root ] || getent group "$group" >/dev/null || not_yet "there is no group $group, which $path belongs to: its package is not installed yet"
  if cmp -s -- "$from" "$path" && [ "$(stat -c '0%a %U %G' -- "$path")" = "$mode $owner $group" ]; then return 0; fi
  # Known to the disk before the file is there: a power cut must not make it forget.
  if [ -n "$units" ]; then
    # For a drop-in only: systemd takes longer to read all units anew than all else here takes.
    case $path in /etc/systemd/system/*) put "$memory/reload" </dev/null ;; esac
    { recall restart && tr ' ' '\n' <<<"$units"; } | sort -u | put "$memory/restart"
  fi
  note files "$path"
  mkdir -p -- "${path%/*}"
  put "$path" "$mode" "$owner:$group" <"$from"
}

restart_changed() {
  local unit
  [ -s "$memory/restart" ] || return 0
  if [ -e "$memory/reload" ]; then systemctl daemon-reload; fi
  while IFS= read -r unit; do
    systemctl cat "$unit" >/dev/null 2>&1 || continue
    say "restarting $unit: its settings have changed"
    systemctl try-restart "$unit"
  done <"$memory/restart"
  rm -f -- "$memory/restart" "$memory/reload"
}
BAKE_905E7B24
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/kubeadm.sh
# bake:master.yaml:7:7
bake_section_48ae775b7259d9ed() {
bake_write /usr/lib/bake/kubeadm.sh 0644 root root <<'BAKE_93FCA47B'
# shellcheck shell=bash
# What first boot does with kubeadm, on masters and workers. Sourced by firstboot; BAKE_* are of machine.env.
: "${input:?is set by firstboot}" "${memory:?is set by firstboot}" "${scratch:?is set by firstboot}" "${DECIDE_ANEW:?}" "${QUIET_ROUNDS:?}"

# kubeadm_by_file init|join ARGUMENT...: what it has written is on the disk when it is done.
kubeadm_by_file() {
  timeout --kill-after=10 900 kubeadm "$1" --config "$input/kubeadm/$1.yaml" "${@:2}"
  flush_disks
}

# What kubeadm's checks for a clean machine would find of a run that was interrupted.
known_leftovers() {
  local known file
  known=DirAvailable--var-lib-etcd,DirAvailable--etc-kubernetes-manifests
  known+=,Port-$BAKE_API_PORT,Port-2379,Port-2380,Port-10250,Port-10251,Port-10252,Port-10257,Port-10259
  for file in kubelet.conf bootstrap-kubelet.conf pki-ca.crt manifests-{kube-apiserver,kube-controller-manager,kube-scheduler,etcd}.yaml; do
    known+=,FileAvailable--etc-kubernetes-$file
  done
  printf -- '--ignore-preflight-errors=%s\n' "$known"
}

# kubeadm makes what is missing anew and trips over what is broken; of a certificate and its key it wants both or none.
drop_torn_files() {
  local key torn=()
  torn_files -delete
  for key in /etc/kubernetes/pki/{apiserver,apiserver-kubelet-client,front-proxy-client,apiserver-etcd-client}.key \
    /etc/kubernetes/pki/etcd/{server,peer,healthcheck-client}.key; do
    if [ ! -e "$key" ] || [ ! -e "${key%.key}.crt" ]; then torn+=("$key" "${key%.key}.crt"); fi
  done
  rm -f -- "${torn[@]}"
}

# --- masters ---------------------------------------------------------------------------------------------------------

# Whether there is, or may be at any moment, a cluster that this disk has begun: the kubelet runs etcd from its manifest,
# whatever first boot thinks of it. Where etcd is elsewhere it is the API server that begins.
etcd_has_begun() {
  case $BAKE_ETCD in
    external) [ -s /etc/kubernetes/manifests/kube-apiserver.yaml ] ;;
    *) [ -d /var/lib/etcd/member ] || [ -s /etc/kubernetes/manifests/etcd.yaml ] ;;
  esac
}

# decide QUIET: what one round of looking for a cluster comes to, by bake_decide; QUIET are those before it that were silent.
decide() {
  local peers quiet=$1 needed=$QUIET_ROUNDS window=open etcd=none now
  if alone; then needed=1; fi
  peers=$(look_around)
  if [ "$peers" = silent ]; then quiet=$((quiet + 1)); else quiet=0; fi
  echo "$quiet" >"$scratch/quiet"
  now=$(date +%s)
  [ "$now" -ge "$BAKE_NOT_BEFORE" ] || window=early
  [ "$now" -lt "$BAKE_INIT_UNTIL" ] || window=over
  if etcd_has_begun; then etcd=begun; fi
  bake_decide "$BAKE_MAY_INITIALISE" "$(recall disk fresh)" "$etcd" "$window" "$peers" "$quiet" "$needed"
}

step_decide() {
  local quiet=0 action reason
  [ ! -s "$scratch/quiet" ] || quiet=$(cat "$scratch/quiet")
  read -r action reason < <(decide "$quiet")
  case $action in
    # Known to the disk before it is done: a power cut must not make it forget.
    init | resume) remember disk initialising ;;
    join) remember disk joining ;;
    *) not_yet "$reason" ;;
  esac
}

step_init() {
  local args=()
  # Another attempt is another beginning, unless this one has begun: is it still right?
  if [ "$(recall attempts 0)" -gt 0 ] && ! etcd_has_begun; then
    case $(decide "$QUIET_ROUNDS") in
      init) ;;
      *) exit "$DECIDE_ANEW" ;;
    esac
  fi
  drop_torn_files
  install_pki
  if etcd_has_begun || has_leftovers; then args=("$(known_leftovers)"); fi
  place_kube_vip init
  # The token is no business of the journal's.
  kubeadm_by_file init --skip-token-print "${BAKE_INIT_ARGS[@]}" "${args[@]}"
}

# Once for the cluster, in the order of the cluster file: a mark in it says that it was done.
readonly APPLIED=bake-addons

step_addons() {
  local addon applied kubectl=(kubectl --kubeconfig /etc/kubernetes/admin.conf)
  api_is_ready /etc/kubernetes/admin.conf || not_yet 'the API server is not ready'
  settle_as_master
  compgen -G "$input/addons/*" >/dev/null || return 0
  applied=$("${kubectl[@]}" --request-timeout=20s --namespace kube-system get configmap "$APPLIED" --ignore-not-found -o name)
  [ -z "$applied" ] || return 0
  for addon in "$input"/addons/*; do
    case $addon in *.yaml | *.url) ;; *) continue ;; esac
    say "add-on ${addon##*/}"
    manifest_of "$addon" >"$scratch/manifest.yaml"
    timeout --kill-after=10 300 "${kubectl[@]}" apply "${BAKE_APPLY_ARGS[@]}" -f "$scratch/manifest.yaml"
  done
  "${kubectl[@]}" --request-timeout=20s --namespace kube-system create configmap "$APPLIED" >/dev/null
}

# --- joining ---------------------------------------------------------------------------------------------------------

step_join() {
  [ "$(probe "$BAKE_ENDPOINT_HOST" "$BAKE_ENDPOINT_PORT" "$input/pki/ca.crt")" = ours ] ||
    not_yet "the cluster does not answer at $BAKE_ENDPOINT_HOST:$BAKE_ENDPOINT_PORT"
  if [ "$BAKE_ROLE" = master ]; then
    # A run that was interrupted may have taken them away (kubeadm reset, below).
    install_pki
    install_files
    administrate
  fi
  if has_joined; then
    note_cri_socket
    [ "$BAKE_ROLE" != master ] || finish_as_master
    return 0
  fi
  if [ "$BAKE_ROLE" = master ]; then
    # One at a time: etcd takes one new member only, and must have it in step before the next.
    take_turn
    remove_former_self
    drop_torn_files
  fi
  if ! token_is_known; then
    [ "$BAKE_ROLE" = master ] ||
      not_yet "the cluster does not know the token that this machine was given (is it too old? \`bake secrets rotate token\` and new user-data)"
    renew_token
    not_yet 'the token of this machine was over; it is made valid again'
  fi
  if [ -d /var/lib/etcd/member ]; then
    join_again
  else
    # What an interrupted join has left would stop this one.
    if has_leftovers; then
      timeout --kill-after=10 300 kubeadm reset --force --cri-socket "$BAKE_CRI_SOCKET"
      mkdir -p /etc/kubernetes/manifests
      cp -a -- "$memory/kubernetes/." /etc/kubernetes/
      if [ "$BAKE_ROLE" = master ]; then
        install_pki
        # Those below /etc/kubernetes/pki are gone, too.
        install_files
      fi
    fi
    join
  fi
  [ "$BAKE_ROLE" != master ] || finish_as_master
}

join() {
  # kubeadm writes the token here and removes it again; what is removed from a disk is still on it.
  mkdir -p /etc/kubernetes
  # One that was interrupted has left what it wrote, and kubeadm refuses to write it again.
  rm -f -- "$input/bootstrap-kubelet.conf"
  ln -sfn "$input/bootstrap-kubelet.conf" /etc/kubernetes/bootstrap-kubelet.conf
  # Static pods that the image brings are no reason to refuse.
  if compgen -G "$memory/kubernetes/manifests/*" >/dev/null; then
    set -- --ignore-preflight-errors=DirAvailable--etc-kubernetes-manifests "$@"
  fi
  kubeadm_by_file join "${BAKE_JOIN_ARGS[@]}" "$@"
}

# Where etcd has begun, it is a member that the others count on: kubeadm goes over it once more. Its phases can be run over
# what they have made, but for two (kubeadm 1.20: cmd/phases/join/kubelet.go, checketcd.go): `kubelet-start` refuses a node
# that is ready already, and `check-etcd` fails while this machine's own etcd waits for its kubelet.
join_again() {
  drop_torn_files
  if node_is_ready; then
    join "$(known_leftovers)" --skip-phases=kubelet-start
  else
    join "$(known_leftovers)" --skip-phases=check-etcd
  fi
}

has_leftovers() {
  local file
  for file in /etc/kubernetes/{kubelet,bootstrap-kubelet,admin}.conf /etc/kubernetes/manifests/{etcd,kube-*}.yaml; do
    if [ -e "$file" ] && [ ! -e "$memory/kubernetes/${file#/etc/kubernetes/}" ]; then return 0; fi
  done
  # Masters hold it before they join.
  [ "$BAKE_ROLE" = worker ] && [ -e /etc/kubernetes/pki/ca.crt ]
}

# kubeadm notes it after the node is there, and `kubeadm upgrade node` asks for it; newer ones keep it in a file (kubernetes.io
# "kubeadm upgrade", instance configuration).
note_cri_socket() {
  [ -e /var/lib/kubelet/instance-config.yaml ] ||
    kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=20s annotate --overwrite node "$BAKE_NODE" \
      "kubeadm.alpha.kubernetes.io/cri-socket=$BAKE_CRI_SOCKET" >/dev/null
}

finish_as_master() {
  local holder
  settle_as_master
  # A turn that goes on would keep the next master waiting.
  holder=$(turn_of)
  if [ "$holder" = "$BAKE_NODE" ]; then end_turn; fi
}

# What every master does once the cluster has it.
settle_as_master() {
  place_kube_vip settled
  give_kubeconfigs
  # Labels of nodes and tools (bake-upkeep) keep nobody from being ready.
  # It need not be read anew for that; reading all units anew takes longer than all else here.
  systemctl enable --quiet --now --no-reload bake-upkeep.timer
}

# place_kube_vip init|settled: the pod that holds the virtual address, where the cluster has it on its masters. From
# Kubernetes 1.29 on it is another administrator as long as `kubeadm init` runs (src/balancer/kube-vip.ts).
place_kube_vip() {
  local manifest=/etc/kubernetes/manifests/kube-vip.yaml
  [ -e "$input/kube-vip/$1.yaml" ] || return 0
  if cmp -s -- "$input/kube-vip/$1.yaml" "$manifest"; then return 0; fi
  mkdir -p /etc/kubernetes/manifests
  # Whatever is in that folder is run, a half file too.
  put /etc/kubernetes/kube-vip.yaml 0600 <"$input/kube-vip/$1.yaml"
  mv -f -- /etc/kubernetes/kube-vip.yaml "$manifest"
  sync -- /etc/kubernetes/manifests /etc/kubernetes
}
BAKE_93FCA47B
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/firstboot
# bake:master.yaml:7:7
bake_section_3a6c5324288c9290() {
bake_write /usr/lib/bake/firstboot 0755 root root <<'BAKE_520645C3'
#!/usr/bin/env bash
# firstboot: makes this machine a part of its cluster, with nobody there. Started by bake-firstboot.service at every boot
# until it has ended well once.
#
# It is a row of states. The one it is in is on the disk; each can be killed at any instant and entered again, and a
# state is left only when what it is for is done. What it needs comes with user-data and is in memory only ($input).
#
#   haproxy  prepare -> balance -> scrub -> ready
#   worker   prepare -> join -> scrub -> ready
#   master   prepare -> decide -> init -> addons -> scrub -> ready
#                              -> join (-> addons) -> scrub -> ready
#
# usage: firstboot             go on from where it was left
#        firstboot --step NAME  one state, once (how it calls itself)
# Exit codes: 0 ready (or the step is done), 1 it failed and said why, 75 (of a step) not yet, 76 (of a step) to be decided anew.
set -euo pipefail

lib=${BAKE_LIB:-/usr/lib/bake}
input=${BAKE_INPUT:-/run/bake/firstboot}
memory=${BAKE_MEMORY:-/var/lib/bake/firstboot}
scratch=${BAKE_SCRATCH:-/run/bake}
readonly lib input memory scratch
readonly NOT_YET=75 DECIDE_ANEW=76
# Rounds of silence that it takes to believe that there is no cluster where others could answer, and the pause between two
# looks; seconds.
readonly QUIET_ROUNDS=5
readonly PAUSE=${BAKE_PAUSE:-3}
# What is remembered is for bake-status and whoever calls it, also where first boot is started by hand.
umask 022

# shellcheck source=userdata/firstboot/decide.sh
. "$lib/decide.sh"
# shellcheck source=userdata/firstboot/cluster.sh
. "$lib/cluster.sh"
# shellcheck source=userdata/firstboot/files.sh
. "$lib/files.sh"
# shellcheck source=userdata/firstboot/kubeadm.sh
. "$lib/kubeadm.sh"

say() { printf 'bake: %s\n' "$*"; }

# put FILE [MODE [OWNER:GROUP]]: standard input becomes FILE, all of it or nothing, whatever happens to the power.
put() {
  local owner=${3:-root:root}
  install -m "${2:-0644}" -o "${owner%:*}" -g "${owner#*:}" -- /dev/fd/0 "$1.new"
  sync -- "$1.new"
  mv -f -- "$1.new" "$1"
  sync -- "${1%/*}"
}

# recall NAME [DEFAULT]: what was remembered. Asked for all the time, so no program is started.
recall() {
  local text=${2:-}
  # Nothing ends in the character that `read` waits for.
  if [ -s "$memory/$1" ]; then IFS= read -r -d '' text <"$memory/$1" || true; fi
  printf '%s' "$text"
}

# remember NAME VALUE...: it outlives a power cut. Of several the first may be there without the next, never half a value.
remember() {
  local name new=()
  while [ $# -gt 0 ]; do
    if [ "$(recall "$1")" != "$2" ]; then
      printf '%s' "$2" >"$memory/$1.new"
      new+=("$1")
    fi
    shift 2
  done
  if [ "${#new[@]}" = 0 ]; then return 0; fi
  (cd -- "$memory" && sync -- "${new[@]/%/.new}")
  for name in "${new[@]}"; do mv -f -- "$memory/$name.new" "$memory/$name"; done
  sync -- "$memory"
}

# note NAME LINE: one more line of a list that is remembered.
note() {
  local list
  list=$(recall "$1")
  case $'\n'$list$'\n' in *$'\n'"$2"$'\n'*) return 0 ;; esac
  remember "$1" "$(with_line "$list" "$2")"$'\n'
}

# with_line LIST LINE: without the end of the last line.
with_line() { printf '%s' "${1:+$1$'\n'}$2"; }

# flush_disks: what has been written so far is there after a power cut. A bare `sync` in a container would wait for all disks of its host.
flush_disks() {
  local folder folders=("$memory")
  # Each may be a disk of its own.
  for folder in /etc /root /home /var/lib/cloud /var/lib/kubelet /var/lib/containerd /var/lib/docker; do
    [ ! -d "$folder" ] || folders+=("$folder")
  done
  sync --file-system -- "${folders[@]}"
}

# jot NAME VALUE: remembered for as long as the power is on, without waiting for the disk.
jot() {
  if [ "$(recall "$1")" = "$2" ]; then return 0; fi
  printf '%s' "$2" >"$memory/$1.new"
  mv -f -- "$memory/$1.new" "$memory/$1"
}

# A step that can't be done yet says what it waits for; it is tried again soon, and no attempt is counted.
not_yet() {
  jot reason "$*"
  exit "$NOT_YET"
}

# --- the row of states -----------------------------------------------------------------------------------------------

# after STATE: the state that comes next.
after() {
  case $BAKE_ROLE.$1 in
    haproxy.prepare) echo balance ;;
    worker.prepare) echo join ;;
    master.prepare) echo decide ;;
    master.decide) if [ "$(recall disk fresh)" = initialising ]; then echo init; else echo join; fi ;;
    master.init) echo addons ;;
    # Built anew before it has applied them, perhaps: nobody else has them.
    master.join) if compgen -G "$input/addons/*" >/dev/null; then echo addons; else echo scrub; fi ;;
    *.balance | *.join | master.addons) echo scrub ;;
    *.scrub) echo ready ;;
    *)
      say "no state $1 for role $BAKE_ROLE" >&2
      return 1
      ;;
  esac
}

# limit STATE: how many seconds a state may take before it is given up for this time.
limit() {
  case $1 in
    decide | join) echo "$BAKE_WAIT_LIMIT" ;;
    init) echo 1200 ;;
    *) echo 900 ;;
  esac
}

# How often a step may fail in a row.
readonly ATTEMPTS=8

enter() {
  jot since "$EPOCHSECONDS"
  jot attempts 0
  jot reason ''
  remember state "$1" timeline "$(timeline_to "$1")"$'\n'
  say "$1"
}

decide_anew() {
  rm -f -- "$scratch/quiet"
  enter decide
}

# timeline_to STATE: the timeline with another line, milliseconds since the epoch and the state that begins; the one before it ends.
# A state that is gone on with after a power cut has a line of its own.
timeline_to() {
  # With the locale's own mark between seconds and their parts.
  local microseconds=${EPOCHREALTIME//[!0-9]/}
  with_line "$(recall timeline)" "${microseconds%???} $1"
}

mark() { remember timeline "$(timeline_to "$1")"$'\n'; }

give_up() {
  remember failed "$(recall state): $*"
  say "gave up: $(recall state): $*" >&2
  exit 1
}

# backoff ATTEMPT: 2, 4, 8 ... 60 seconds, and up to half as much again, so that machines don't try in step.
backoff() {
  local seconds=$((1 << $1))
  [ "$seconds" -le 60 ] || seconds=60
  echo $((seconds + RANDOM % (seconds / 2 + 1)))
}

run_states() {
  local state code attempts shown='' reason
  # Another try, after a failure or a power cut, has all its time again.
  rm -f -- "$memory/failed"
  jot since "$EPOCHSECONDS"
  jot attempts 0
  state=$(recall state)
  # What scrub has begun to overwrite is not read again.
  if [ "$state" != scrub ] || { [ ! -e /etc/cloud/cloud-init.disabled ] && [ -e "$input/complete" ]; }; then write_hosts; fi
  log_in_to_registries || say 'not logged in to every registry; it is tried again before this ends' >&2
  case $state in
    '') enter prepare ;;
    # What was decided before the power went may be true no more, as long as nothing has come of it.
    init) if etcd_has_begun; then mark init; else decide_anew; fi ;;
    *) mark "$state" ;;
  esac
  while state=$(recall state) && [ "$state" != ready ]; do
    code=0
    "$0" --step "$state" || code=$?
    reason=$(recall reason)
    case $code in
      0)
        enter "$(after "$state")"
        continue
        ;;
      "$DECIDE_ANEW")
        decide_anew
        continue
        ;;
      "$NOT_YET")
        if [ "$reason" != "$shown" ]; then say "$state: waiting: $reason"; fi
        shown=$reason
        sleep "$PAUSE"
        ;;
      *)
        attempts=$(($(recall attempts 0) + 1))
        jot attempts "$attempts"
        say "$state: attempt $attempts of $ATTEMPTS failed (exit code $code)" >&2
        [ "$attempts" -lt "$ATTEMPTS" ] || give_up "failed $attempts times; the last lines of it are above (journalctl -u bake-firstboot)"
        sleep "$(backoff "$attempts")"
        ;;
    esac
    if [ $((EPOCHSECONDS - $(recall since 0))) -gt "$(limit "$state")" ]; then
      give_up "not done after $(limit "$state") s${reason:+, waiting: $reason}"
    fi
  done
  say "ready: $BAKE_NODE is a $BAKE_ROLE of cluster $BAKE_CLUSTER"
}

# --- states of every role --------------------------------------------------------------------------------------------

# Entries of our own between two marks; whatever else stands there stays. At every start: cloud-init writes the file anew at
# each boot where it is told to (`manage_etc_hosts`, as on Debian's cloud images).
write_hosts() {
  {
    sed '/^# bake: begin/,/^# bake: end/d' /etc/hosts
    echo '# bake: begin (entries of the cluster)'
    cat "$input/hosts"
    echo '# bake: end'
  } | put /etc/hosts
}

step_prepare() {
  if [ "$(date +%s)" -lt "$BAKE_NOT_BEFORE" ]; then
    not_yet 'the clock stands before the time at which the secrets were made'
  fi
  if [ -n "$BAKE_ADDRESS" ] && [ -z "$(interface_of "$BAKE_ADDRESS")" ]; then
    not_yet "no interface has this machine's address, $BAKE_ADDRESS"
  fi
  [ "$BAKE_ROLE" = haproxy ] || keep_own_kubernetes
  install_files
  [ "$BAKE_ROLE" != haproxy ] || return 0
  # What the image has of it; the rest is the cluster's (bake-reset).
  [ -e "$memory/cni" ] || { find /etc/cni/net.d -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null || true; } | put "$memory/cni"
  [ -S "$BAKE_RUNTIME_SOCKET" ] || not_yet "the container runtime is not up ($BAKE_RUNTIME_SOCKET)"
  [ "$BAKE_ROLE" = master ] || return 0
  install_pki
}

# What the image has in the folder that is kubeadm's otherwise, static pods of its own for example: kubeadm and bake-reset empty it.
keep_own_kubernetes() {
  [ ! -e "$memory/kubernetes" ] || return 0
  rm -rf -- "$memory/kubernetes.new"
  mkdir -p -- /etc/kubernetes "$memory/kubernetes.new"
  cp -a -- /etc/kubernetes/. "$memory/kubernetes.new/"
  find "$memory/kubernetes.new" \( -type f -o -type d \) -exec sync -- {} +
  mv -T -- "$memory/kubernetes.new" "$memory/kubernetes"
}

# Credentials of registries, which user-data has brought again where it has been read again: before anything is pulled, since
# the runtime is restarted for them, and before cloud-init, whose last stage would do it too, is told to rest.
log_in_to_registries() {
  local given host
  for given in /etc/bake/registries/*.json; do
    [ -e "$given" ] || continue
    host=${given##*/}
    "$lib/registry-login" "${host%.json}"
  done
}

# The authorities are the cluster's; every master holds them, like one that kubeadm made (kubeadm: PKI certificates and
# requirements).
install_pki() (
  umask 077
  pki=/etc/kubernetes/pki differ=()
  for file in ca.crt ca.key front-proxy-ca.crt front-proxy-ca.key etcd/ca.crt etcd/ca.key sa.key sa.pub; do
    same_text "$input/pki/$file" "$pki/$file" || differ+=("$file")
  done
  [ ! -e "$pki.new" ] || rm -rf -- "$pki.new"
  if [ "${#differ[@]}" = 0 ]; then return 0; fi
  mkdir -p -- "$pki/etcd" "$pki.new"
  (cd -- "$input/pki" && cp --parents --target-directory="$pki.new" -- "${differ[@]}")
  (cd -- "$pki.new" && sync -- "${differ[@]}")
  for file in "${differ[@]}"; do mv -f -- "$pki.new/$file" "$pki/$file"; done
  sync -- "$pki" "$pki/etcd"
  rm -rf -- "$pki.new"
)

# same_text FILE FILE: whether both are there and say the same; no program is started.
same_text() {
  local one='' other=''
  if [ ! -f "$1" ] || [ ! -f "$2" ]; then return 1; fi
  IFS= read -r -d '' one <"$1" || true
  IFS= read -r -d '' other <"$2" || true
  [ "$one" = "$other" ]
}

# What is needed no longer is no longer there. Input and cloud-init's copies of user-data are in memory while the image
# mounts them so; where they are not (a stock image, a seed folder) they are overwritten before they are removed.
step_scrub() {
  local copies
  log_in_to_registries
  # cloud-init would bring user-data again at the next boot. Its work is done, and this is known before anything is gone.
  mkdir -p /etc/cloud
  put /etc/cloud/cloud-init.disabled </dev/null
  mapfile -d '' copies < <(find /var/lib/cloud/instances /var/lib/cloud/seed /var/lib/cloud/data /run/cloud-init \
    -type f \( -name 'user-data*' -o -name 'vendor-data*' -o -name 'cloud-config.txt' -o -name 'obj.pkl' -o -name 'part-*' \
    -o -name 'instance-data-sensitive.json' -o -name 'combined-cloud-config.json' \) -print0 2>/dev/null)
  shred --iterations=1 --zero --remove -- "${copies[@]}" 2>/dev/null || rm -f -- "${copies[@]}"
  # A stock image's cloud-init has written to the disk; blocks that it has given back are nobody's to overwrite.
  mountpoint -q /var/lib/cloud/instances || fstrim /var/lib/cloud 2>/dev/null || true
  find "$input" -type f -exec shred --iterations=1 --zero --remove -- {} + 2>/dev/null || true
  rm -rf -- "$input"
  flush_disks
}

# --- the haproxy role ------------------------------------------------------------------------------------------------

step_balance() {
  local unit units=("$BAKE_BALANCER.service") interface
  case $BAKE_BALANCER in
    haproxy) haproxy -c -q -f /etc/haproxy/haproxy.cfg ;;
    nginx) nginx -t -q ;;
  esac
  if [ -n "$BAKE_VIRTUAL_IP" ]; then
    units+=(keepalived.service)
    if [ ! -s /etc/keepalived/interface.conf ]; then
      interface=${BAKE_INTERFACE:-$(interface_of "$BAKE_ADDRESS")}
      [ -n "$interface" ] || interface=$(default_interface)
      [ -n "$interface" ] || not_yet 'no interface for the virtual IP: none has a default route'
      note files /etc/keepalived/interface.conf
      # shellcheck disable=SC2016 # the name is keepalived's
      printf '$INTERFACE=%s\n' "$interface" | put /etc/keepalived/interface.conf
    fi
    # The id picks the settings that are for testing (src/balancer/keepalived.ts).
    keepalived -t -i _test
  fi
  # A reload of systemd would change nothing for units that it knows, nor would their old scripts' (update-rc.d reloads twice each).
  SYSTEMCTL_SKIP_SYSV=1 systemctl enable --quiet --no-reload "${units[@]}"
  for unit in "${units[@]}"; do
    systemctl reload-or-restart "$unit"
    systemctl is-active --quiet "$unit" || not_yet "$unit is not active"
  done
}

# --- main ------------------------------------------------------------------------------------------------------------

# cloud-init writes files once an instance, and memory is lost with the power. Where it starts afresh at each boot
# (bake-cloud-memory.service) it has brought them again; elsewhere it is asked to.
bring_input() {
  cloud-init single --name write_files --frequency always >/dev/null 2>&1 || true
}

main() {
  mkdir -p -- "$memory" "$scratch"
  case $(recall state) in
    ready) return 0 ;;
    # What it takes away is gone already, perhaps.
    scrub)
      # Before it has begun, cloud-init may have written /etc/hosts at this boot, too.
      [ -e /etc/cloud/cloud-init.disabled ] || [ -e "$input/complete" ] || bring_input
      BAKE_ROLE=$(recall role)
      BAKE_NODE=$(recall node)
      BAKE_CLUSTER=$(recall cluster)
      ;;
    *)
      # Written last: where it is, everything is.
      [ -e "$input/complete" ] || bring_input
      if [ ! -e "$input/complete" ]; then
        remember failed "user-data brought nothing for this machine, or not all of it ($input/complete is not there)"
        say "gave up: $(recall failed)" >&2
        exit 1
      fi
      # shellcheck source=/dev/null # made by bake, values quoted
      . "$input/machine.env"
      if [ "${1:-}" != --step ]; then
        remember role "$BAKE_ROLE" node "$BAKE_NODE" cluster "$BAKE_CLUSTER" cri "$BAKE_CRI_SOCKET"
      fi
      ;;
  esac
  case ${1:-} in
    '')
      exec 9>"$scratch/lock"
      flock --nonblock 9 || {
        say 'first boot runs already (systemctl status bake-firstboot)' >&2
        exit 1
      }
      run_states
      ;;
    --step) "step_$2" ;;
    *)
      say "unknown argument $1" >&2
      exit 2
      ;;
  esac
}

main "$@"
BAKE_520645C3
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/keep-cloud-init
# bake:master.yaml:7:7
bake_section_1299dbeee9241b7a() {
bake_write /usr/lib/bake/keep-cloud-init 0755 root root <<'BAKE_AE70326C'
#!/usr/bin/env bash
# keep-cloud-init: moves what cloud-init keeps of an instance from memory (bake-cloud-memory.service) to the disk, where it
# belongs on a machine of no cluster: so that the next boot is no first boot again. User-data of a cluster stays in
# memory; cloud-init then starts afresh at each boot until first boot has ended well and has disabled it.
# Killed at any instant it leaves the folder on the disk empty or whole.
set -euo pipefail

instances=${BAKE_INSTANCES:-/var/lib/cloud/instances}

# The merged cloud-config; user-data itself may be compressed.
for config in "$instances"/*/cloud-config.txt; do
  if grep -qs -- /run/bake/firstboot/ "$config"; then
    echo 'bake: user-data holds secrets of a cluster and stays in memory'
    exit 0
  fi
done
rm -rf -- "$instances.new"
cp -a -- "$instances" "$instances.new"
sync
umount --lazy -- "$instances"
rmdir -- "$instances"
mv -- "$instances.new" "$instances"
BAKE_AE70326C
}

# ----------------------------------------------------------------------------------------------------
# write /usr/local/sbin/bake-status
# bake:master.yaml:7:7
bake_section_6d890da5e6c5e962() {
bake_write /usr/local/sbin/bake-status 0755 root root <<'BAKE_1752F59A'
#!/usr/bin/env bash
# bake-status: where this machine's first boot stands.
# usage: bake-status          for people
#        bake-status --json   one object: state, since (seconds since the epoch), reason (what it waits for), attempts that failed,
#                             failed (why it gave up), timeline: a list of state and at (milliseconds since the epoch)
# Exit codes: 0 ready, 1 it gave up, 2 wrong usage, 3 on its way or not begun.
set -euo pipefail

memory=${BAKE_MEMORY:-/var/lib/bake/firstboot}
recall() { if [ -s "$memory/$1" ]; then cat "$memory/$1"; else printf '%s' "${2:-}"; fi; }

state=$(recall state)
since=$(recall since 0)
reason=$(recall reason)
attempts=$(recall attempts 0)
failed=$(recall failed)

# quoted TEXT: a JSON string.
quoted() {
  local text=${1//[[:cntrl:]]/ }
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

as_json() {
  local at begun comma=''
  printf '{"state":%s,"since":%d,"reason":%s,"attempts":%d,"failed":%s,"timeline":[' \
    "$(quoted "$state")" "$since" "$(quoted "$reason")" "$attempts" "$(quoted "$failed")"
  while read -r at begun; do
    printf '%s{"at":%d,"state":%s}' "$comma" "$at" "$(quoted "$begun")"
    comma=,
  done < <(recall timeline)
  printf ']}\n'
}

as_text() {
  case $state in
    '')
      echo 'first boot has not begun'
      [ -z "$failed" ] || echo "gave up  $failed"
      ;;
    ready) echo "ready since $(date --date="@$since" '+%F %T %Z')" ;;
    *)
      echo "state    $state, for $(($(date +%s) - since)) s"
      [ -z "$reason" ] || echo "waiting  $reason"
      [ "$attempts" = 0 ] || echo "failed   $attempts times"
      [ -z "$failed" ] || printf '%s\n' "gave up  $failed" \
        'more     journalctl -u bake-firstboot; it is tried again by itself, or now by: systemctl restart bake-firstboot'
      ;;
  esac
}

case ${1:-} in
  '') as_text ;;
  --json) as_json ;;
  *)
    echo "bake-status: unknown argument $1; usage: bake-status [--json]" >&2
    exit 2
    ;;
esac
if [ "$state" = ready ]; then exit 0; fi
if [ -n "$failed" ]; then exit 1; fi
exit 3
BAKE_1752F59A
}

# ----------------------------------------------------------------------------------------------------
# write /usr/local/sbin/bake-reset
# bake:master.yaml:7:7
bake_section_60b76338cc69980a() {
bake_write /usr/local/sbin/bake-reset 0755 root root <<'BAKE_13FA2C47'
#!/usr/bin/env bash
# bake-reset: takes this machine out of its cluster and makes it as it was before first boot, so that it can be given new
# user-data. May be run again after it was interrupted.
#
# usage: bake-reset --yes [--last]
#   --yes   really; without it, only says what would happen
#   --last  also where this is the last master that answers: the cluster ends with it
# Exit codes: 0 done, 1 it can't be done now and was said why, 2 not asked for with --yes.
set -euo pipefail

lib=${BAKE_LIB:-/usr/lib/bake}
memory=${BAKE_MEMORY:-/var/lib/bake/firstboot}
scratch=${BAKE_SCRATCH:-/run/bake}
# shellcheck disable=SC2034 # what cluster.sh wants to know
input=$scratch/none BAKE_PROXY=() BAKE_KUBECONFIG_USERS=()
# shellcheck source=userdata/firstboot/cluster.sh
. "$lib/cluster.sh"

say() { printf 'bake-reset: %s\n' "$*"; }
recall() { if [ -s "$memory/$1" ]; then cat "$memory/$1"; else printf '%s' "${2:-}"; fi; }

yes=
last=
for argument; do
  case $argument in
    --yes) yes=yes ;;
    --last) last=yes ;;
    *)
      say "unknown argument $argument; usage: bake-reset --yes [--last]" >&2
      exit 2
      ;;
  esac
done

node=$(recall node "$(hostname)")
role=$(recall role)
if [ -z "$yes" ]; then
  say "would take $node (${role:-no role yet}) out of cluster $(recall cluster '(none)') and remove what it holds of it: /etc/kubernetes, /var/lib/etcd, certificates, kubeconfigs"
  say 'containers of the cluster end; images stay. To do it: bake-reset --yes'
  exit 2
fi
[ "$(id -u)" = 0 ] || {
  say 'only root can do this' >&2
  exit 1
}

# other_masters: nodes of the control plane but this one.
other_masters() {
  # shellcheck disable=SC2016 # $own is jq's
  admin get nodes -o json | jq -r --arg own "$node" '.items[].metadata | select(.name != $own)
    | select(.labels // {} | has("node-role.kubernetes.io/control-plane") or has("node-role.kubernetes.io/master")) | .name'
}

# A master that just vanishes stays a member that etcd counts: it is taken out by another one, as long as there is one.
leave_as_master() {
  local others other id ids asked=''
  (umask 077 && mkdir -p -- "$scratch/admin")
  [ ! -s /etc/kubernetes/admin.conf ] || install -m 0600 /etc/kubernetes/admin.conf "$scratch/admin/admin.conf"
  [ -s "$scratch/admin/admin.conf" ] || return 0
  if ! others=$(other_masters 2>/dev/null); then
    [ -n "$last" ] || {
      say 'the cluster does not answer, so this machine can be taken out of neither its nodes nor its etcd. Where it is gone for good: bake-reset --yes --last' >&2
      exit 1
    }
    return 0
  fi
  if [ -z "$others" ]; then
    [ -n "$last" ] || {
      say 'this is the last master: the cluster, and all that it holds, ends with it. If that is meant: bake-reset --yes --last' >&2
      exit 1
    }
    return 0
  fi
  # A master whose etcd is elsewhere has none to leave.
  if [ -d /var/lib/etcd/member ]; then
    for other in $others; do
      ids=$(etcdctl_on "$other" member list 2>/dev/null | awk -F', *' -v own="$node" '$3 == own { print $1 }') || continue
      for id in $ids; do
        say "removing member $id of etcd"
        etcdctl_on "$other" member remove "$id" >/dev/null
      done
      asked=yes
      break
    done
    [ -n "$asked$last" ] || {
      say 'no other master can be asked about etcd, whose member this machine would stay. Where it is gone for good: bake-reset --yes --last' >&2
      exit 1
    }
  fi
  say "removing node $node"
  admin delete node "$node" --ignore-not-found >/dev/null
}

empty() { [ ! -d "$1" ] || find "$1" -mindepth 1 -delete; }

rm -rf -- "$memory.gone"
systemctl stop bake-firstboot.service
case $role in
  haproxy)
    # One by one: a machine has one of the balancers, and systemd does nothing at all where one that is named is not there.
    for unit in keepalived haproxy nginx; do
      ! systemctl cat "$unit.service" >/dev/null 2>&1 || systemctl disable --quiet --now "$unit.service"
    done
    ;;
  master)
    systemctl disable --quiet --now bake-upkeep.timer
    leave_as_master
    ;;
  worker) say "on a master, afterwards: kubectl delete node $node" ;;
esac

# Where nothing is remembered, all of this has been done.
if [ "$role" != haproxy ] && [ -d "$memory" ] && command -v kubeadm >/dev/null; then
  cri=$(recall cri)
  timeout --kill-after=10 300 kubeadm reset --force ${cri:+--cri-socket "$cri"}
  systemctl stop kubelet.service
  empty /etc/kubernetes
  mkdir -p /etc/kubernetes/manifests
  # What was there before the cluster belongs to the image.
  [ ! -d "$memory/kubernetes" ] || cp -a -- "$memory/kubernetes/." /etc/kubernetes/
  empty /var/lib/etcd
  rm -rf -- /var/lib/cni
  if [ -d /etc/cni/net.d ] && [ -e "$memory/cni" ]; then
    find /etc/cni/net.d -mindepth 1 -maxdepth 1 -printf '%f\n' | { grep -vxFf "$memory/cni" || true; } |
      while IFS= read -r name; do rm -rf -- "/etc/cni/net.d/$name"; done
  fi
fi

while IFS= read -r path; do rm -f -- "$path"; done < <(recall kubeconfigs)
while IFS= read -r path; do rm -f -- "$path"; done < <(recall files)
for mark in /var/lib/bake/tools/*; do
  [ -e "$mark" ] || continue
  rm -f -- "/usr/local/bin/${mark##*/}" "$mark"
done
hosts=$(sed '/^# bake: begin/,/^# bake: end/d' /etc/hosts)
printf '%s\n' "$hosts" >/etc/hosts.new
chmod 0644 /etc/hosts.new
mv -f -- /etc/hosts.new /etc/hosts
systemctl daemon-reload

# From here on it is a machine that has never been asked. What was told to whom goes last, so that all of this can be
# done again until it is done.
rm -rf -- "${scratch:?}"/firstboot "$scratch/admin" "$scratch/quiet"
umount --lazy /var/lib/cloud/instances 2>/dev/null || true
rm -f -- "$memory/state" /etc/cloud/cloud-init.disabled
if command -v cloud-init >/dev/null; then cloud-init clean --logs; fi
# At once: a part of it would be taken for all that there was.
[ ! -d "$memory" ] || mv -T -- "$memory" "$memory.gone"
rm -rf -- "$memory.gone"
sync
say "$node is in no cluster any more. Give it new user-data and boot it again"
BAKE_13FA2C47
}

# ----------------------------------------------------------------------------------------------------
# write /usr/local/sbin/bake-upkeep
# bake:master.yaml:7:7
bake_section_14e55560f5afc3f0() {
bake_write /usr/local/sbin/bake-upkeep 0755 root root <<'BAKE_A0622E5B'
#!/usr/bin/env bash
# bake-upkeep: what a master goes on doing when it is ready. Started by bake-upkeep.timer.
#
#   /etc/bake/labels  a line a node: NODE [KEY=VALUE...]; the node `*` is every one that is not named. Labels that a kubelet may
#                     not give to itself. Nodes come late and are built anew, so this has no end.
#   /etc/bake/tools   a line a program: NAME ADDRESS SHA256, a tar.gz with NAME in it, for /usr/local/bin. What is there stays.
#
# What can't be done now is tried again in a minute and keeps nothing else from being done.
# Exit codes: 0 all is done, 1 something is not and was said.
set -euo pipefail

settings=${BAKE_SETTINGS:-/etc/bake}
bin=${BAKE_BIN:-/usr/local/bin}
marks=${BAKE_MARKS:-/var/lib/bake/tools}

kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=20s "$@"; }

# labels_for NODE: of its own line, or else of the one for all others.
labels_for() {
  awk -v node="$1" '
    $1 == node { own = 1; line = $0 }
    $1 == "*" { others = $0 }
    END { $0 = own ? line : others; for (i = 2; i <= NF; i++) print $i }
  ' "$settings/labels"
}

# Lines of NODE KEY=VALUE...: what nodes have already.
labels_of_nodes() {
  kube get nodes -o json |
    jq -r '.items[].metadata | [.name, (.labels // {} | to_entries[] | "\(.key)=\(.value)")] | join(" ")'
}

label_nodes() {
  local nodes name labels label missing
  nodes=$(labels_of_nodes) || return 1
  while read -r name labels; do
    missing=()
    while IFS= read -r label; do
      case " $labels " in *" $label "*) ;; *) missing+=("$label") ;; esac
    done < <(labels_for "$name")
    [ "${#missing[@]}" = 0 ] || kube label --overwrite node "$name" "${missing[@]}" </dev/null || return 1
  done <<<"$nodes"
}

install_tool() {
  local name=$1 address=$2 sha256=$3 folder member
  [ ! -e "$bin/$name" ] || return 0
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf -- '$folder'" EXIT
  curl --silent --show-error --fail --location --max-time 300 --output "$folder/archive" "$address"
  echo "$sha256  $folder/archive" | sha256sum --check --status || {
    echo "bake: $address does not have the sha256 $sha256" >&2
    return 1
  }
  member=$(tar -tzf "$folder/archive" | awk -v name="$name" -F/ '$NF == name { found = $0 } END { print found }')
  [ -n "$member" ] || {
    echo "bake: $address has no $name in it" >&2
    return 1
  }
  mkdir -p -- "$marks" "$bin"
  echo "$sha256" >"$marks/$name"
  tar -xzOf "$folder/archive" "$member" >"$bin/.$name.new"
  chmod 0755 "$bin/.$name.new"
  sync -- "$bin/.$name.new"
  mv -f -- "$bin/.$name.new" "$bin/$name"
  echo "bake: installed $bin/$name"
}

failed=0
if [ -s "$settings/labels" ]; then label_nodes || failed=1; fi
if [ -s "$settings/tools" ]; then
  while read -r name address sha256; do
    # Waited for, not asked: errors end a function only where nobody asks for its success.
    (install_tool "$name" "$address" "$sha256") &
    wait "$!" || failed=1
  done <"$settings/tools"
fi
exit "$failed"
BAKE_A0622E5B
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-firstboot.service
# bake:master.yaml:7:7
bake_section_a550f69488a320dc() {
bake_write /etc/systemd/system/bake-firstboot.service 0644 root root <<'BAKE_A0009243'
[Unit]
Description=Make this machine a part of its cluster
Documentation=man:systemd.service(5)
# user-data has been written to /run/bake/firstboot by then, the host name is set and the network is up.
After=cloud-init.service cloud-init-network.service network-online.target containerd.service docker.service cri-docker.socket
Wants=network-online.target
# Either is enough: what user-data brings is gone before the last state is over.
ConditionPathExists=|/run/bake/firstboot/machine.env
ConditionPathExists=|/var/lib/bake/firstboot/state

[Service]
Type=exec
ExecStart=/usr/lib/bake/firstboot
StandardOutput=journal+console
StandardError=journal+console
# What gave up is tried again: the other machines may have been late.
Restart=on-failure
RestartSec=60
TimeoutStopSec=20

[Install]
WantedBy=multi-user.target
BAKE_A0009243
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-cloud-memory.service
# bake:master.yaml:7:7
bake_section_d8a9ca5ea27417b1() {
bake_write /etc/systemd/system/bake-cloud-memory.service 0644 root root <<'BAKE_F70EA3DF'
[Unit]
Description=Memory for what cloud-init is told, until it is known to hold no secret
Documentation=man:systemd.service(5)
DefaultDependencies=no
Conflicts=shutdown.target
After=systemd-remount-fs.service
Before=cloud-init-local.service shutdown.target
ConditionPathExists=!/etc/cloud/cloud-init.disabled
# A machine that has it on its disk goes on with that (bake-keep-cloud-init.service).
ConditionDirectoryNotEmpty=!/var/lib/cloud/instances

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=mkdir -p /var/lib/cloud/instances
ExecStart=mount -t tmpfs -o mode=0755,nosuid,nodev,size=64m tmpfs /var/lib/cloud/instances
# Of the boot before, and leads nowhere: cloud-init would trip over it.
ExecStart=rm -f /var/lib/cloud/instance

[Install]
WantedBy=cloud-init-local.service
BAKE_F70EA3DF
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-keep-cloud-init.service
# bake:master.yaml:7:7
bake_section_f60e6f6080f7d6ae() {
bake_write /etc/systemd/system/bake-keep-cloud-init.service 0644 root root <<'BAKE_D113EE35'
[Unit]
Description=Keep on the disk what cloud-init was told, unless secrets of a cluster are in it
Documentation=man:systemd.service(5)
After=cloud-final.service
ConditionPathIsMountPoint=/var/lib/cloud/instances

[Service]
Type=oneshot
ExecStart=/usr/lib/bake/keep-cloud-init

[Install]
WantedBy=cloud-init.target
BAKE_D113EE35
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-upkeep.service
# bake:master.yaml:7:7
bake_section_b57359f0fef7304a() {
bake_write /etc/systemd/system/bake-upkeep.service 0644 root root <<'BAKE_9EB30BF5'
[Unit]
Description=Put labels on nodes and fetch tools, as the cluster file asks
Documentation=man:systemd.service(5)
After=network-online.target

[Service]
Type=oneshot
PrivateTmp=yes
ExecStart=/usr/local/sbin/bake-upkeep
BAKE_9EB30BF5
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-upkeep.timer
# bake:master.yaml:7:7
bake_section_3d56b32fbaa87cd0() {
bake_write /etc/systemd/system/bake-upkeep.timer 0644 root root <<'BAKE_D09298E4'
[Unit]
Description=Look after labels of nodes and tools every minute
Documentation=man:systemd.timer(5)

[Timer]
OnActiveSec=5
OnUnitInactiveSec=60
AccuracySec=5

[Install]
WantedBy=timers.target
BAKE_D09298E4
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable bake-firstboot.service
# bake:master.yaml:7:7
bake_section_bca93496088465d0() {
bake_service enabled bake-firstboot.service leave
}

# ----------------------------------------------------------------------------------------------------
# enable bake-cloud-memory.service
# bake:master.yaml:7:7
bake_section_775226721db69bfc() {
bake_service enabled bake-cloud-memory.service leave
}

# ----------------------------------------------------------------------------------------------------
# enable bake-keep-cloud-init.service
# bake:master.yaml:7:7
bake_section_95be91bbb42b2f00() {
bake_service enabled bake-keep-cloud-init.service leave
}

# ----------------------------------------------------------------------------------------------------
# write /etc/bake/release
# bake:master.yaml:7:7
bake_section_3bc6b4c39294106d() {
bake_write /etc/bake/release 0644 root root <<'BAKE_13216691'
BAKE_PROFILE="profile"
BAKE_ROLE="master"
BAKE_OS="debian-13"
BAKE_KUBERNETES="1.35.8"
BAKE_RUNTIME="containerd"
BAKE_CRI_SOCKET="unix:///run/containerd/containerd.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.10.1"
BAKE_STAND_IN="yes"
BAKE_13216691
}

# ----------------------------------------------------------------------------------------------------
# write /etc/motd.d/bake-stand-in
# bake:node.yaml:7:1
bake_section_b475b442b7a992f8() {
bake_write /etc/motd.d/bake-stand-in 0644 root root <<'BAKE_A86706BF'
This machine has STAND-INS in place of Kubernetes. They go through the motions for rehearsals and tests.
BAKE_A86706BF
}

# ----------------------------------------------------------------------------------------------------
# write /etc/issue.d/bake-stand-in.issue
# bake:node.yaml:7:1
bake_section_39223e87518710a5() {
bake_write /etc/issue.d/bake-stand-in.issue 0644 root root <<'BAKE_A86706BF'
This machine has STAND-INS in place of Kubernetes. They go through the motions for rehearsals and tests.
BAKE_A86706BF
}

# ----------------------------------------------------------------------------------------------------
# seal the image
# bake:master.yaml:7:7
bake_section_47310e0acdbd4093() {
bake_seal
}

bake_begin "$@"
# A library would end here: nothing above does anything by itself.
bake_step system 6c4409f9201a51f5 bake:base.yaml:14:9 'turn swap off for good'
bake_step system c2240604590d061f bake:base.yaml:14:9 'write /etc/systemd/system/bake-swap-off.service'
bake_step system fd73d9cd2d9f3555 bake:base.yaml:14:9 'enable bake-swap-off.service'
bake_step system 36b0208840eecf35 bake:base.yaml:6:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system a0d74fcc5124dbdf bake:base.yaml:6:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 6f6e73960b6bfcd2 profile.yaml:1:1 'write /etc/systemd/system/bake-nvme-host.service'
bake_step system 343d8a53b6b9097f profile.yaml:1:1 'enable bake-nvme-host.service'
bake_step system 207dbe568572c67d bake:node.yaml:19:1 'install time synchronisation: chrony'
bake_step system 44d25e6d72537131 bake:node.yaml:19:1 'write /etc/chrony/chrony.conf'
bake_step system ba722b97c77a96ff bake:node.yaml:19:1 'enable chrony.service'
bake_step system 2ffbce92fa403420 bake:base.yaml:18:3 'write /etc/systemd/journald.conf.d/50-bake.conf'
bake_step system d2ba9b240b566523 bake:base.yaml:20:13 'install security upgrades: unattended-upgrades'
bake_step system 6d2aa6fd674658ad bake:base.yaml:20:13 'write /etc/apt/apt.conf.d/60bake-upgrades'
bake_step system afb3ab4e2fd358b0 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.timer.d/50-bake.conf'
bake_step system 1ae21e5483a529ad bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf'
bake_step system 2ccbe43896430014 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.service.d/50-bake.conf'
bake_step system 3a4ff6df055952f5 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf'
bake_step runtime 58d668cc386ed1c1 bake:node.yaml:19:1 'load kernel modules overlay br_netfilter nf_conntrack'
bake_step runtime e431cb5116feea57 bake:node.yaml:19:1 'set 11 kernel settings'
bake_step runtime 1442e54a8cf9f1f4 bake:node.yaml:7:1 'install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux'
bake_step runtime 6343d1db8d0d99e6 bake:node.yaml:15:1 'install containerd: containerd'
bake_step runtime b14004e94b694515 bake:node.yaml:15:1 'configure containerd'
bake_step runtime 02e9ca9c6a1e6afd bake:node.yaml:16:11 'enable containerd.service'
bake_step kubernetes 20eedc9b08e96b6a bake:node.yaml:9:12 'make stand-in packages: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 3348754e05d0fbd7 bake:node.yaml:9:12 'add the kubernetes repository, file:/usr/share/bake/stand-in'
bake_step kubernetes 24aa03f4376b4c33 bake:node.yaml:9:12 'install Kubernetes (stand-in): cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 61fd0bf9d6ca7c47 bake:node.yaml:16:11 'write /etc/crictl.yaml'
bake_step kubernetes 7e5693ddc0361a10 bake:node.yaml:16:11 'write /etc/default/kubelet'
bake_step kubernetes e0d444ca6b868042 bake:node.yaml:16:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 0111f06abf4567d2 bake:node.yaml:9:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step kubernetes 8742f4301f9e7f83 bake:node.yaml:13:15 'shell completion of crictl'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:20:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 49c9da2e4f67f189 bake:node.yaml:20:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:20:3 'enable bake-firewall.service'
bake_step profile a6874bad791c526d bake:master.yaml:7:7 'write /usr/lib/bake/decide.sh'
bake_step profile e84d5f8e3c8ec953 bake:master.yaml:7:7 'write /usr/lib/bake/cluster.sh'
bake_step profile c473f41863cacb05 bake:master.yaml:7:7 'write /usr/lib/bake/files.sh'
bake_step profile 48ae775b7259d9ed bake:master.yaml:7:7 'write /usr/lib/bake/kubeadm.sh'
bake_step profile 3a6c5324288c9290 bake:master.yaml:7:7 'write /usr/lib/bake/firstboot'
bake_step profile 1299dbeee9241b7a bake:master.yaml:7:7 'write /usr/lib/bake/keep-cloud-init'
bake_step profile 6d890da5e6c5e962 bake:master.yaml:7:7 'write /usr/local/sbin/bake-status'
bake_step profile 60b76338cc69980a bake:master.yaml:7:7 'write /usr/local/sbin/bake-reset'
bake_step profile 14e55560f5afc3f0 bake:master.yaml:7:7 'write /usr/local/sbin/bake-upkeep'
bake_step profile a550f69488a320dc bake:master.yaml:7:7 'write /etc/systemd/system/bake-firstboot.service'
bake_step profile d8a9ca5ea27417b1 bake:master.yaml:7:7 'write /etc/systemd/system/bake-cloud-memory.service'
bake_step profile f60e6f6080f7d6ae bake:master.yaml:7:7 'write /etc/systemd/system/bake-keep-cloud-init.service'
bake_step profile b57359f0fef7304a bake:master.yaml:7:7 'write /etc/systemd/system/bake-upkeep.service'
bake_step profile 3d56b32fbaa87cd0 bake:master.yaml:7:7 'write /etc/systemd/system/bake-upkeep.timer'
bake_step profile bca93496088465d0 bake:master.yaml:7:7 'enable bake-firstboot.service'
bake_step profile 775226721db69bfc bake:master.yaml:7:7 'enable bake-cloud-memory.service'
bake_step profile 95be91bbb42b2f00 bake:master.yaml:7:7 'enable bake-keep-cloud-init.service'
bake_step profile 3bc6b4c39294106d bake:master.yaml:7:7 'write /etc/bake/release'
bake_step profile b475b442b7a992f8 bake:node.yaml:7:1 'write /etc/motd.d/bake-stand-in'
bake_step profile 39223e87518710a5 bake:node.yaml:7:1 'write /etc/issue.d/bake-stand-in.issue'
bake_step profile 47310e0acdbd4093 bake:master.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan 24cde9c0edfa'
