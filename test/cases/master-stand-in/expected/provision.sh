#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (master), debian-13 amd64, with STAND-INS in place of Kubernetes
# plan 8764d210b4bfa85dfb0860d1aa05a112c0b9f825aa812873d089b47d15eb3856
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
bake_section_2e8dabfbf6c192bb() {
bake_write /etc/cloud/cloud.cfg.d/50-bake.cfg 0644 root root <<'BAKE_F6A9F2BE'
# Written by bake.
locale: false
BAKE_F6A9F2BE
}

# ----------------------------------------------------------------------------------------------------
# install time synchronisation: chrony
# bake:node.yaml:20:1
bake_section_207dbe568572c67d() {
bake_install chrony
}

# ----------------------------------------------------------------------------------------------------
# write /etc/chrony/chrony.conf
# bake:node.yaml:20:1
bake_section_08955fcbfcf7b0fe() {
bake_write /etc/chrony/chrony.conf 0644 root root <<'BAKE_4866FED1'
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
leapsectz right/UTC
BAKE_4866FED1
bake_restart_if_changed chrony.service
}

# ----------------------------------------------------------------------------------------------------
# enable chrony.service
# bake:node.yaml:20:1
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
# bake:node.yaml:20:1
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
# bake:node.yaml:20:1
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
# bake:node.yaml:17:11
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
bake_section_263b715efaab93ca() {
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
bake_stand_in_package kubelet 1.35.8-1.1 'iptables, kubernetes-cni, mount, util-linux'
bake_stand_in_file kubelet /usr/bin/kubelet 0755 <<'BAKE_90DF84A3'
#!/bin/bash
# STAND-IN for the kubelet 1.35.8, made by bake. It is not the kubelet.
set -euo pipefail

if [ "${1:-}" = --version ]; then
  echo 'Kubernetes v1.35.8+stand-in (a STAND-IN made by bake, not the kubelet)'
  exit 0
fi
echo 'kubelet: this is a STAND-IN made by bake; it runs no pods' >&2
# The real one gives up here too, and systemd tries again every ten seconds until kubeadm has run.
if [ ! -e /var/lib/kubelet/config.yaml ]; then
  echo 'kubelet: /var/lib/kubelet/config.yaml is not there yet: kubeadm has not run' >&2
  exit 1
fi
exec sleep infinity
BAKE_90DF84A3
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
bake_stand_in_package kubeadm 1.35.8-1.1 ''
bake_stand_in_file kubeadm /usr/bin/kubeadm 0755 <<'BAKE_8634C7CC'
#!/bin/bash
# STAND-IN for kubeadm 1.35.8, made by bake. It is not kubeadm.
set -euo pipefail

case "${1:-}" in
  version)
    if [ "${2:-} ${3:-}" = '-o short' ] || [ "${2:-}" = '-oshort' ]; then
      echo 'v1.35.8+stand-in'
    else
      echo 'kubeadm version: v1.35.8+stand-in (a STAND-IN made by bake, not kubeadm)'
    fi
    ;;
  completion) echo '# No completion: kubeadm is a stand-in here.' ;;
  *)
    echo "kubeadm: this is a STAND-IN made by bake; it can't ${1:-do that}" >&2
    exit 1
    ;;
esac
BAKE_8634C7CC
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
bake_stand_in_package kubectl 1.35.8-1.1 ''
bake_stand_in_file kubectl /usr/bin/kubectl 0755 <<'BAKE_A18FBCED'
#!/bin/bash
# STAND-IN for kubectl 1.35.8, made by bake. It is not kubectl.
set -euo pipefail

case "${1:-}" in
  version) echo 'Client Version: v1.35.8+stand-in (a STAND-IN made by bake, not kubectl)' ;;
  completion) echo '# No completion: kubectl is a stand-in here.' ;;
  *)
    echo "kubectl: this is a STAND-IN made by bake; it can't ${1:-do that}" >&2
    exit 1
    ;;
esac
BAKE_A18FBCED
bake_stand_in_build kubectl
bake_stand_in_end
}

# ----------------------------------------------------------------------------------------------------
# add the kubernetes repository, file:/usr/share/bake/stand-in
# bake:node.yaml:10:11
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
bake_section_bd3a147a5d5b7fe4() {
bake_write /etc/systemd/system/kubelet.service.d/20-bake.conf 0644 root root <<'BAKE_23239755'
# Written by bake.
[Unit]
Wants=containerd.service
After=containerd.service time-sync.target
BAKE_23239755
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
# bake:node.yaml:21:3
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
# bake:node.yaml:21:3
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
# bake:node.yaml:21:3
bake_section_58b09eeaf8bfc57d() {
bake_service enabled bake-firewall.service start
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
bake_step system 36b0208840eecf35 bake:base.yaml:6:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system 2e8dabfbf6c192bb bake:base.yaml:6:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 207dbe568572c67d bake:node.yaml:20:1 'install time synchronisation: chrony'
bake_step system 08955fcbfcf7b0fe bake:node.yaml:20:1 'write /etc/chrony/chrony.conf'
bake_step system ba722b97c77a96ff bake:node.yaml:20:1 'enable chrony.service'
bake_step system 2ffbce92fa403420 bake:base.yaml:18:3 'write /etc/systemd/journald.conf.d/50-bake.conf'
bake_step system d2ba9b240b566523 bake:base.yaml:20:13 'install security upgrades: unattended-upgrades'
bake_step system 6d2aa6fd674658ad bake:base.yaml:20:13 'write /etc/apt/apt.conf.d/60bake-upgrades'
bake_step system afb3ab4e2fd358b0 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.timer.d/50-bake.conf'
bake_step system 1ae21e5483a529ad bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf'
bake_step system 2ccbe43896430014 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.service.d/50-bake.conf'
bake_step system 3a4ff6df055952f5 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf'
bake_step runtime 58d668cc386ed1c1 bake:node.yaml:20:1 'load kernel modules overlay br_netfilter nf_conntrack'
bake_step runtime e431cb5116feea57 bake:node.yaml:20:1 'set 11 kernel settings'
bake_step runtime 1442e54a8cf9f1f4 bake:node.yaml:7:1 'install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux'
bake_step runtime 6343d1db8d0d99e6 bake:node.yaml:17:11 'install containerd: containerd'
bake_step runtime b14004e94b694515 bake:node.yaml:15:1 'configure containerd'
bake_step runtime 02e9ca9c6a1e6afd bake:node.yaml:16:11 'enable containerd.service'
bake_step kubernetes 263b715efaab93ca bake:node.yaml:9:12 'make stand-in packages: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 3348754e05d0fbd7 bake:node.yaml:10:11 'add the kubernetes repository, file:/usr/share/bake/stand-in'
bake_step kubernetes 24aa03f4376b4c33 bake:node.yaml:9:12 'install Kubernetes (stand-in): cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 61fd0bf9d6ca7c47 bake:node.yaml:16:11 'write /etc/crictl.yaml'
bake_step kubernetes 7e5693ddc0361a10 bake:node.yaml:16:11 'write /etc/default/kubelet'
bake_step kubernetes bd3a147a5d5b7fe4 bake:node.yaml:16:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 0111f06abf4567d2 bake:node.yaml:9:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step kubernetes 8742f4301f9e7f83 bake:node.yaml:13:15 'shell completion of crictl'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:21:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 49c9da2e4f67f189 bake:node.yaml:21:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:21:3 'enable bake-firewall.service'
bake_step profile 3bc6b4c39294106d bake:master.yaml:7:7 'write /etc/bake/release'
bake_step profile b475b442b7a992f8 bake:node.yaml:7:1 'write /etc/motd.d/bake-stand-in'
bake_step profile 39223e87518710a5 bake:node.yaml:7:1 'write /etc/issue.d/bake-stand-in.issue'
bake_step profile 47310e0acdbd4093 bake:master.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan 8764d210b4bf'
