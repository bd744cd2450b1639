import type { Profile } from '../../profile/profile.ts';
import { finding, type Rule } from './rule.ts';

interface Rivalry {
  readonly packages: readonly string[];
  readonly when: (profile: Profile) => boolean;
  readonly reason: string;
}

const RIVALRIES: readonly Rivalry[] = [
  {
    packages: ['kubeadm', 'kubelet', 'kubectl', 'cri-tools', 'kubernetes-cni'],
    when: (profile) => profile.kubernetes !== undefined,
    reason: 'kubernetes installs and pins it',
  },
  {
    packages: [
      'containerd',
      'containerd.io',
      'runc',
      'docker.io',
      'docker-ce',
      'docker-ce-cli',
      'cri-dockerd',
      'podman-docker',
    ],
    when: (profile) => profile.runtime !== undefined,
    reason: 'runtime decides what runs containers here',
  },
  {
    // Debian and Ubuntu let only one package provide time-daemon, so apt would remove chrony.
    packages: ['systemd-timesyncd', 'ntp', 'ntpsec', 'openntpd'],
    when: (profile) => profile.system.ntp.enabled,
    reason: 'it would push out chrony, which system.ntp installs',
  },
  {
    packages: ['ufw', 'firewalld', 'iptables-persistent', 'netfilter-persistent'],
    when: (profile) => profile.system.firewall.engine !== 'off',
    reason: 'it would load a second set of firewall rules; set system.firewall.engine to off to use it',
  },
  {
    packages: [
      'zram-tools',
      'zram-config',
      'systemd-zram-generator',
      'systemd-swap',
      'swapspace',
      'dphys-swapfile',
    ],
    when: () => true,
    reason: 'it turns swap on, and system.swap is off',
  },
];

/** An extra package that undoes what another setting promises. */
export const packagesDoNotFight: Rule = (resolved) =>
  resolved.profile.packages.flatMap((name, i) =>
    RIVALRIES.filter((rivalry) => rivalry.packages.includes(name) && rivalry.when(resolved.profile)).map(
      ({ reason }) =>
        finding(resolved, 'B402', ['packages', i], `the package ${name} can’t be asked for here: ${reason}`),
    ),
  );
