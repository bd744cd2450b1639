#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (worker), ubuntu-26.04 amd64
# plan 368e293afde4c0ab5a985a0d43d6b599395dc3d170f765e072e423a537991d57
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
# profile.yaml:2:5
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
# profile.yaml:2:5
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
bake_section_60b4da24c55bbd1f() {
bake_write /etc/chrony/chrony.conf 0644 root root <<'BAKE_D77117DE'
# Written by bake. kubeadm’s certificates are valid from five minutes before they are made: clocks must agree.
pool ntp.ubuntu.com iburst maxsources 4
confdir /etc/chrony/conf.d
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
maxupdateskew 100.0
# Steps at any time in the first minutes: virtual machines wake up with old clocks.
makestep 1 -1
rtcsync
leapsectz right/UTC
BAKE_D77117DE
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
# profile.yaml:3:1
bake_section_1442e54a8cf9f1f4() {
bake_install apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux
}

# ----------------------------------------------------------------------------------------------------
# add the docker repository, https://download.docker.com/linux/ubuntu
# profile.yaml:7:11
bake_section_aa63936ca4d89ac7() {
bake_fetch_key https://download.docker.com/linux/ubuntu/gpg /etc/apt/keyrings/bake-docker.asc
bake_write /etc/apt/sources.list.d/bake-docker.sources 0644 root root <<'BAKE_5ED0BEFF'
Types: deb
URIs: https://download.docker.com/linux/ubuntu
Suites: resolute
Components: stable
Signed-By: /etc/apt/keyrings/bake-docker.asc 9DC858229FC7DD38854AE2D88D81803C0EBFCD88
BAKE_5ED0BEFF
bake_update_repository /etc/apt/sources.list.d/bake-docker.sources https://download.docker.com/linux/ubuntu
}

# ----------------------------------------------------------------------------------------------------
# install Docker: docker-ce=5:29.8.1-* docker-ce-cli=5:29.8.1-* containerd.io
# profile.yaml:7:11
bake_section_ff6f459f814c5ba3() {
bake_write /etc/apt/preferences.d/bake-docker 0644 root root <<'BAKE_466B5076'
# A cluster changes its version by a new image, or on purpose; never by an upgrade in the night.
Package: docker-ce
Pin: version 5:29.8.1-*
Pin-Priority: 1000

Package: docker-ce-cli
Pin: version 5:29.8.1-*
Pin-Priority: 1000
BAKE_466B5076
bake_install 'docker-ce=5:29.8.1-*' 'docker-ce-cli=5:29.8.1-*' containerd.io
bake_hold docker-ce docker-ce-cli containerd.io
}

# ----------------------------------------------------------------------------------------------------
# write /etc/containerd/config.toml
# profile.yaml:5:1
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
# profile.yaml:5:1
bake_section_7a1daf044b35cd39() {
bake_write /etc/docker/daemon.json 0644 root root <<'BAKE_ED5A7101'
{
  "exec-opts": [
    "native.cgroupdriver=systemd"
  ],
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "100m",
    "max-file": "5"
  },
  "registry-mirrors": [
    "https://mirror.example.com",
    "https://other.example.com/hub"
  ],
  "insecure-registries": [
    "lab.example.com"
  ]
}
BAKE_ED5A7101
bake_restart_if_changed docker.service
}

# ----------------------------------------------------------------------------------------------------
# write /etc/docker/certs.d/harbor.example.com:8443/ca.crt
# profile.yaml:16:11
bake_section_6e45ee68fc2a9d4a() {
bake_write /etc/docker/certs.d/harbor.example.com:8443/ca.crt 0644 root root <<'BAKE_A5CE0C78'
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUTm90IGEgcmVhbCBjZXJ0aWZpY2F0ZQ==
-----END CERTIFICATE-----
BAKE_A5CE0C78
}

# ----------------------------------------------------------------------------------------------------
# enable containerd.service
# profile.yaml:6:11
bake_section_02e9ca9c6a1e6afd() {
bake_service enabled containerd.service start
}

# ----------------------------------------------------------------------------------------------------
# enable docker.service
# profile.yaml:6:11
bake_section_1cd37f262c103939() {
bake_service enabled docker.service start
}

# ----------------------------------------------------------------------------------------------------
# install cri-dockerd 0.3.26 from https://github.com/Mirantis/cri-dockerd/releases/download/v0.3.26/cri-dockerd-0.3.26.amd64.tgz
# profile.yaml:9:15
bake_section_f2e53c187ece24a8() {
bake_install_archive https://github.com/Mirantis/cri-dockerd/releases/download/v0.3.26/cri-dockerd-0.3.26.amd64.tgz 87f31c964d974cdce9c883c79b69e355c3c323e51d3a7d36cda140e6df7b8d5a /usr/bin 1 cri-dockerd/cri-dockerd
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/cri-docker.service
# profile.yaml:9:15
bake_section_c427316a6f0e3520() {
bake_write /etc/systemd/system/cri-docker.service 0644 root root <<'BAKE_11A53C40'
# Written by bake, after the unit of cri-dockerd (packaging/systemd).
[Unit]
Description=CRI interface for Docker Engine
Documentation=https://mirantis.github.io/cri-dockerd
After=network-online.target firewalld.service docker.service
Wants=network-online.target
Requires=cri-docker.socket docker.service
StartLimitBurst=3
StartLimitIntervalSec=60s

[Service]
Type=notify
ExecStart=/usr/bin/cri-dockerd --container-runtime-endpoint fd:// --network-plugin=cni --cni-bin-dir=/opt/cni/bin --cni-conf-dir=/etc/cni/net.d --pod-infra-container-image=registry.k8s.io/pause:3.10.1
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutStartSec=0
RestartSec=2
Restart=always
LimitNOFILE=infinity
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
BAKE_11A53C40
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/cri-docker.socket
# profile.yaml:9:15
bake_section_373cb9867059a477() {
bake_write /etc/systemd/system/cri-docker.socket 0644 root root <<'BAKE_0B4E8F32'
# Written by bake, after the unit of cri-dockerd (packaging/systemd).
[Unit]
Description=CRI Docker Socket for the API
PartOf=cri-docker.service

[Socket]
ListenStream=%t/cri-dockerd.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target
BAKE_0B4E8F32
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# add the kubernetes repository, https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:/v1.35/deb/
# profile.yaml:4:11
bake_section_febbb03c906db8d1() {
bake_fetch_key https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:/v1.36/deb/Release.key /etc/apt/keyrings/bake-kubernetes.asc
bake_write /etc/apt/sources.list.d/bake-kubernetes.sources 0644 root root <<'BAKE_61AA08AF'
Types: deb
URIs: https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:/v1.35/deb/
Suites: /
Signed-By: /etc/apt/keyrings/bake-kubernetes.asc DE15B14486CD377B9E876E1A234654DA9A296436
BAKE_61AA08AF
bake_update_repository /etc/apt/sources.list.d/bake-kubernetes.sources https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:/v1.35/deb/
}

# ----------------------------------------------------------------------------------------------------
# install Kubernetes: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1
# bake:node.yaml:9:12
bake_section_5fdfc9db12d25261() {
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
# profile.yaml:6:11
bake_section_0e201d89e3106953() {
bake_write /etc/crictl.yaml 0644 root root <<'BAKE_92B60B14'
# Written by bake.
runtime-endpoint: unix:///run/cri-dockerd.sock
image-endpoint: unix:///run/cri-dockerd.sock
timeout: 10
debug: false
BAKE_92B60B14
}

# ----------------------------------------------------------------------------------------------------
# write /etc/default/kubelet
# profile.yaml:6:11
bake_section_18fb0640071f86cd() {
bake_write /etc/default/kubelet 0644 root root <<'BAKE_3E335555'
# Written by bake.
KUBELET_EXTRA_ARGS=--container-runtime-endpoint=unix:///run/cri-dockerd.sock
BAKE_3E335555
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/kubelet.service.d/20-bake.conf
# profile.yaml:6:11
bake_section_5623b3314debc454() {
bake_write /etc/systemd/system/kubelet.service.d/20-bake.conf 0644 root root <<'BAKE_6086FB20'
# Written by bake.
[Unit]
Wants=docker.service cri-docker.service
After=docker.service cri-docker.service time-sync.target
BAKE_6086FB20
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable cri-docker.socket
# profile.yaml:9:15
bake_section_30f5834fd0b92444() {
bake_service enabled cri-docker.socket start
}

# ----------------------------------------------------------------------------------------------------
# enable cri-docker.service
# profile.yaml:9:15
bake_section_3393d743144784d8() {
bake_service enabled cri-docker.service start
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
bake_section_5f6871c0fcddd08e() {
bake_write /etc/bake/release 0644 root root <<'BAKE_3ACE1D19'
BAKE_PROFILE="profile"
BAKE_ROLE="worker"
BAKE_OS="ubuntu-26.04"
BAKE_KUBERNETES="1.35.8"
BAKE_RUNTIME="docker"
BAKE_CRI_SOCKET="unix:///run/cri-dockerd.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.10.1"
BAKE_STAND_IN="no"
BAKE_3ACE1D19
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
bake_step system 36b0208840eecf35 profile.yaml:2:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system 2e8dabfbf6c192bb profile.yaml:2:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 207dbe568572c67d bake:node.yaml:20:1 'install time synchronisation: chrony'
bake_step system 60b4da24c55bbd1f bake:node.yaml:20:1 'write /etc/chrony/chrony.conf'
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
bake_step runtime 1442e54a8cf9f1f4 profile.yaml:3:1 'install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux'
bake_step runtime aa63936ca4d89ac7 profile.yaml:7:11 'add the docker repository, https://download.docker.com/linux/ubuntu'
bake_step runtime ff6f459f814c5ba3 profile.yaml:7:11 'install Docker: docker-ce=5:29.8.1-* docker-ce-cli=5:29.8.1-* containerd.io'
bake_step runtime f249d4ead437d7d8 profile.yaml:5:1 'write /etc/containerd/config.toml'
bake_step runtime 7a1daf044b35cd39 profile.yaml:5:1 'write /etc/docker/daemon.json'
bake_step runtime 6e45ee68fc2a9d4a profile.yaml:16:11 'write /etc/docker/certs.d/harbor.example.com:8443/ca.crt'
bake_step runtime 02e9ca9c6a1e6afd profile.yaml:6:11 'enable containerd.service'
bake_step runtime 1cd37f262c103939 profile.yaml:6:11 'enable docker.service'
bake_step runtime f2e53c187ece24a8 profile.yaml:9:15 'install cri-dockerd 0.3.26 from https://github.com/Mirantis/cri-dockerd/releases/download/v0.3.26/cri-dockerd-0.3.26.amd64.tgz'
bake_step runtime c427316a6f0e3520 profile.yaml:9:15 'write /etc/systemd/system/cri-docker.service'
bake_step runtime 373cb9867059a477 profile.yaml:9:15 'write /etc/systemd/system/cri-docker.socket'
bake_step kubernetes febbb03c906db8d1 profile.yaml:4:11 'add the kubernetes repository, https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:/v1.35/deb/'
bake_step kubernetes 5fdfc9db12d25261 bake:node.yaml:9:12 'install Kubernetes: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 0e201d89e3106953 profile.yaml:6:11 'write /etc/crictl.yaml'
bake_step kubernetes 18fb0640071f86cd profile.yaml:6:11 'write /etc/default/kubelet'
bake_step kubernetes 5623b3314debc454 profile.yaml:6:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 30f5834fd0b92444 profile.yaml:9:15 'enable cri-docker.socket'
bake_step kubernetes 3393d743144784d8 profile.yaml:9:15 'enable cri-docker.service'
bake_step kubernetes 0111f06abf4567d2 bake:node.yaml:9:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step kubernetes 8742f4301f9e7f83 bake:node.yaml:13:15 'shell completion of crictl'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:21:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 97b6cc8bd53e2c3f bake:node.yaml:21:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:21:3 'enable bake-firewall.service'
bake_step profile 5f6871c0fcddd08e bake:worker.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:worker.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan 368e293afde4'
