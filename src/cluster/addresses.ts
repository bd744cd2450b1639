import ipaddr from 'ipaddr.js';

/** An address with the length of its network's prefix. Addresses are in their canonical text form. */
export interface Prefixed {
  readonly address: string;
  readonly prefix: number;
}

export type Family = 'ipv4' | 'ipv6';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Four decimal parts, or IPv6 without a zone: other old forms (`10.1`, `0x0a.0.0.1`) mean different things to different programs. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'));
}

/** An address in its canonical form (RFC 5952 for IPv6). Throws where {@link isAddress} says no. */
export function canonicalAddress(text: string): string {
  return textOf(parse(text));
}

/** `10.0.0.11/24`: the address with its bits, and the prefix; `undefined` for anything else. */
export function parsePrefixed(text: string): Prefixed | undefined {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !isAddress(address) || !/^(?:0|[1-9][0-9]{0,2})$/.test(bits)) return undefined;
  const prefix = Number(bits);
  return prefix > bitsOf(address) ? undefined : { address: canonicalAddress(address), prefix };
}

/** The network that `10.0.0.11/24` lies in: `10.0.0.0/24`. Throws for what is not such a text. */
export function networkOf(text: string): string {
  const prefixed = parsePrefixed(text);
  if (!prefixed) throw new Error(`not an address with a prefix: ${text}`);
  const { address, prefix } = prefixed;
  const mask = parse(maskOf(prefix, familyOf(address))).toByteArray();
  const bytes = parse(address)
    .toByteArray()
    .map((byte, i) => byte & (mask[i] ?? 0));
  return `${textOf(ipaddr.fromByteArray(bytes))}/${prefix}`;
}

export function familyOf(address: string): Family {
  return parse(address.split('/')[0] ?? '').kind();
}

/** Whether only the machine itself reaches it: 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return contains(familyOf(address) === 'ipv4' ? '127.0.0.0/8' : '::1/128', address);
}

/** Kinds of address by which one machine does not reach another; by the names that ipaddr.js has for them. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  unspecified: 'no address of any machine',
  loopback: 'a loopback address, which is every machine itself',
  linkLocal: 'a link-local address, which means nothing without an interface',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  ipv4Mapped: 'an IPv4 address in a form of IPv6',
};

/** What makes an address one that a machine can’t be reached by; `undefined` for one that it can. */
export function unreachable(address: string): string | undefined {
  return UNREACHABLE[parse(address).range()];
}

/** Whether an address is of a network that is nobody else's (RFC 1918, 4193, 6598, 3927, and loopback). */
export function isInternal(address: string): boolean {
  return INTERNAL.includes(parse(address).range());
}

const INTERNAL: readonly string[] = ['private', 'uniqueLocal', 'carrierGradeNat', 'linkLocal', 'loopback'];

/** Whether `10.0.0.255/24` is the address of all machines of its network. IPv6 has none, and neither has a pair (RFC 3021). */
export function isBroadcastOf(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (bits === '' || Number(bits) > 30 || familyOf(address) !== 'ipv4') return false;
  return ipaddr.IPv4.broadcastAddressFromCIDR(text).toString() === address;
}

/** Whether `10.0.0.0/24` is the name of a network, and no address in it. */
export function isNetworkOf(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  return bits !== '' && Number(bits) <= 30 && familyOf(address) === 'ipv4' && networkOf(text) === text;
}

/** 32 or 128. */
export function bitsOf(address: string): number {
  return familyOf(address) === 'ipv4' ? 32 : 128;
}

/** The mask of a prefix as an address, for readers that know no prefixes: `255.255.255.0`, `ffff:ffff:ffff:ffff::`. */
export function maskOf(prefix: number, family: Family): string {
  const length = family === 'ipv4' ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) => (0xff00 >> Math.min(8, Math.max(0, prefix - 8 * i))) & 0xff);
  return textOf(ipaddr.fromByteArray(bytes));
}

/** Whether an address lies in a network; never where their families differ. */
export function contains(network: string, address: string): boolean {
  const [base = '', prefix = ''] = network.split('/');
  if (familyOf(base) !== familyOf(address)) return false;
  return parse(address).match(parse(base), Number(prefix));
}

/** Whether two networks have an address in common. */
export function overlap(a: string, b: string): boolean {
  const [first = ''] = a.split('/');
  const [second = ''] = b.split('/');
  return contains(a, second) || contains(b, first);
}

/** An address as a network of its own: `10.0.0.10/32`. */
export function hostNetwork(address: string): string {
  return `${address}/${bitsOf(address)}`;
}

const parse = (text: string): Ip => ipaddr.parse(text);
const textOf = (ip: Ip): string => (ip instanceof ipaddr.IPv6 ? ip.toRFC5952String() : ip.toString());
