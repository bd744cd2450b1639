#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile our-worker (worker), debian-13 amd64
# plan 422269863d64fea2fa269ea95dc36bd14b39c29799c2f8c6e23cf4c2d77130e5
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
# set the time zone to Asia/Shanghai
# profile.yaml:46:13
bake_section_161aea71e7091dd4() {
bake_time_zone Asia/Shanghai
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
# profile.yaml:47:3
bake_section_207dbe568572c67d() {
bake_install chrony
}

# ----------------------------------------------------------------------------------------------------
# write /etc/chrony/chrony.conf
# profile.yaml:47:3
bake_section_2ce17d08c108c1c1() {
bake_write /etc/chrony/chrony.conf 0644 root root <<'BAKE_8DD0BC86'
# Written by bake. kubeadm’s certificates are valid from five minutes before they are made: clocks must agree.
server ntp1.example.com iburst
server 192.0.2.1 iburst
pool pool.example.com iburst maxsources 4
confdir /etc/chrony/conf.d
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
maxupdateskew 100.0
# Steps at any time in the first minutes: virtual machines wake up with old clocks.
makestep 1 -1
rtcsync
leapsectz right/UTC
BAKE_8DD0BC86
bake_restart_if_changed chrony.service
}

# ----------------------------------------------------------------------------------------------------
# enable chrony.service
# profile.yaml:47:3
bake_section_ba722b97c77a96ff() {
bake_service enabled chrony.service start
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/journald.conf.d/50-bake.conf
# profile.yaml:50:3
bake_section_fde4205f23231de8() {
bake_write /etc/systemd/journald.conf.d/50-bake.conf 0644 root root <<'BAKE_073D9EC6'
# Written by bake.
[Journal]
Storage=persistent
SystemMaxUse=200M
BAKE_073D9EC6
bake_restart_if_changed systemd-journald.service
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system.conf.d/50-bake-limits.conf
# profile.yaml:45:3
bake_section_8fdd034f65af4153() {
bake_write /etc/systemd/system.conf.d/50-bake-limits.conf 0644 root root <<'BAKE_03C45A76'
# Written by bake.
[Manager]
DefaultLimitNOFILE=1048576
DefaultLimitNPROC=65536
BAKE_03C45A76
}

# ----------------------------------------------------------------------------------------------------
# write /etc/security/limits.d/50-bake.conf
# profile.yaml:45:3
bake_section_a939aa5b5b978116() {
bake_write /etc/security/limits.d/50-bake.conf 0644 root root <<'BAKE_4CB32404'
# Written by bake.
* - nofile 1048576
root - nofile 1048576
* - nproc 65536
root - nproc 65536
BAKE_4CB32404
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
# load kernel modules overlay br_netfilter nf_conntrack dummy
# profile.yaml:41:3
bake_section_759e02e0c3c93b56() {
bake_write /etc/modules-load.d/bake-kubernetes.conf 0644 root root <<'BAKE_3E11AABE'
overlay
br_netfilter
nf_conntrack
dummy
BAKE_3E11AABE
bake_modprobe overlay br_netfilter nf_conntrack dummy
}

# ----------------------------------------------------------------------------------------------------
# set 13 kernel settings
# profile.yaml:42:3
bake_section_fb30f37e8261fe2e() {
bake_write /etc/sysctl.d/99-bake-kubernetes.conf 0644 root root <<'BAKE_99AC821D'
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
vm.max_map_count = 262144
kernel.core_pattern = |/bin/false
BAKE_99AC821D
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
# add the kubernetes repository, https://pkgs.k8s.io/core:/stable:/v1.35/deb/
# bake:node.yaml:10:11
bake_section_b9a8b508a8a9c84f() {
bake_fetch_key https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key /etc/apt/keyrings/bake-kubernetes.asc
bake_write /etc/apt/sources.list.d/bake-kubernetes.sources 0644 root root <<'BAKE_4B81705B'
Types: deb
URIs: https://pkgs.k8s.io/core:/stable:/v1.35/deb/
Suites: /
Signed-By: /etc/apt/keyrings/bake-kubernetes.asc DE15B14486CD377B9E876E1A234654DA9A296436
BAKE_4B81705B
bake_update_repository /etc/apt/sources.list.d/bake-kubernetes.sources https://pkgs.k8s.io/core:/stable:/v1.35/deb/
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
# create user ops
# profile.yaml:7:5
bake_section_69e4a4778d6f3c72() {
bake_user ops Operations /bin/sh adm,systemd-journal
bake_ssh_keys ops <<'BAKE_C27D15C7'
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGolZ3Vlc3Mgd2hvIHdyb3RlIHRoaXMga2V5IGF0IGFs ops@example.com
BAKE_C27D15C7
bake_write /etc/sudoers.d/bake-ops 0440 root root <<'BAKE_A287D8F1'
ops ALL=(ALL) NOPASSWD:ALL
BAKE_A287D8F1
}

# ----------------------------------------------------------------------------------------------------
# create user plain
# profile.yaml:14:5
bake_section_5f26d3aa582bb0ca() {
bake_user plain '' /bin/bash ''
}

# ----------------------------------------------------------------------------------------------------
# install extra packages: htop strace
# profile.yaml:5:1
bake_section_7b8cea0c8b6badfd() {
bake_install htop strace
}

# ----------------------------------------------------------------------------------------------------
# write /etc/motd
# profile.yaml:16:5
bake_section_1378aab92862ba7b() {
bake_write /etc/motd 0644 root root <<'BAKE_6CE460AA'
Welcome.
  It's "ours"; $HOME and {{ braces }} stay as they are.
BAKE_6CE460AA
}

# ----------------------------------------------------------------------------------------------------
# write /usr/local/bin/hello
# profile.yaml:20:5
bake_section_63306dc48ff91876() {
bake_write /usr/local/bin/hello 0755 root root <<'BAKE_287D5069'
#!/bin/sh
echo "hello, $1"
BAKE_287D5069
}

# ----------------------------------------------------------------------------------------------------
# write /etc/ops/empty
# profile.yaml:23:5
bake_section_54fa9f74b0c34482() {
bake_write /etc/ops/empty 0644 ops ops </dev/null
}

# ----------------------------------------------------------------------------------------------------
# write /etc/ops/no-newline
# profile.yaml:26:5
bake_section_fa4627acf5f6862c() {
base64 -d <<<bm8gbmV3bGluZSBhdCB0aGUgZW5k | bake_write /etc/ops/no-newline 0600 ops adm
}

# ----------------------------------------------------------------------------------------------------
# make a marker
# profile.yaml:32:5
bake_section_58c0e263aa14e984() {
if [ -e /opt/ours/marker ]; then return 0; fi
bash -euo pipefail -c 'mkdir -p /opt/ours
echo '\''made'\'' >/opt/ours/marker
'
}

# ----------------------------------------------------------------------------------------------------
# say hello
# profile.yaml:37:5
bake_section_1ecd0d921fa82b80() {
if bash -euo pipefail -c 'test -s /opt/ours/greeting' >/dev/null 2>&1; then return 0; fi
bash -euo pipefail -c 'hello >/opt/ours/greeting'
}

# ----------------------------------------------------------------------------------------------------
# write /etc/bake/release
# bake:worker.yaml:7:7
bake_section_30836f484c8f632f() {
bake_write /etc/bake/release 0644 root root <<'BAKE_BF3BB532'
BAKE_PROFILE="our-worker"
BAKE_ROLE="worker"
BAKE_OS="debian-13"
BAKE_KUBERNETES="1.35.8"
BAKE_RUNTIME="containerd"
BAKE_CRI_SOCKET="unix:///run/containerd/containerd.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.10.1"
BAKE_STAND_IN="no"
BAKE_BF3BB532
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
bake_step system 36b0208840eecf35 bake:base.yaml:6:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 161aea71e7091dd4 profile.yaml:46:13 'set the time zone to Asia/Shanghai'
bake_step system 2e8dabfbf6c192bb bake:base.yaml:6:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 207dbe568572c67d profile.yaml:47:3 'install time synchronisation: chrony'
bake_step system 2ce17d08c108c1c1 profile.yaml:47:3 'write /etc/chrony/chrony.conf'
bake_step system ba722b97c77a96ff profile.yaml:47:3 'enable chrony.service'
bake_step system fde4205f23231de8 profile.yaml:50:3 'write /etc/systemd/journald.conf.d/50-bake.conf'
bake_step system 8fdd034f65af4153 profile.yaml:45:3 'write /etc/systemd/system.conf.d/50-bake-limits.conf'
bake_step system a939aa5b5b978116 profile.yaml:45:3 'write /etc/security/limits.d/50-bake.conf'
bake_step system d2ba9b240b566523 bake:base.yaml:20:13 'install security upgrades: unattended-upgrades'
bake_step system 6d2aa6fd674658ad bake:base.yaml:20:13 'write /etc/apt/apt.conf.d/60bake-upgrades'
bake_step system afb3ab4e2fd358b0 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.timer.d/50-bake.conf'
bake_step system 1ae21e5483a529ad bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf'
bake_step system 2ccbe43896430014 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.service.d/50-bake.conf'
bake_step system 3a4ff6df055952f5 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf'
bake_step runtime 759e02e0c3c93b56 profile.yaml:41:3 'load kernel modules overlay br_netfilter nf_conntrack dummy'
bake_step runtime fb30f37e8261fe2e profile.yaml:42:3 'set 13 kernel settings'
bake_step runtime 1442e54a8cf9f1f4 bake:node.yaml:7:1 'install tools of a node: apparmor conntrack ebtables ethtool iproute2 ipset iptables kmod socat util-linux'
bake_step runtime 6343d1db8d0d99e6 bake:node.yaml:17:11 'install containerd: containerd'
bake_step runtime b14004e94b694515 bake:node.yaml:15:1 'configure containerd'
bake_step runtime 02e9ca9c6a1e6afd bake:node.yaml:16:11 'enable containerd.service'
bake_step kubernetes b9a8b508a8a9c84f bake:node.yaml:10:11 'add the kubernetes repository, https://pkgs.k8s.io/core:/stable:/v1.35/deb/'
bake_step kubernetes 5fdfc9db12d25261 bake:node.yaml:9:12 'install Kubernetes: cri-tools=1.35.0-1.1 kubernetes-cni=1.8.0-1.1 kubelet=1.35.8-1.1 kubeadm=1.35.8-1.1 kubectl=1.35.8-1.1'
bake_step kubernetes 61fd0bf9d6ca7c47 bake:node.yaml:16:11 'write /etc/crictl.yaml'
bake_step kubernetes 7e5693ddc0361a10 bake:node.yaml:16:11 'write /etc/default/kubelet'
bake_step kubernetes bd3a147a5d5b7fe4 bake:node.yaml:16:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 0111f06abf4567d2 bake:node.yaml:9:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step kubernetes 8742f4301f9e7f83 bake:node.yaml:13:15 'shell completion of crictl'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:21:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 97b6cc8bd53e2c3f bake:node.yaml:21:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:21:3 'enable bake-firewall.service'
bake_step profile 69e4a4778d6f3c72 profile.yaml:7:5 'create user ops'
bake_step profile 5f26d3aa582bb0ca profile.yaml:14:5 'create user plain'
bake_step profile 7b8cea0c8b6badfd profile.yaml:5:1 'install extra packages: htop strace'
bake_step profile 1378aab92862ba7b profile.yaml:16:5 'write /etc/motd'
bake_step profile 63306dc48ff91876 profile.yaml:20:5 'write /usr/local/bin/hello'
bake_step profile 54fa9f74b0c34482 profile.yaml:23:5 'write /etc/ops/empty'
bake_step profile fa4627acf5f6862c profile.yaml:26:5 'write /etc/ops/no-newline'
bake_step profile 58c0e263aa14e984 profile.yaml:32:5 'make a marker'
bake_step profile 1ecd0d921fa82b80 profile.yaml:37:5 'say hello'
bake_step profile 30836f484c8f632f bake:worker.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:worker.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: our-worker, plan 422269863d64'
