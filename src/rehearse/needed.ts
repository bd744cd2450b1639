import type { ClusterRole } from '../cluster/cluster.ts';

interface Need {
  /** Names of secrets (src/secrets/secrets.ts, secretValuesOf). */
  readonly secrets: RegExp;
  /** Files and folders in which they are needed. */
  readonly where: readonly string[];
}

/** What pulls images goes on needing it (userdata/registry-login). */
const REGISTRIES: Need = {
  secrets: /^password of (?!the proxy )/,
  where: ['/etc/containerd/conf.d/bake-registries.toml', '/var/lib/kubelet/config.json'],
};

/** The way out, for as long as the machine lives (src/firstboot/proxy.ts). */
const PROXY: Need = {
  secrets: /^password of the proxy /,
  where: ['/etc/bake/proxy.env', '/etc/apt/apt.conf.d/80bake-proxy'],
};

/**
 * Secrets that a role goes on needing when it is ready, and where: a master signs, etcd keeps the token until it runs out, a
 * balancer shows its password. Everything else must be gone (DESIGN: P11).
 */
const NEEDED: Readonly<Record<ClusterRole, readonly Need[]>> = {
  master: [
    {
      secrets: / authority$|^service-account key$|^encryption key$|^external etcd key$/,
      where: ['/etc/kubernetes'],
    },
    { secrets: /bootstrap token$/, where: ['/var/lib/etcd'] },
    REGISTRIES,
    PROXY,
  ],
  worker: [REGISTRIES, PROXY],
  haproxy: [
    { secrets: /^VRRP password$/, where: ['/etc/keepalived'] },
    { secrets: /^stats password$/, where: ['/etc/haproxy', '/etc/nginx'] },
    PROXY,
  ],
};

/** Whether a role needs a secret in a file; without one: anywhere. */
export function isNeeded(role: ClusterRole, secret: string, file?: string): boolean {
  return NEEDED[role].some(
    ({ secrets, where }) =>
      secrets.test(secret) &&
      (file === undefined || where.some((place) => file === place || file.startsWith(`${place}/`))),
  );
}
