import { finding, type Rule } from './rule.ts';

export const firewallIsOn: Rule = (resolved) => {
  if (resolved.profile.system.firewall.engine !== 'off') return [];
  const message =
    'without a firewall everything that listens can be reached, the kubelet and etcd included [kubernetes.io ports-and-protocols, 2026]';
  return [finding(resolved, 'B504', ['system', 'firewall', 'engine'], message)];
};

/** Images are code that runs as root; whoever can change them on the way owns the machine. */
export const registriesAreVerified: Rule = (resolved) =>
  (resolved.profile.runtime?.registries ?? []).flatMap((registry, i) => {
    const path = ['runtime', 'registries', i];
    const source = '[containerd docs/hosts.md, 2026-08]';
    const unverified = registry.skipVerify
      ? [
          finding(
            resolved,
            'B504',
            [...path, 'skipVerify'],
            `anyone on the way can pass for ${registry.host} ${source}`,
            { hint: registry.ca === undefined ? 'give its CA with ca' : 'take it away: its CA is given' },
          ),
        ]
      : [];
    const plain = (registry.mirrors ?? []).flatMap((mirror, j) =>
      mirror.startsWith('http://')
        ? [
            finding(
              resolved,
              'B504',
              [...path, 'mirrors', j],
              `anyone on the way can change images from ${mirror} ${source}`,
              { hint: 'use https' },
            ),
          ]
        : [],
    );
    return [...unverified, ...plain];
  });

/** The pinned key keeps false packages out, but not old ones: without TLS updates can be held back. */
export const kubernetesRepositoryUsesTls: Rule = (resolved) => {
  const source = resolved.profile.kubernetes?.source;
  if (typeof source !== 'object' || !source.url.startsWith('http://')) return [];
  const message = `anyone on the way can hold back updates from ${source.url}; its signature keeps false packages out, but not old ones [apt-secure(8)]`;
  return [finding(resolved, 'B504', ['kubernetes', 'source', 'url'], message, { hint: 'use https' })];
};

/** An account without keys is for a service, and with sudo that service is root. */
export const sudoIsForPeople: Rule = (resolved) =>
  resolved.profile.users.flatMap(({ name, sudo, sshKeys }, i) => {
    if (sudo !== 'nopasswd' || (sshKeys ?? []).length > 0) return [];
    const message = `nobody can log in as ${name}, and whatever else runs as it may become root [sudoers(5)]`;
    return [
      finding(resolved, 'B504', ['users', i, 'sudo'], message, {
        hint: 'give it sshKeys, or leave sudo out',
      }),
    ];
  });

export const filesAreNotWorldWritable: Rule = (resolved) =>
  resolved.profile.files.flatMap(({ path, mode }, i) => {
    if (mode === undefined || (Number.parseInt(mode, 8) & 0o002) === 0) return [];
    return [
      finding(
        resolved,
        'B504',
        ['files', i, 'mode'],
        `every user of the machine may change ${path} [chmod(1)]`,
      ),
    ];
  });

export const timeIsKept: Rule = (resolved) => {
  const { role, system } = resolved.profile;
  if (system.ntp.enabled || role === 'haproxy') return [];
  const message =
    'without time synchronisation joins fail: a new certificate is valid from 5 minutes in the past only [Kubernetes 1.28 release notes]';
  return [finding(resolved, 'B504', ['system', 'ntp', 'enabled'], message)];
};
