import { isAtLeast, isBelow } from '../../catalog/version.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

/**
 * kube-proxy's modes come and go. nftables also wants kernel 5.13, which every operating system of the catalog has
 * (test/catalog holds them to it).
 */
export const proxyModeFitsKubernetes: Rule = (resolved) => {
  const { kubernetes } = resolved.profile;
  if (!kubernetes) return [];
  const { version, proxyMode } = kubernetes;
  const path = usersOwn(resolved, ['kubernetes', 'proxyMode'], ['kubernetes', 'version']);
  if (proxyMode === 'ipvs' && isAtLeast(version, '1.35')) {
    const message =
      'kube-proxy’s ipvs mode is deprecated from Kubernetes 1.35 on and planned to be off in 1.40 [KEP-5495, 2026-07]';
    return [finding(resolved, 'B503', path, message, { hint: 'nftables is its successor' })];
  }
  if (proxyMode === 'nftables' && isBelow(version, '1.29')) {
    const message = `kube-proxy of Kubernetes ${version} has no nftables mode; it came with 1.29 [KEP-3866, 2026-07]`;
    return [finding(resolved, 'B501', path, message, { hint: 'use iptables' })];
  }
  if (proxyMode === 'nftables' && isBelow(version, '1.33')) {
    const gate = isBelow(version, '1.31') ? ', behind the feature gate NFTablesProxyMode' : '';
    const message = `kube-proxy’s nftables mode is not stable before Kubernetes 1.33${gate} [KEP-3866, 2026-07]`;
    return [finding(resolved, 'B503', path, message)];
  }
  return [];
};
