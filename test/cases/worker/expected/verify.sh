#!/usr/bin/env bash
# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands
# verify.sh: checks of profile profile (debian-13), plan 927c7fcb268846bb771e3e4c5a919bd1301efef3dcf0e8d4ab49e0248bc463d4
# Made by bake. Run it as root on the machine; it changes nothing.
set -euo pipefail

# (the helpers of userdata/ stand here)

echo TAP version 13
echo 1..95
tap 'no swap is in use' bake:base.yaml:14:9 check_swap_off
tap 'swap.target is masked' bake:base.yaml:14:9 check_service swap.target '' masked ''
tap 'zramswap.service is masked' bake:base.yaml:14:9 check_service zramswap.service '' masked ''
tap 'zram-config.service is masked' bake:base.yaml:14:9 check_service zram-config.service '' masked ''
tap '/etc/fstab is there, without ^[^\#]*[[:space:]]swap[[:space:]]' bake:base.yaml:14:9 check_file /etc/fstab '' '' '' '' '' without '^[^#]*[[:space:]]swap[[:space:]]'
tap '/swap.img is not there' bake:base.yaml:14:9 check_absent /swap.img
tap '/swapfile is not there' bake:base.yaml:14:9 check_absent /swapfile
tap '/etc/systemd/zram-generator.conf is there, without ^\[zram' bake:base.yaml:14:9 check_file /etc/systemd/zram-generator.conf '' '' '' '' '' without '^\[zram'
tap '/etc/systemd/system/bake-swap-off.service is there, 0644, of root, with content 34c72b72afb0' bake:base.yaml:14:9 check_file /etc/systemd/system/bake-swap-off.service file 0644 root root 34c72b72afb028e92015de5ce6b8b263019697954c9cf00b540b0d719ecd4021
tap 'bake-swap-off.service is enabled' bake:base.yaml:14:9 check_service bake-swap-off.service enabled '' ''
tap 'package bash-completion is installed' bake:base.yaml:6:5 check_package bash-completion '' ''
tap 'package ca-certificates is installed' bake:base.yaml:6:5 check_package ca-certificates '' ''
tap 'package curl is installed' bake:base.yaml:6:5 check_package curl '' ''
tap 'package jq is installed' bake:base.yaml:6:5 check_package jq '' ''
tap 'package nftables is installed' bake:base.yaml:6:5 check_package nftables '' ''
tap 'package tzdata is installed' bake:base.yaml:6:5 check_package tzdata '' ''
tap '/etc/localtime is a link' bake:base.yaml:15:13 check_file /etc/localtime symlink '' '' '' ''
tap 'the time zone is Etc/UTC' bake:base.yaml:15:13 check_command 'cmp --silent /etc/localtime /usr/share/zoneinfo/Etc/UTC'
tap '/etc/cloud/cloud.cfg.d/50-bake.cfg is there, 0644, of root, with content bdb73096372c' bake:base.yaml:6:5 check_file /etc/cloud/cloud.cfg.d/50-bake.cfg file 0644 root root bdb73096372c7a54ac388ac6389b8b0bc9b9defdf569c1d455c8f0f4f086d217
tap '/etc/systemd/system/bake-nvme-host.service is there, 0644, of root, with content 2e0feaa05706' profile.yaml:1:1 check_file /etc/systemd/system/bake-nvme-host.service file 0644 root root 2e0feaa057060d31d4bd2b6ef2e71c60eb5d68adbf08697dab327f9693e6adb2
tap 'bake-nvme-host.service is enabled' profile.yaml:1:1 check_service bake-nvme-host.service enabled '' ''
tap 'package chrony is installed' bake:node.yaml:19:1 check_package chrony '' ''
tap '/etc/chrony/chrony.conf is there, 0644, of root, with content 5b89b5eeca5a' bake:node.yaml:19:1 check_file /etc/chrony/chrony.conf file 0644 root root 5b89b5eeca5a686c475959b9c390d0e22885785b555e9dd93762d8bcc33f4387
tap 'chrony.service is enabled and active' bake:node.yaml:19:1 check_service chrony.service enabled '' active
tap '/etc/systemd/journald.conf.d/50-bake.conf is there, 0644, of root, with content 07787040fc36' bake:base.yaml:18:3 check_file /etc/systemd/journald.conf.d/50-bake.conf file 0644 root root 07787040fc360726c16c142f16bbd3f87941011ac747096cdf123762d6093c68
tap 'package unattended-upgrades is installed' bake:base.yaml:20:13 check_package unattended-upgrades '' ''
tap '/etc/apt/apt.conf.d/60bake-upgrades is there, 0644, of root, with content 0b5cc503df3e' bake:base.yaml:20:13 check_file /etc/apt/apt.conf.d/60bake-upgrades file 0644 root root 0b5cc503df3e661e56f72449212e0b8cda8c099db90874141cd120c62b963f42
tap '/etc/systemd/system/apt-daily.timer.d/50-bake.conf is there, 0644, of root, with content 42d1ec435197' bake:base.yaml:20:13 check_file /etc/systemd/system/apt-daily.timer.d/50-bake.conf file 0644 root root 42d1ec43519701e54f8b087e0ee8b4a90613aaa8bd9d1625c7837dcc17c290d8
tap '/etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf is there, 0644, of root, with content 42d1ec435197' bake:base.yaml:20:13 check_file /etc/systemd/system/apt-daily-upgrade.timer.d/50-bake.conf file 0644 root root 42d1ec43519701e54f8b087e0ee8b4a90613aaa8bd9d1625c7837dcc17c290d8
tap '/etc/systemd/system/apt-daily.service.d/50-bake.conf is there, 0644, of root, with content af492d78a903' bake:base.yaml:20:13 check_file /etc/systemd/system/apt-daily.service.d/50-bake.conf file 0644 root root af492d78a9036c0c1bb1a8bad052f417dc5043467beea2a41b998cdba7cde409
tap '/etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf is there, 0644, of root, with content af492d78a903' bake:base.yaml:20:13 check_file /etc/systemd/system/apt-daily-upgrade.service.d/50-bake.conf file 0644 root root af492d78a9036c0c1bb1a8bad052f417dc5043467beea2a41b998cdba7cde409
tap '/etc/modules-load.d/bake-kubernetes.conf is there, 0644, of root, with its 3 lines' bake:node.yaml:19:1 check_file /etc/modules-load.d/bake-kubernetes.conf '' 0644 root '' '' line overlay line br_netfilter line nf_conntrack
tap 'kernel module overlay is loaded' bake:node.yaml:19:1 check_module overlay
tap 'kernel module br_netfilter is loaded' bake:node.yaml:19:1 check_module br_netfilter
tap 'kernel module nf_conntrack is loaded' bake:node.yaml:19:1 check_module nf_conntrack
tap 'net.ipv4.ip_forward is 1' bake:node.yaml:19:1 check_sysctl net.ipv4.ip_forward 1
tap 'net.bridge.bridge-nf-call-iptables is 1' bake:node.yaml:19:1 check_sysctl net.bridge.bridge-nf-call-iptables 1
tap 'net.bridge.bridge-nf-call-ip6tables is 1' bake:node.yaml:19:1 check_sysctl net.bridge.bridge-nf-call-ip6tables 1
tap 'vm.overcommit_memory is 1' bake:node.yaml:19:1 check_sysctl vm.overcommit_memory 1
tap 'vm.panic_on_oom is 0' bake:node.yaml:19:1 check_sysctl vm.panic_on_oom 0
tap 'kernel.panic is 10' bake:node.yaml:19:1 check_sysctl kernel.panic 10
tap 'kernel.panic_on_oops is 1' bake:node.yaml:19:1 check_sysctl kernel.panic_on_oops 1
tap 'kernel.keys.root_maxkeys is 1000000' bake:node.yaml:19:1 check_sysctl kernel.keys.root_maxkeys 1000000
tap 'kernel.keys.root_maxbytes is 25000000' bake:node.yaml:19:1 check_sysctl kernel.keys.root_maxbytes 25000000
tap 'fs.inotify.max_user_instances is 8192' bake:node.yaml:19:1 check_sysctl fs.inotify.max_user_instances 8192
tap 'fs.inotify.max_user_watches is 524288' bake:node.yaml:19:1 check_sysctl fs.inotify.max_user_watches 524288
tap 'package apparmor is installed' bake:node.yaml:7:1 check_package apparmor '' ''
tap 'package conntrack is installed' bake:node.yaml:7:1 check_package conntrack '' ''
tap 'package ebtables is installed' bake:node.yaml:7:1 check_package ebtables '' ''
tap 'package ethtool is installed' bake:node.yaml:7:1 check_package ethtool '' ''
tap 'package iproute2 is installed' bake:node.yaml:7:1 check_package iproute2 '' ''
tap 'package ipset is installed' bake:node.yaml:7:1 check_package ipset '' ''
tap 'package iptables is installed' bake:node.yaml:7:1 check_package iptables '' ''
tap 'package kmod is installed' bake:node.yaml:7:1 check_package kmod '' ''
tap 'package socat is installed' bake:node.yaml:7:1 check_package socat '' ''
tap 'package util-linux is installed' bake:node.yaml:7:1 check_package util-linux '' ''
tap 'package containerd is installed and held' bake:node.yaml:15:1 check_package containerd '' held
tap '/etc/containerd/config.toml is there, 0644, of root, with its 1 lines' bake:node.yaml:15:1 check_file /etc/containerd/config.toml '' 0644 root '' '' line 'SystemdCgroup = true'
tap 'containerd uses the sandbox image registry.k8s.io/pause:3.10.1' bake:node.yaml:15:1 check_command 'containerd config dump | grep -qF '\''"registry.k8s.io/pause:3.10.1"'\'' || containerd config dump | grep -qF "'\''registry.k8s.io/pause:3.10.1'\''"'
tap 'containerd offers the CRI' bake:node.yaml:15:1 check_command 'ctr plugins ls | grep -E '\''[[:space:]]cri[[:space:]].*[[:space:]]ok[[:space:]]*$'\'''
tap 'containerd.service is enabled and active' bake:node.yaml:16:11 check_service containerd.service enabled '' active
tap '/etc/apt/sources.list.d/bake-kubernetes.sources is there, 0644, of root, with its 1 lines' bake:node.yaml:9:12 check_file /etc/apt/sources.list.d/bake-kubernetes.sources file 0644 root '' '' line 'URIs: https://pkgs.k8s.io/core:/stable:/v1.35/deb/'
tap 'package cri-tools is installed at 1.35.0-1.1 and held' bake:node.yaml:9:12 check_package cri-tools 1.35.0-1.1 held
tap 'package kubernetes-cni is installed at 1.8.0-1.1 and held' bake:node.yaml:9:12 check_package kubernetes-cni 1.8.0-1.1 held
tap 'package kubelet is installed at 1.35.8-1.1 and held' bake:node.yaml:9:12 check_package kubelet 1.35.8-1.1 held
tap 'package kubeadm is installed at 1.35.8-1.1 and held' bake:node.yaml:9:12 check_package kubeadm 1.35.8-1.1 held
tap 'package kubectl is installed at 1.35.8-1.1 and held' bake:node.yaml:9:12 check_package kubectl 1.35.8-1.1 held
tap '/etc/crictl.yaml is there, 0644, of root, with content a5b930de7647' bake:node.yaml:16:11 check_file /etc/crictl.yaml file 0644 root root a5b930de76477f42540f916b53c01b8cfbf4f68b07dee794d92c0dfbafb888fd
tap '/etc/default/kubelet is there, 0644, of root, with content 9a65b07a4c31' bake:node.yaml:16:11 check_file /etc/default/kubelet file 0644 root root 9a65b07a4c317138d4db29f3d4508dec9c127bfafb64fc89dd6b47af3c65ad0f
tap '/etc/systemd/system/kubelet.service.d/20-bake.conf is there, 0644, of root, with content 84dfb77936fb' bake:node.yaml:16:11 check_file /etc/systemd/system/kubelet.service.d/20-bake.conf file 0644 root root 84dfb77936fb910e9136ac05ba2dc97d30c768b029e291d6b769ecf1f9621727
tap 'kubelet.service is enabled' bake:node.yaml:9:12 check_service kubelet.service enabled '' ''
tap '/etc/bash_completion.d/kubectl is there' bake:node.yaml:13:15 check_file /etc/bash_completion.d/kubectl '' '' '' '' ''
tap '/etc/bash_completion.d/kubeadm is there' bake:node.yaml:13:15 check_file /etc/bash_completion.d/kubeadm '' '' '' '' ''
tap '/etc/bash_completion.d/crictl is there' bake:node.yaml:13:15 check_file /etc/bash_completion.d/crictl '' '' '' '' ''
tap '/etc/systemd/system/bake-firewall.service is there, 0644, of root, with content d4f7ec0702f0' bake:node.yaml:20:3 check_file /etc/systemd/system/bake-firewall.service file 0644 root root d4f7ec0702f039acaaec87253988a795e5745c988913ec6c4b6b3b5c16f766bc
tap '/etc/bake/firewall.nft is there, 0644, of root, with content a73c8637982b' bake:node.yaml:20:3 check_file /etc/bake/firewall.nft file 0644 root root a73c8637982b7f0130c245bd5568e6346bdc9e068f380e2b6365152d2dd571f7
tap 'bake-firewall.service is enabled and active' bake:node.yaml:20:3 check_service bake-firewall.service enabled '' active
tap '/usr/lib/bake/decide.sh is there, 0644, of root, with content 7ffad0e084d3' bake:worker.yaml:7:7 check_file /usr/lib/bake/decide.sh file 0644 root root 7ffad0e084d3614d5fae9defba7a51639d0400f98afb58280fbff91f577aeb46
tap '/usr/lib/bake/cluster.sh is there, 0644, of root, with content cdec15f021ba' bake:worker.yaml:7:7 check_file /usr/lib/bake/cluster.sh file 0644 root root cdec15f021ba6c190301b2d1a7c205fbbfed0ac217ee353cc8f141404980a1ac
tap '/usr/lib/bake/files.sh is there, 0644, of root, with content 905e7b2407cb' bake:worker.yaml:7:7 check_file /usr/lib/bake/files.sh file 0644 root root 905e7b2407cb213f75d8ecd3cd3cfb7fcd1c499d6b445f05e6ec3f6d5a5be82e
tap '/usr/lib/bake/kubeadm.sh is there, 0644, of root, with content 93fca47b764b' bake:worker.yaml:7:7 check_file /usr/lib/bake/kubeadm.sh file 0644 root root 93fca47b764b1d504e349ca8da9d6eda24cb6b6b01718a39a67ee81947093db1
tap '/usr/lib/bake/firstboot is there, 0755, of root, with content 520645c3197f' bake:worker.yaml:7:7 check_file /usr/lib/bake/firstboot file 0755 root root 520645c3197f775551b01becfcf23ebca0f6985e5f4297a7e15fada54222bc8d
tap '/usr/lib/bake/keep-cloud-init is there, 0755, of root, with content ae70326c43a9' bake:worker.yaml:7:7 check_file /usr/lib/bake/keep-cloud-init file 0755 root root ae70326c43a93cdd03dc4e5cd33820c3f43a02ba9751684fdaca2d0f01f07e58
tap '/usr/local/sbin/bake-status is there, 0755, of root, with content 1752f59a2b58' bake:worker.yaml:7:7 check_file /usr/local/sbin/bake-status file 0755 root root 1752f59a2b5803a991bcc021b5b67047fe353f9b32e05ea0f38717d0dade75c9
tap '/usr/local/sbin/bake-reset is there, 0755, of root, with content 13fa2c470320' bake:worker.yaml:7:7 check_file /usr/local/sbin/bake-reset file 0755 root root 13fa2c470320d37659088b4a19c61675a3beccdadba9915c21d31a6d0ab1e149
tap '/usr/local/sbin/bake-upkeep is there, 0755, of root, with content a0622e5b6730' bake:worker.yaml:7:7 check_file /usr/local/sbin/bake-upkeep file 0755 root root a0622e5b67300aa83351ede262f18e54ed16863aa0f72aeff766a8229b32ca1d
tap '/etc/systemd/system/bake-firstboot.service is there, 0644, of root, with content a0009243b3fc' bake:worker.yaml:7:7 check_file /etc/systemd/system/bake-firstboot.service file 0644 root root a0009243b3fce7d122e91391e932be69bbca8c621df4916d9f652ca95f2a106c
tap '/etc/systemd/system/bake-cloud-memory.service is there, 0644, of root, with content f70ea3df6430' bake:worker.yaml:7:7 check_file /etc/systemd/system/bake-cloud-memory.service file 0644 root root f70ea3df64304d13e3b61cb66173acdcc250339df539789962e74903c552765a
tap '/etc/systemd/system/bake-keep-cloud-init.service is there, 0644, of root, with content d113ee351124' bake:worker.yaml:7:7 check_file /etc/systemd/system/bake-keep-cloud-init.service file 0644 root root d113ee3511248b29a95b04bc263b7d89cf869d9cfeb3827b7f8c2469b3399f04
tap '/etc/systemd/system/bake-upkeep.service is there, 0644, of root, with content 9eb30bf59c6e' bake:worker.yaml:7:7 check_file /etc/systemd/system/bake-upkeep.service file 0644 root root 9eb30bf59c6e789b18abff916ac5f73999545c99c5a26f5e0a7622f39d58764d
tap '/etc/systemd/system/bake-upkeep.timer is there, 0644, of root, with content d09298e4cd25' bake:worker.yaml:7:7 check_file /etc/systemd/system/bake-upkeep.timer file 0644 root root d09298e4cd2592e8bafd0576a9f405b44821421a1c922b3cc0397d34ee558b28
tap 'bake-firstboot.service is enabled' bake:worker.yaml:7:7 check_service bake-firstboot.service enabled '' ''
tap 'bake-cloud-memory.service is enabled' bake:worker.yaml:7:7 check_service bake-cloud-memory.service enabled '' ''
tap 'bake-keep-cloud-init.service is enabled' bake:worker.yaml:7:7 check_service bake-keep-cloud-init.service enabled '' ''
tap '/etc/bake/release is there, 0644, of root, with content 1e417daed215' bake:worker.yaml:7:7 check_file /etc/bake/release file 0644 root root 1e417daed2150bf29dba965a2c54eb253dcd5fe470789fc73508df7ec4216f1b
tap_end
