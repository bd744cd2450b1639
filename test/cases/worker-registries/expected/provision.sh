#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (worker), debian-13 amd64
# plan b377dd2028b7fe08dfed01176a3f6d9c59cebeec2fa4c5c506ed0ac6194e5539
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
# profile.yaml:2:1
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
# write /etc/containerd/certs.d/docker.io/hosts.toml
# profile.yaml:4:7
bake_section_facd1e98d10d3377() {
bake_write /etc/containerd/certs.d/docker.io/hosts.toml 0644 root root <<'BAKE_9CEEDB3A'
# Written by bake.
server = "https://registry-1.docker.io"

[host."https://mirror.example.com"]
capabilities = ["pull", "resolve"]

[host."http://plain.example.com:5000/v2/hub"]
capabilities = ["pull", "resolve"]
override_path = true

[host."https://registry-1.docker.io"]
capabilities = ["pull", "resolve"]
BAKE_9CEEDB3A
}

# ----------------------------------------------------------------------------------------------------
# write /etc/containerd/certs.d/harbor.example.com:8443/ca.crt
# profile.yaml:7:11
bake_section_b8f26a66b8ceae60() {
bake_write /etc/containerd/certs.d/harbor.example.com:8443/ca.crt 0644 root root <<'BAKE_A5CE0C78'
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUTm90IGEgcmVhbCBjZXJ0aWZpY2F0ZQ==
-----END CERTIFICATE-----
BAKE_A5CE0C78
}

# ----------------------------------------------------------------------------------------------------
# write /etc/containerd/certs.d/harbor.example.com:8443/hosts.toml
# profile.yaml:6:7
bake_section_5fdb71f9f0b2fd65() {
bake_write /etc/containerd/certs.d/harbor.example.com:8443/hosts.toml 0644 root root <<'BAKE_33D81611'
# Written by bake.
server = "https://harbor.example.com:8443"

[host."https://harbor.example.com:8443"]
capabilities = ["pull", "resolve"]
ca = "/etc/containerd/certs.d/harbor.example.com:8443/ca.crt"
BAKE_33D81611
}

# ----------------------------------------------------------------------------------------------------
# write /etc/containerd/certs.d/lab.example.com/hosts.toml
# profile.yaml:9:7
bake_section_ad368c75b7e362f3() {
bake_write /etc/containerd/certs.d/lab.example.com/hosts.toml 0644 root root <<'BAKE_18A61160'
# Written by bake.
server = "https://lab.example.com"

[host."https://lab.example.com"]
capabilities = ["pull", "resolve"]
skip_verify = true
BAKE_18A61160
}

# ----------------------------------------------------------------------------------------------------
# enable containerd.service
# bake:node.yaml:16:11
bake_section_02e9ca9c6a1e6afd() {
bake_service enabled containerd.service start
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/registry-login
# profile.yaml:3:3
bake_section_45da892ab01ac93d() {
bake_write /usr/lib/bake/registry-login 0755 root root <<'BAKE_07FFF747'
#!/bin/bash
# registry-login HOST: hands the credentials that user-data left in /etc/bake/registries/HOST.json (username, password) to
# what pulls images on this machine, in the way that it takes them, and removes them from there. Made by bake.
set -euo pipefail
umask 077

host=$1
given=/etc/bake/registries/$host.json
if [ ! -e "$given" ]; then
  echo "registry-login: nothing to do for $host"
  exit 0
fi

# containerd 1.x lets a file of conf.d replace the whole table of a plugin, so ours repeats what the main file says. The
# credentials of all hosts stand in it (containerd docs/cri/registry.md, "Configure Registry Credentials").
if systemctl -q is-enabled containerd.service 2>/dev/null && [ -e /etc/containerd/config.toml ] && ! command -v dockerd >/dev/null; then
  drop=/etc/containerd/conf.d/bake-registries.toml
  # It looks credentials up by the machine that it asks, and Docker Hub's has another name than its images.
  asked=$host
  [ "$host" != docker.io ] || asked=registry-1.docker.io
  version=$(sed -nE 's/^version = ([0-9]+)$/\1/p' /etc/containerd/config.toml)
  if [ "$version" -ge 3 ]; then plugin=io.containerd.cri.v1.images; else plugin=io.containerd.grpc.v1.cri; fi
  [ -e "$drop" ] || sed '/^imports = /d' /etc/containerd/config.toml >"$drop.new"
  [ ! -e "$drop" ] || awk -v table="[plugins.\"$plugin\".registry.configs.\"$asked\".auth]" \
    '$0 == table { skip = 1; next } /^\[/ { skip = 0 } !skip' "$drop" >"$drop.new"
  # A JSON string is a TOML basic string.
  jq -r --arg table "[plugins.\"$plugin\".registry.configs.\"$asked\".auth]" \
    '"\n\($table)\nusername = \(.username | tojson)\npassword = \(.password | tojson)"' "$given" >>"$drop.new"
  mv -f "$drop.new" "$drop"
  rm -f "$given"
  systemctl try-restart containerd.service
else
  # Docker takes credentials with each pull; the kubelet brings them from here (Kubernetes docs, "Configure nodes to
  # authenticate to a private registry").
  config=/var/lib/kubelet/config.json
  mkdir -p /var/lib/kubelet
  [ -s "$config" ] || echo '{}' >"$config"
  jq --arg host "$host" --slurpfile given "$given" \
    '.auths[$host] = {auth: ("\($given[0].username):\($given[0].password)" | @base64)}' "$config" >"$config.new"
  mv -f "$config.new" "$config"
  rm -f "$given"
fi
BAKE_07FFF747
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
# write /etc/bake/release
# bake:worker.yaml:7:7
bake_section_03c15483ad0a0ad2() {
bake_write /etc/bake/release 0644 root root <<'BAKE_1E417DAE'
BAKE_PROFILE="profile"
BAKE_ROLE="worker"
BAKE_OS="debian-13"
BAKE_KUBERNETES="1.35.8"
BAKE_RUNTIME="containerd"
BAKE_CRI_SOCKET="unix:///run/containerd/containerd.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.10.1"
BAKE_STAND_IN="no"
BAKE_1E417DAE
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
bake_step runtime b14004e94b694515 profile.yaml:2:1 'configure containerd'
bake_step runtime facd1e98d10d3377 profile.yaml:4:7 'write /etc/containerd/certs.d/docker.io/hosts.toml'
bake_step runtime b8f26a66b8ceae60 profile.yaml:7:11 'write /etc/containerd/certs.d/harbor.example.com:8443/ca.crt'
bake_step runtime 5fdb71f9f0b2fd65 profile.yaml:6:7 'write /etc/containerd/certs.d/harbor.example.com:8443/hosts.toml'
bake_step runtime ad368c75b7e362f3 profile.yaml:9:7 'write /etc/containerd/certs.d/lab.example.com/hosts.toml'
bake_step runtime 02e9ca9c6a1e6afd bake:node.yaml:16:11 'enable containerd.service'
bake_step runtime 45da892ab01ac93d profile.yaml:3:3 'write /usr/lib/bake/registry-login'
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
bake_step profile 03c15483ad0a0ad2 bake:worker.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:worker.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan b377dd2028b7'
