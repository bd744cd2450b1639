#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (worker), debian-12 amd64
# plan 5b347791a09a8288fa32ef8c001d0af5037eb6f5412efb397ab108f7ec7ab53a
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
# profile.yaml:3:5
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
# profile.yaml:3:5
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
# profile.yaml:4:1
bake_section_1442e54a8cf9f1f4() {
bake_install apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux
}

# ----------------------------------------------------------------------------------------------------
# install Docker: docker.io containerd
# bake:node.yaml:17:11
bake_section_dd414c6186100f28() {
bake_install docker.io containerd
bake_hold docker.io containerd
}

# ----------------------------------------------------------------------------------------------------
# write /etc/containerd/config.toml
# profile.yaml:10:1
bake_section_f249d4ead437d7d8() {
bake_write /etc/containerd/config.toml 0644 root root <<'BAKE_60D2108F'
# Written by bake. Docker's containerd; the kubelet goes through Docker.
version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
BAKE_60D2108F
bake_restart_if_changed containerd.service
}

# ----------------------------------------------------------------------------------------------------
# write /etc/docker/daemon.json
# profile.yaml:10:1
bake_section_3fd7565710ab93d8() {
bake_write /etc/docker/daemon.json 0644 root root <<'BAKE_A17378D6'
{
  "exec-opts": [
    "native.cgroupdriver=cgroupfs"
  ],
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "50m",
    "max-file": "3"
  }
}
BAKE_A17378D6
bake_restart_if_changed docker.service
}

# ----------------------------------------------------------------------------------------------------
# enable containerd.service
# profile.yaml:11:11
bake_section_02e9ca9c6a1e6afd() {
bake_service enabled containerd.service start
}

# ----------------------------------------------------------------------------------------------------
# enable docker.service
# profile.yaml:11:11
bake_section_1cd37f262c103939() {
bake_service enabled docker.service start
}

# ----------------------------------------------------------------------------------------------------
# add the kubernetes repository, https://mirrors.aliyun.com/kubernetes/apt/
# profile.yaml:6:11
bake_section_9ec0273212135a8e() {
bake_fetch_key https://mirrors.aliyun.com/kubernetes/apt/doc/apt-key.gpg /etc/apt/keyrings/bake-kubernetes.asc
bake_write /etc/apt/sources.list.d/bake-kubernetes.sources 0644 root root <<'BAKE_B6183552'
Types: deb
URIs: https://mirrors.aliyun.com/kubernetes/apt/
Suites: kubernetes-xenial
Components: main
Signed-By: /etc/apt/keyrings/bake-kubernetes.asc A362B822F6DEDC652817EA46B53DC80D13EDEF05
BAKE_B6183552
bake_update_repository /etc/apt/sources.list.d/bake-kubernetes.sources https://mirrors.aliyun.com/kubernetes/apt/
}

# ----------------------------------------------------------------------------------------------------
# install Kubernetes: cri-tools=1.26.0-00 kubernetes-cni=1.2.0-00 kubelet=1.23.17-00 kubeadm=1.23.17-00 kubectl=1.23.17-00
# profile.yaml:5:12
bake_section_6fd611df7ab1905e() {
bake_write /etc/apt/preferences.d/bake-kubernetes 0644 root root <<'BAKE_E250601C'
# A cluster changes its version by a new image, or on purpose; never by an upgrade in the night.
Package: cri-tools
Pin: version 1.26.0-00
Pin-Priority: 1000

Package: kubernetes-cni
Pin: version 1.2.0-00
Pin-Priority: 1000

Package: kubelet
Pin: version 1.23.17-00
Pin-Priority: 1000

Package: kubeadm
Pin: version 1.23.17-00
Pin-Priority: 1000

Package: kubectl
Pin: version 1.23.17-00
Pin-Priority: 1000
BAKE_E250601C
bake_install 'cri-tools=1.26.0-00' 'kubernetes-cni=1.2.0-00' 'kubelet=1.23.17-00' 'kubeadm=1.23.17-00' 'kubectl=1.23.17-00'
bake_hold cri-tools kubernetes-cni kubelet kubeadm kubectl
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/kubelet.service.d/20-bake.conf
# profile.yaml:11:11
bake_section_0ef860b3d3c52153() {
bake_write /etc/systemd/system/kubelet.service.d/20-bake.conf 0644 root root <<'BAKE_D4B9E952'
# Written by bake.
[Unit]
Wants=docker.service
After=docker.service time-sync.target
BAKE_D4B9E952
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable kubelet.service
# profile.yaml:5:12
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
bake_section_97b6cc8bd53e2c3f() {
bake_write /etc/bake/firewall.nft 0644 root root <<'BAKE_A73C8637'
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
    tcp dport 10250 accept comment "kubelet"
    tcp dport 10256 accept comment "kube-proxy health"
    tcp dport 30000-32767 accept comment "NodePort services"
    udp dport 30000-32767 accept comment "NodePort services"
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
BAKE_A73C8637
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
# bake:worker.yaml:7:7
bake_section_5ffd0ef760453367() {
bake_write /etc/bake/release 0644 root root <<'BAKE_CF4D0289'
BAKE_PROFILE="profile"
BAKE_ROLE="worker"
BAKE_OS="debian-12"
BAKE_KUBERNETES="1.23.17"
BAKE_RUNTIME="docker"
BAKE_CRI_SOCKET="/var/run/dockershim.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.6"
BAKE_STAND_IN="no"
BAKE_CF4D0289
}

# ----------------------------------------------------------------------------------------------------
# seal the image
# bake:worker.yaml:7:7
bake_section_47310e0acdbd4093() {
bake_seal
}

bake_begin "$@"
# A library would end here: nothing above does anything by itself.
bake_step system 6c4409f9201a51f5 bake:base.yaml:14:9 'turn swap off for good'
bake_step system 36b0208840eecf35 profile.yaml:3:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system 2e8dabfbf6c192bb profile.yaml:3:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
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
bake_step runtime 1442e54a8cf9f1f4 profile.yaml:4:1 'install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux'
bake_step runtime dd414c6186100f28 bake:node.yaml:17:11 'install Docker: docker.io containerd'
bake_step runtime f249d4ead437d7d8 profile.yaml:10:1 'write /etc/containerd/config.toml'
bake_step runtime 3fd7565710ab93d8 profile.yaml:10:1 'write /etc/docker/daemon.json'
bake_step runtime 02e9ca9c6a1e6afd profile.yaml:11:11 'enable containerd.service'
bake_step runtime 1cd37f262c103939 profile.yaml:11:11 'enable docker.service'
bake_step kubernetes 9ec0273212135a8e profile.yaml:6:11 'add the kubernetes repository, https://mirrors.aliyun.com/kubernetes/apt/'
bake_step kubernetes 6fd611df7ab1905e profile.yaml:5:12 'install Kubernetes: cri-tools=1.26.0-00 kubernetes-cni=1.2.0-00 kubelet=1.23.17-00 kubeadm=1.23.17-00 kubectl=1.23.17-00'
bake_step kubernetes 0ef860b3d3c52153 profile.yaml:11:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 0111f06abf4567d2 profile.yaml:5:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:21:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 97b6cc8bd53e2c3f bake:node.yaml:21:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:21:3 'enable bake-firewall.service'
bake_step profile 5ffd0ef760453367 bake:worker.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:worker.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan 5b347791a09a'
