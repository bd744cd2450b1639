#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# provision.sh
# profile profile (haproxy), debian-12 amd64
# plan ab060a2eb0ecc54853acdc34bba8712165a49c6e63e49edd5d2d51913f63a2d2
# Made by bake: change the profile, not this file. It can be run again, also after it was killed.
set -euo pipefail

# (the helpers of userdata/ stand here)

BAKE_ALL_LAYERS='system runtime profile'

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
# profile.yaml:3:1
bake_section_207dbe568572c67d() {
bake_install chrony
}

# ----------------------------------------------------------------------------------------------------
# write /etc/chrony/chrony.conf
# profile.yaml:3:1
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
# profile.yaml:3:1
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
# load kernel modules ip_vs
# profile.yaml:4:3
bake_section_eceff65e68dce820() {
bake_write /etc/modules-load.d/bake-kubernetes.conf 0644 root root <<'BAKE_AF863588'
ip_vs
BAKE_AF863588
bake_modprobe ip_vs
}

# ----------------------------------------------------------------------------------------------------
# set 2 kernel settings
# profile.yaml:5:3
bake_section_2b5fe62d3a2304bc() {
bake_write /etc/sysctl.d/99-bake-kubernetes.conf 0644 root root <<'BAKE_BCE58B92'
net.ipv4.ip_nonlocal_bind = 1
net.core.somaxconn = 32768
BAKE_BCE58B92
if bake_is_live; then sysctl --quiet --system; fi
}

# ----------------------------------------------------------------------------------------------------
# install the balancer: haproxy keepalived
# bake:haproxy.yaml:9:1
bake_section_bd37cb05c1ec61a4() {
bake_install haproxy keepalived
}

# ----------------------------------------------------------------------------------------------------
# disable haproxy.service
# bake:haproxy.yaml:9:1
bake_section_500bd16356ce71f0() {
bake_service disabled haproxy.service leave
}

# ----------------------------------------------------------------------------------------------------
# disable keepalived.service
# bake:haproxy.yaml:9:1
bake_section_28f90b5125e2dc93() {
bake_service disabled keepalived.service leave
}

# ----------------------------------------------------------------------------------------------------
# write /etc/systemd/system/bake-firewall.service
# bake:base.yaml:16:3
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
# bake:base.yaml:16:3
bake_section_774e74c531742a37() {
bake_write /etc/bake/firewall.nft 0644 root root <<'BAKE_66F2F6B6'
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
    meta l4proto 112 accept comment "keepalived"
  }
}
BAKE_66F2F6B6
bake_restart_if_changed bake-firewall.service
}

# ----------------------------------------------------------------------------------------------------
# enable bake-firewall.service
# bake:base.yaml:16:3
bake_section_58b09eeaf8bfc57d() {
bake_service enabled bake-firewall.service start
}

# ----------------------------------------------------------------------------------------------------
# write /etc/bake/release
# bake:haproxy.yaml:7:7
bake_section_5cb5b0a47d17f7d5() {
bake_write /etc/bake/release 0644 root root <<'BAKE_75B3C435'
BAKE_PROFILE="profile"
BAKE_ROLE="haproxy"
BAKE_OS="debian-12"
BAKE_STAND_IN="no"
BAKE_75B3C435
}

# ----------------------------------------------------------------------------------------------------
# seal the image
# bake:haproxy.yaml:7:7
bake_section_47310e0acdbd4093() {
bake_seal
}

bake_begin "$@"
# A library would end here: nothing above does anything by itself.
bake_step system 6c4409f9201a51f5 bake:base.yaml:14:9 'turn swap off for good'
bake_step system 36b0208840eecf35 profile.yaml:2:5 'install base tools: bash-completion ca-certificates curl jq nftables tzdata'
bake_step system 3a17522e5b6df7d1 bake:base.yaml:15:13 'set the time zone to Etc/UTC'
bake_step system 2e8dabfbf6c192bb profile.yaml:2:5 'write /etc/cloud/cloud.cfg.d/50-bake.cfg'
bake_step system 207dbe568572c67d profile.yaml:3:1 'install time synchronisation: chrony'
bake_step system 08955fcbfcf7b0fe profile.yaml:3:1 'write /etc/chrony/chrony.conf'
bake_step system ba722b97c77a96ff profile.yaml:3:1 'enable chrony.service'
bake_step system 2ffbce92fa403420 bake:base.yaml:18:3 'write /etc/systemd/journald.conf.d/50-bake.conf'
bake_step system d2ba9b240b566523 bake:base.yaml:20:13 'install security upgrades: unattended-upgrades'
bake_step system 6d2aa6fd674658ad bake:base.yaml:20:13 'write /etc/apt/apt.conf.d/60bake-upgrades'
bake_step system afb3ab4e2fd358b0 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.timer.d/50-bake.conf'
bake_step system 1ae21e5483a529ad bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf'
bake_step system 2ccbe43896430014 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily.service.d/50-bake.conf'
bake_step system 3a4ff6df055952f5 bake:base.yaml:20:13 'write /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf'
bake_step runtime eceff65e68dce820 profile.yaml:4:3 'load kernel modules ip_vs'
bake_step runtime 2b5fe62d3a2304bc profile.yaml:5:3 'set 2 kernel settings'
bake_step runtime bd37cb05c1ec61a4 bake:haproxy.yaml:9:1 'install the balancer: haproxy keepalived'
bake_step runtime 500bd16356ce71f0 bake:haproxy.yaml:9:1 'disable haproxy.service'
bake_step runtime 28f90b5125e2dc93 bake:haproxy.yaml:9:1 'disable keepalived.service'
bake_step profile 1998dcfea6e5b1f6 bake:base.yaml:16:3 'write /etc/systemd/system/bake-firewall.service'
bake_step profile 774e74c531742a37 bake:base.yaml:16:3 'write /etc/bake/firewall.nft'
bake_step profile 58b09eeaf8bfc57d bake:base.yaml:16:3 'enable bake-firewall.service'
bake_step profile 5cb5b0a47d17f7d5 bake:haproxy.yaml:7:7 'write /etc/bake/release'
bake_step profile 47310e0acdbd4093 bake:haproxy.yaml:7:7 'seal the image'
BAKE_CURRENT=
bake_say 'done: profile, plan ab060a2eb0ec'
