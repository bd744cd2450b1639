import type { Profile } from '../../profile/profile.ts';

/** A path that the person may not write, and what to do instead. */
export interface ManagedPath {
  /** Absolute; `*` stands for anything within one part, a trailing `/**` for everything below and the folder itself. */
  readonly pattern: string;
  readonly instead: string;
  /** Whether it holds for a profile; always, when absent. */
  readonly when?: (profile: Profile) => boolean;
}

const isHaproxy = (profile: Profile): boolean => profile.role === 'haproxy';
const hasKubernetes = (profile: Profile): boolean => !isHaproxy(profile);
const hasDocker = (profile: Profile): boolean => profile.runtime?.engine === 'docker';
const hasFirewall = (profile: Profile): boolean => profile.system.firewall.engine !== 'off';
const keepsTime = (profile: Profile): boolean => profile.system.ntp.enabled;

/** What bake writes itself, or the boot writes anew. */
export const MANAGED_PATHS: readonly ManagedPath[] = [
  { pattern: '/etc/bake/**', instead: 'it is bake’s own' },
  { pattern: '/usr/lib/bake/**', instead: 'it is bake’s own' },
  { pattern: '/usr/share/bake/**', instead: 'it is bake’s own' },
  { pattern: '/usr/local/sbin/bake-*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/usr/lib/sysusers.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/var/lib/bake/**', instead: 'it is bake’s own' },
  { pattern: '/etc/systemd/system/*.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/systemd/system/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/systemd/*.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/security/limits.d/*bake*', instead: 'use system.ulimits' },
  { pattern: '/etc/motd.d/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/issue.d/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/systemd/zram-generator.conf', instead: 'swap stays off' },
  { pattern: '/etc/modules-load.d/*bake*', instead: 'use system.modules' },
  { pattern: '/etc/sysctl.d/*bake*', instead: 'use system.sysctl' },
  { pattern: '/etc/sysctl.conf', instead: 'use system.sysctl; newer systems no longer read it' },
  { pattern: '/etc/apt/preferences.d/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/apt/sources.list.d/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/apt/keyrings/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/apt/apt.conf.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/apt/sources.list', instead: 'use image.mirror, or a file in /etc/apt/sources.list.d' },
  { pattern: '/etc/apt/apt.conf.d/20auto-upgrades', instead: 'use system.upgrades' },
  { pattern: '/etc/apt/apt.conf.d/50unattended-upgrades', instead: 'use system.upgrades' },
  { pattern: '/etc/yum.repos.d/bake*', instead: 'choose a name that does not begin with bake' },
  { pattern: '/etc/yum.repos.d/rocky*.repo', instead: 'use image.mirror, or a file of another name' },
  { pattern: '/etc/pki/rpm-gpg/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/dnf/automatic.conf', instead: 'use system.upgrades' },
  { pattern: '/etc/dnf/plugins/versionlock.list', instead: 'bake holds its packages in it' },
  { pattern: '/etc/selinux/config', instead: 'SELinux permits and tells, as kubeadm wants it' },
  {
    pattern: '/etc/sysconfig/kubelet',
    instead: 'kubelet settings come with the cluster',
    when: hasKubernetes,
  },
  { pattern: '/etc/NetworkManager/conf.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/chrony.conf', instead: 'use system.ntp', when: keepsTime },
  { pattern: '/etc/fstab', instead: 'the disk layout is bake’s, and swap stays off' },
  { pattern: '/etc/machine-id', instead: 'each machine makes its own at first boot' },
  { pattern: '/etc/hostname', instead: 'use boot.hostname' },
  { pattern: '/etc/resolv.conf', instead: 'each machine gets its own from its network' },
  { pattern: '/etc/cloud/cloud.cfg.d/*bake*', instead: 'choose a name without bake' },
  { pattern: '/etc/localtime', instead: 'use system.timezone' },
  { pattern: '/etc/timezone', instead: 'use system.timezone' },
  { pattern: '/etc/passwd', instead: 'use users' },
  { pattern: '/etc/group', instead: 'use users' },
  { pattern: '/etc/shadow', instead: 'use users' },
  { pattern: '/etc/gshadow', instead: 'use users' },
  {
    pattern: '/etc/iscsi/initiatorname.iscsi',
    instead:
      'each machine makes its own name at first boot, when open-iscsi or iscsi-initiator-utils is among packages',
  },
  {
    pattern: '/etc/nvme/host*',
    instead: 'each machine makes its own names at first boot, when nvme-cli is among packages',
  },
  { pattern: '/etc/ssh/ssh_host_*', instead: 'each machine makes its own keys at first boot' },
  { pattern: '/var/lib/cloud/**', instead: 'cloud-init begins anew on each machine' },
  { pattern: '/var/lib/dpkg/**', instead: 'use packages' },
  { pattern: '/boot/grub/grub.cfg', instead: 'put a file in /etc/default/grub.d' },
  { pattern: '/boot/efi/**', instead: 'the boot loader is bake’s' },
  { pattern: '/etc/chrony/**', instead: 'use system.ntp', when: keepsTime },
  {
    pattern: '/etc/nftables.conf',
    instead: 'use system.firewall.allow, or set system.firewall.engine to off',
    when: hasFirewall,
  },
  ...['kubeadm', 'kubelet', 'kubectl', 'crictl', 'cri-dockerd'].map((name) => ({
    pattern: `/usr/bin/${name}`,
    instead: 'kubernetes and runtime install it',
    when: hasKubernetes,
  })),
  ...['kubelet.service', 'containerd.service', 'cri-docker.service', 'cri-docker.socket'].flatMap((unit) =>
    ['/etc/systemd/system', '/usr/lib/systemd/system'].map((folder) => ({
      pattern: `${folder}/${unit}`,
      instead: `put a drop-in in /etc/systemd/system/${unit}.d`,
      when: hasKubernetes,
    })),
  ),
  {
    pattern: '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
    instead: 'choose another name: kubeadm’s package brings this one',
    when: hasKubernetes,
  },
  {
    pattern: '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf',
    instead: 'choose another name: kubeadm’s package brings this one',
    when: hasKubernetes,
  },
  { pattern: '/etc/crictl.yaml', instead: 'it follows from runtime', when: hasKubernetes },
  {
    pattern: '/etc/containerd/config.toml',
    instead: 'use runtime; its imports read /etc/containerd/conf.d/*.toml',
    when: hasKubernetes,
  },
  { pattern: '/etc/containerd/certs.d/**', instead: 'use runtime.registries', when: hasKubernetes },
  { pattern: '/etc/docker/daemon.json', instead: 'use runtime', when: hasDocker },
  { pattern: '/etc/docker/certs.d/**', instead: 'use runtime.registries', when: hasDocker },
  { pattern: '/etc/kubernetes/**', instead: 'kubeadm fills it at first boot', when: hasKubernetes },
  {
    pattern: '/var/lib/kubelet/**',
    instead: 'kubelet and kubeadm fill it at first boot',
    when: hasKubernetes,
  },
  { pattern: '/var/lib/etcd/**', instead: 'etcd must find it empty', when: hasKubernetes },
  { pattern: '/etc/default/kubelet', instead: 'kubelet settings come with the cluster', when: hasKubernetes },
  {
    pattern: '/etc/haproxy/haproxy.cfg',
    instead: 'it is made from the cluster at first boot',
    when: isHaproxy,
  },
  {
    pattern: '/etc/keepalived/keepalived.conf',
    instead: 'it is made from the cluster at first boot',
    when: isHaproxy,
  },
];

/** Places whose content does not come through the bake, and why. */
export const PASSING_PATHS: readonly ManagedPath[] = [
  ...['/proc/**', '/sys/**', '/dev/**', '/run/**', '/var/run/**', '/var/lock/**'].map((pattern) => ({
    pattern,
    instead: 'the kernel and systemd make it anew at every start',
  })),
  ...['/tmp/**', '/var/tmp/**'].map((pattern) => ({ pattern, instead: 'temporary folders are emptied' })),
  ...['/var/log/**', '/var/cache/**', '/var/lib/apt/lists/**'].map((pattern) => ({
    pattern,
    instead: 'it is emptied before the image is sealed',
  })),
];

/** The first entry that covers a path, for this profile. */
export function covering(
  paths: readonly ManagedPath[],
  path: string,
  profile: Profile,
): ManagedPath | undefined {
  // /bin, /sbin and /lib are links into /usr on every one of our systems.
  const merged = path.replace(/^\/(?=(?:bin|sbin|lib)\/)/, '/usr/');
  return paths.find((entry) => (entry.when?.(profile) ?? true) && matches(entry.pattern, merged));
}

function matches(pattern: string, path: string): boolean {
  if (pattern.endsWith('/**')) {
    const folder = pattern.slice(0, -3);
    return path === folder || path.startsWith(`${folder}/`);
  }
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`).test(path);
}
