#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (worker), rocky-9 amd64
# plan 9f801937f95998f477033af0c0716b95b565f4a971ffe40374f99a84d9916760
# Made by bake: change the profile, not this file. It can be run again, also after it was killed.
set -euo pipefail

# (the helpers of userdata/ stand here)

# --- kernel packages -------------------------------------------------------------------------------------------------

# The modules that the kernel keeps apart: of the kernel that runs, since those of another would wait for its boot; in a tree of the
# newest one. With `matched` there, later kernels bring theirs along.
bake_kernel_modules_extra() {
  local kernel said
  if bake_is_live; then
    kernel=$(uname -r)
    kernel=${kernel%.*}
  else
    kernel=$(rpm -q --qf '%{VERSION}-%{RELEASE}\n' kernel-core | sort -V | tail -n 1) || bake_die 'there is no kernel here that modules could be for'
  fi
  if ! bake_is_installed "kernel-modules-extra=$kernel" && ! said=$(bake_dnf -q list "kernel-modules-extra-$kernel" 2>&1); then
    printf '%s\n' "$said" >&2
    bake_die "the repositories have no kernel-modules-extra of kernel $kernel any more; start the newest kernel first (dnf upgrade kernel, then reboot), or begin with a newer image"
  fi
  bake_install "kernel-modules-extra=$kernel" kernel-modules-extra-matched
}

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
# install base tools: bash-completion ca-certificates jq nftables tzdata
# profile.yaml:2:5
bake_section_bf93bf0aa53f4224() {
bake_install bash-completion ca-certificates jq nftables tzdata
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
bake_section_a0d74fcc5124dbdf() {
bake_write /etc/cloud/cloud.cfg.d/50-bake.cfg 0644 root root <<'BAKE_BDB73096'
# Written by bake.
locale: false
mounts: [[swap]]
BAKE_BDB73096
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-nvme-host.service
# profile.yaml:7:1
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
# profile.yaml:7:1
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
# write /etc/chrony.conf
# bake:node.yaml:19:1
bake_section_adaad4d8aaf31ed6() {
bake_write /etc/chrony.conf 0644 root root <<'BAKE_8A600CFF'
# Written by bake. kubeadm’s certificates are valid from five minutes before they are made: clocks must agree.
pool 2.rocky.pool.ntp.org iburst maxsources 4
sourcedir /run/chrony-dhcp
driftfile /var/lib/chrony/drift
keyfile /etc/chrony.keys
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
maxupdateskew 100.0
# Steps at any time in the first minutes: virtual machines wake up with old clocks.
makestep 1 -1
rtcsync
BAKE_8A600CFF
bake_restart_if_changed chronyd.service
}

# ----------------------------------------------------------------------------------------------------
# enable chronyd.service
# bake:node.yaml:19:1
bake_section_54078553583a5709() {
bake_service enabled chronyd.service start
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
# install security upgrades: dnf-automatic python3-dnf-plugin-versionlock
# bake:base.yaml:20:13
bake_section_7ddbd564996988a5() {
bake_install dnf-automatic python3-dnf-plugin-versionlock
}

# ----------------------------------------------------------------------------------------------------
# write /etc/dnf/automatic.conf
# bake:base.yaml:20:13
bake_section_70a912c96537d01b() {
bake_write /etc/dnf/automatic.conf 0644 root root <<'BAKE_32986672'
# Written by bake.
[commands]
upgrade_type = security
random_sleep = 0
download_updates = yes
apply_updates = yes
[emitters]
emit_via = stdio
[base]
debuglevel = 1
BAKE_32986672
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/dnf-automatic.timer.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_0d743547ae25be0d() {
bake_write /etc/systemd/system/dnf-automatic.timer.d/50-bake.conf 0644 root root <<'BAKE_42D1EC43'
# Written by bake.
[Timer]
Persistent=false
BAKE_42D1EC43
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/dnf-automatic.service.d/50-bake.conf
# bake:base.yaml:20:13
bake_section_9552f8ccb1982be1() {
bake_write /etc/systemd/system/dnf-automatic.service.d/50-bake.conf 0644 root root <<'BAKE_AF492D78'
# Written by bake.
[Unit]
After=cloud-final.service
BAKE_AF492D78
bake_reload_if_changed
}

# ----------------------------------------------------------------------------------------------------
# enable dnf-automatic.timer
# bake:base.yaml:20:13
bake_section_078e5b5b15a7f66f() {
bake_service enabled dnf-automatic.timer start
}

# ----------------------------------------------------------------------------------------------------
# have SELinux permit and tell
# profile.yaml:2:5
bake_section_ad06472db7938bc5() {
bake_selinux_permissive
}

# ----------------------------------------------------------------------------------------------------
# mask firewalld.service
# bake:node.yaml:20:3
bake_section_d4229673d64acb64() {
bake_service masked firewalld.service leave
}

# ----------------------------------------------------------------------------------------------------
# load kernel modules overlay br_netfilter nf_conntrack ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh
# bake:node.yaml:19:1
bake_section_cbb641858328ee92() {
bake_write /etc/modules-load.d/bake-kubernetes.conf 0644 root root <<'BAKE_0005C594'
overlay
br_netfilter
nf_conntrack
ip_vs
ip_vs_rr
ip_vs_wrr
ip_vs_sh
BAKE_0005C594
bake_modprobe overlay br_netfilter nf_conntrack ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh
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
# install tools of a node: conntrack-tools ethtool iproute iproute-tc ipset iptables-nft kmod socat util-linux ipvsadm
# profile.yaml:5:1
bake_section_eca270b43b0ac1c7() {
bake_install conntrack-tools ethtool iproute iproute-tc ipset iptables-nft kmod socat util-linux ipvsadm
}

# ----------------------------------------------------------------------------------------------------
# write /etc/NetworkManager/conf.d/50-bake.conf
# profile.yaml:2:5
bake_section_4958d262785f34a0() {
bake_write /etc/NetworkManager/conf.d/50-bake.conf 0644 root root <<'BAKE_3D308543'
# Written by bake.
[keyfile]
unmanaged-devices=interface-name:cni*;interface-name:flannel*;interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico;interface-name:vxlan-v6.calico;interface-name:wireguard.cali;interface-name:wg-v6.cali;interface-name:cilium*;interface-name:lxc*
BAKE_3D308543
bake_restart_if_changed NetworkManager.service
}

# ----------------------------------------------------------------------------------------------------
# add the docker repository, https://download.docker.com/linux/centos/9/x86_64/stable/
# bake:node.yaml:15:1
bake_section_ebb083603c3e9275() {
bake_fetch_key https://download.docker.com/linux/centos/gpg /etc/pki/rpm-gpg/RPM-GPG-KEY-bake-docker 060A61C51B558A7F742B77AAC52FEB6B621E9F35
bake_write /etc/yum.repos.d/bake-docker.repo 0644 root root <<'BAKE_8A76066B'
[bake-docker]
name=docker, added by bake
baseurl=https://download.docker.com/linux/centos/9/x86_64/stable/
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-bake-docker
BAKE_8A76066B
bake_update_repository /etc/yum.repos.d/bake-docker.repo https://download.docker.com/linux/centos/9/x86_64/stable/
}

# ----------------------------------------------------------------------------------------------------
# install containerd: containerd.io
# bake:node.yaml:15:1
bake_section_1e0bb681958fdbd8() {
bake_install containerd.io
bake_hold containerd.io
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
# add the kubernetes repository, https://pkgs.k8s.io/core:/stable:/v1.35/rpm/
# bake:node.yaml:9:12
bake_section_2cb884c15ea114ef() {
bake_fetch_key https://pkgs.k8s.io/core:/stable:/v1.36/rpm/repodata/repomd.xml.key /etc/pki/rpm-gpg/RPM-GPG-KEY-bake-kubernetes DE15B14486CD377B9E876E1A234654DA9A296436
bake_write /etc/yum.repos.d/bake-kubernetes.repo 0644 root root <<'BAKE_724F82F3'
[bake-kubernetes]
name=kubernetes, added by bake
baseurl=https://pkgs.k8s.io/core:/stable:/v1.35/rpm/
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-bake-kubernetes
BAKE_724F82F3
bake_update_repository /etc/yum.repos.d/bake-kubernetes.repo https://pkgs.k8s.io/core:/stable:/v1.35/rpm/
}

# ----------------------------------------------------------------------------------------------------
# install Kubernetes: cri-tools=1.35.0-150500.1.1 kubernetes-cni=1.8.0-150500.1.1 kubelet=1.35.8-150500.1.1 kubeadm=1.35.8-150500.1.1 kubectl=1.35.8-150500.1.1
# bake:node.yaml:9:12
bake_section_cedd44a90a6a2012() {
bake_install 'cri-tools=1.35.0-150500.1.1' 'kubernetes-cni=1.8.0-150500.1.1' 'kubelet=1.35.8-150500.1.1' 'kubeadm=1.35.8-150500.1.1' 'kubectl=1.35.8-150500.1.1'
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
# write /etc/sysconfig/kubelet
# bake:node.yaml:16:11
bake_section_a6cfb1dfcb655e10() {
bake_write /etc/sysconfig/kubelet 0644 root root <<'BAKE_9A65B07A'
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
# bake:node.yaml:20:3
bake_section_58b09eeaf8bfc57d() {
bake_service enabled bake-firewall.service start
}

# ----------------------------------------------------------------------------------------------------
# write /usr/lib/bake/decide.sh
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
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
# bake:worker.yaml:7:7
bake_section_bca93496088465d0() {
bake_service enabled bake-firstboot.service leave
}

# ----------------------------------------------------------------------------------------------------
# enable bake-cloud-memory.service
# bake:worker.yaml:7:7
bake_section_775226721db69bfc() {
bake_service enabled bake-cloud-memory.service leave
}

# ----------------------------------------------------------------------------------------------------
# enable bake-keep-cloud-init.service
# bake:worker.yaml:7:7
bake_section_95be91bbb42b2f00() {
bake_service enabled bake-keep-cloud-init.service leave
}

# ----------------------------------------------------------------------------------------------------
# install guest agents of qemu, vmware: qemu-guest-agent open-vm-tools
# profile.yaml:4:3
bake_section_be5f834fd7a20cca() {
bake_install qemu-guest-agent open-vm-tools
}

# ----------------------------------------------------------------------------------------------------
# write /etc/cloud/cloud.cfg.d/95-bake-platform.cfg
# profile.yaml:4:3
bake_section_b5b388ac717b7094() {
bake_write /etc/cloud/cloud.cfg.d/95-bake-platform.cfg 0644 root root <<'BAKE_70673CBA'
# Written by bake, for qemu, vmware.
datasource_list: [ NoCloud, VMware, None ]
BAKE_70673CBA
}

# ----------------------------------------------------------------------------------------------------
# create user ops
# profile.yaml:9:5
bake_section_e7798f1ab4ee7b83() {
bake_user ops '' /bin/bash ''
bake_ssh_keys ops <<'BAKE_1B9BFDA6'
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg0V1vPJRK5b0cF1m7Rk0Cjz0mKk5Rk0gq2b6mCk5cP ops
BAKE_1B9BFDA6
bake_write /etc/sudoers.d/bake-ops 0440 root root <<'BAKE_A287D8F1'
ops ALL=(ALL) NOPASSWD:ALL
BAKE_A287D8F1
}

# ----------------------------------------------------------------------------------------------------
# install extra packages: tcpdump
# profile.yaml:7:1
bake_section_7052af4f082ee5d9() {
bake_install tcpdump
}

# ----------------------------------------------------------------------------------------------------
# write /etc/bake/release
# bake:worker.yaml:7:7
bake_section_a8d3b968510f3197() {
bake_write /etc/bake/release 0644 root root <<'BAKE_13DAFD7A'
BAKE_PROFILE="profile"
BAKE_ROLE="worker"
BAKE_OS="rocky-9"
BAKE_KUBERNETES="1.35.8"
BAKE_RUNTIME="containerd"
BAKE_CRI_SOCKET="unix:///run/containerd/containerd.sock"
BAKE_PAUSE_IMAGE="registry.k8s.io/pause:3.10.1"
BAKE_STAND_IN="no"
BAKE_13DAFD7A
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
bake_step system c2240604590d061f bake:base.yaml:14:9 'write /etc/systemd/system/bake-swap-off.service'
bake_step system fd73d9cd2d9f3555 bake:base.yaml:14:9 'enable bake-swap-off.service'
bake_step system bf93bf0aa53f4224 profile.yaml:2:5 'install base tools: bash-completion ca-certificates jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system a0d74fcc5124dbdf profile.yaml:2:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 6f6e73960b6bfcd2 profile.yaml:7:1 'write /etc/systemd/system/bake-nvme-host.service'
bake_step system 343d8a53b6b9097f profile.yaml:7:1 'enable bake-nvme-host.service'
bake_step system 207dbe568572c67d bake:node.yaml:19:1 'install time synchronisation: chrony'
bake_step system adaad4d8aaf31ed6 bake:node.yaml:19:1 'write /etc/chrony.conf'
bake_step system 54078553583a5709 bake:node.yaml:19:1 'enable chronyd.service'
bake_step system 2ffbce92fa403420 bake:base.yaml:18:3 'write /etc/systemd/journald.conf.d/50-bake.conf'
bake_step system 7ddbd564996988a5 bake:base.yaml:20:13 'install security upgrades: dnf-automatic python3-dnf-plugin-versionlock'
bake_step system 70a912c96537d01b bake:base.yaml:20:13 'write /etc/dnf/automatic.conf'
bake_step system 0d743547ae25be0d bake:base.yaml:20:13 'write /etc/systemd/system/dnf-automatic.timer.d/50-bake.conf'
bake_step system 9552f8ccb1982be1 bake:base.yaml:20:13 'write /etc/systemd/system/dnf-automatic.service.d/50-bake.conf'
bake_step system 078e5b5b15a7f66f bake:base.yaml:20:13 'enable dnf-automatic.timer'
bake_step system ad06472db7938bc5 profile.yaml:2:5 'have SELinux permit and tell'
bake_step system d4229673d64acb64 bake:node.yaml:20:3 'mask firewalld.service'
bake_step runtime cbb641858328ee92 bake:node.yaml:19:1 'load kernel modules overlay br_netfilter nf_conntrack ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh'
bake_step runtime e431cb5116feea57 bake:node.yaml:19:1 'set 11 kernel settings'
bake_step runtime eca270b43b0ac1c7 profile.yaml:5:1 'install tools of a node: conntrack-tools ethtool iproute iproute-tc ipset iptables-nft kmod socat util-linux ipvsadm'
bake_step runtime 4958d262785f34a0 profile.yaml:2:5 'write /etc/NetworkManager/conf.d/50-bake.conf'
bake_step runtime ebb083603c3e9275 bake:node.yaml:15:1 'add the docker repository, https://download.docker.com/linux/centos/9/x86_64/stable/'
bake_step runtime 1e0bb681958fdbd8 bake:node.yaml:15:1 'install containerd: containerd.io'
bake_step runtime b14004e94b694515 bake:node.yaml:15:1 'configure containerd'
bake_step runtime 02e9ca9c6a1e6afd bake:node.yaml:16:11 'enable containerd.service'
bake_step kubernetes 2cb884c15ea114ef bake:node.yaml:9:12 'add the kubernetes repository, https://pkgs.k8s.io/core:/stable:/v1.35/rpm/'
bake_step kubernetes cedd44a90a6a2012 bake:node.yaml:9:12 'install Kubernetes: cri-tools=1.35.0-150500.1.1 kubernetes-cni=1.8.0-150500.1.1 kubelet=1.35.8-150500.1.1 kubeadm=1.35.8-150500.1.1 kubectl=1.35.8-150500.1.1'
bake_step kubernetes 61fd0bf9d6ca7c47 bake:node.yaml:16:11 'write /etc/crictl.yaml'
bake_step kubernetes a6cfb1dfcb655e10 bake:node.yaml:16:11 'write /etc/sysconfig/kubelet'
bake_step kubernetes e0d444ca6b868042 bake:node.yaml:16:11 'write /etc/systemd/system/kubelet.service.d/20-bake.conf'
bake_step kubernetes 0111f06abf4567d2 bake:node.yaml:9:12 'enable kubelet.service'
bake_step kubernetes 6c6f814885b4e61b bake:node.yaml:13:15 'shell completion of kubectl'
bake_step kubernetes 6ca9c2688bf633d7 bake:node.yaml:13:15 'shell completion of kubeadm'
bake_step kubernetes 8742f4301f9e7f83 bake:node.yaml:13:15 'shell completion of crictl'
bake_step profile 1998dcfea6e5b1f6 bake:node.yaml:20:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 97b6cc8bd53e2c3f bake:node.yaml:20:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:node.yaml:20:3 'enable bake-firewall.service'
bake_step profile a6874bad791c526d bake:worker.yaml:7:7 'write /usr/lib/bake/decide.sh'
bake_step profile e84d5f8e3c8ec953 bake:worker.yaml:7:7 'write /usr/lib/bake/cluster.sh'
bake_step profile c473f41863cacb05 bake:worker.yaml:7:7 'write /usr/lib/bake/files.sh'
bake_step profile 48ae775b7259d9ed bake:worker.yaml:7:7 'write /usr/lib/bake/kubeadm.sh'
bake_step profile 3a6c5324288c9290 bake:worker.yaml:7:7 'write /usr/lib/bake/firstboot'
bake_step profile 1299dbeee9241b7a bake:worker.yaml:7:7 'write /usr/lib/bake/keep-cloud-init'
bake_step profile 6d890da5e6c5e962 bake:worker.yaml:7:7 'write /usr/local/sbin/bake-status'
bake_step profile 60b76338cc69980a bake:worker.yaml:7:7 'write /usr/local/sbin/bake-reset'
bake_step profile 14e55560f5afc3f0 bake:worker.yaml:7:7 'write /usr/local/sbin/bake-upkeep'
bake_step profile a550f69488a320dc bake:worker.yaml:7:7 'write /etc/systemd/system/bake-firstboot.service'
bake_step profile d8a9ca5ea27417b1 bake:worker.yaml:7:7 'write /etc/systemd/system/bake-cloud-memory.service'
bake_step profile f60e6f6080f7d6ae bake:worker.yaml:7:7 'write /etc/systemd/system/bake-keep-cloud-init.service'
bake_step profile b57359f0fef7304a bake:worker.yaml:7:7 'write /etc/systemd/system/bake-upkeep.service'
bake_step profile 3d56b32fbaa87cd0 bake:worker.yaml:7:7 'write /etc/systemd/system/bake-upkeep.timer'
bake_step profile bca93496088465d0 bake:worker.yaml:7:7 'enable bake-firstboot.service'
bake_step profile 775226721db69bfc bake:worker.yaml:7:7 'enable bake-cloud-memory.service'
bake_step profile 95be91bbb42b2f00 bake:worker.yaml:7:7 'enable bake-keep-cloud-init.service'
bake_step profile be5f834fd7a20cca profile.yaml:4:3 'install guest agents of qemu, vmware: qemu-guest-agent open-vm-tools'
bake_step profile b5b388ac717b7094 profile.yaml:4:3 'write /etc/cloud/cloud.cfg.d/95-bake-platform.cfg'
bake_step profile e7798f1ab4ee7b83 profile.yaml:9:5 'create user ops'
bake_step profile 7052af4f082ee5d9 profile.yaml:7:1 'install extra packages: tcpdump'
bake_step profile a8d3b968510f3197 bake:worker.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:worker.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan 9f801937f959'
