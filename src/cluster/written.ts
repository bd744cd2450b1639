import { isAddress, parsePrefixed } from './addresses.ts';
import type { Taint } from './cluster.ts';

/** The short forms that people write, and what they mean. Each gives `undefined` for what has not the form. */

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** All digits and dots is an address or a slip of one (RFC 3696, 2), never a name. */
const ALL_NUMERIC = /^[0-9.]+$/;

/** A DNS name in lower case, or an address. */
export function isHost(text: string): boolean {
  return isAddress(text) || (HOST_NAME.test(text) && !ALL_NUMERIC.test(text));
}

/** What stands in a certificate: a host, or `*.` before a name. Source: kubeadm's ValidateCertSANs. */
export function isAlternativeName(text: string): boolean {
  if (!text.startsWith('*.')) return isHost(text);
  const parent = text.slice(2);
  return text.length <= 253 && isHost(parent) && !isAddress(parent);
}

/** `name:6443`, `10.0.0.10`, `[2001:db8::10]:6443`. An IPv6 address with a port must stand in brackets, as in URLs. */
export function parseEndpoint(text: string): { readonly host: string; readonly port?: number } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([1-9][0-9]{0,4}))?$/.exec(text);
  if (!match) return undefined;
  const [, bracketed, plain, digits] = match;
  const host = bracketed ?? plain ?? '';
  const port = digits === undefined ? undefined : Number(digits);
  if (!isHost(host) || (bracketed !== undefined && !bracketed.includes(':'))) return undefined;
  if (port === undefined) return { host };
  return port > 65535 ? undefined : { host, port };
}

/** `10.0.0.10` or `10.0.0.10/24`. */
export function isAddressMaybePrefixed(text: string): boolean {
  return isAddress(text) || parsePrefixed(text) !== undefined;
}

/** A line as /etc/hosts has it: `10.0.0.5 harbor.example.com harbor` (hosts(5)). */
export function parseHostsLine(
  text: string,
): { readonly address: string; readonly names: readonly string[] } | undefined {
  const [address = '', ...names] = text.split(/ +/);
  if (!isAddress(address) || names.length === 0) return undefined;
  return names.every((name) => isHost(name) && !isAddress(name)) ? { address, names } : undefined;
}

export const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** `key=value:Effect` or `key:Effect`, as `kubectl taint` takes it. Whether key and value are fit is for a rule to say. */
export function parseTaint(text: string): Taint | undefined {
  const match = /^([^=:\s]+)(?:=([^=:\s]*))?:([A-Za-z]+)$/.exec(text);
  const effect = EFFECTS.find((known) => known === match?.[3]);
  if (match?.[1] === undefined || effect === undefined) return undefined;
  return { key: match[1], ...(match[2] === undefined ? {} : { value: match[2] }), effect };
}
