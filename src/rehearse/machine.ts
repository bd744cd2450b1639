import { parse, stringify } from 'yaml';
import type { Stacking } from '../build/local/stacking.ts';
import type { ClusterRole } from '../cluster/cluster.ts';
import type { SecretText } from '../secrets/secret-text.ts';

/** One machine of a rehearsal, as the compiler and the builder made it. */
export interface Machine {
  /** Host name; differs from those of all other machines. */
  readonly name: string;
  readonly role: ClusterRole;
  /** On the rehearsal's network, with the prefix of the cluster's. */
  readonly address: string;
  readonly prefix: number;
  /** Lower case, with colons. */
  readonly mac: string;
  /** NoCloud. The network-config is there always: static, version 2, matched by MAC or by the interface's name. */
  readonly seed: Seed;
  readonly image: BakedImage;
}

export type Seed = Readonly<Record<'user-data' | 'meta-data' | 'network-config', SecretText>>;

/** What a bake made: an engine takes the form that it boots. */
export interface BakedImage {
  /** For containers: layer trees of the cache; whoever made this holds them. */
  readonly trees?: {
    /** Absolute: the cache. */
    readonly root: string;
    /** Relative to `root`, lowest first. */
    readonly below: readonly string[];
    readonly stacking: Stacking;
  };
  /** For virtual machines: absolute path of a qcow2. */
  readonly disk?: string;
}

interface NetworkConfig {
  readonly version: 2;
  readonly ethernets: Readonly<Record<string, SeedInterface>>;
}

interface SeedInterface {
  readonly match?: { readonly macaddress?: string };
  readonly 'set-name'?: string;
  readonly routes?: readonly { readonly to?: string; readonly via?: string }[];
}

/** The interface that the seed configures: the name that it will have, and the gateways beyond it. */
export function interfaceOf({ seed }: Machine): {
  readonly name: string;
  readonly gateways: readonly string[];
} {
  const { ethernets } = parse(seed['network-config']) as NetworkConfig;
  const [id, ethernet] = Object.entries(ethernets)[0] ?? ['eth0', {}];
  const name = ethernet['set-name'] ?? (ethernet.match === undefined ? id : 'eth0');
  const gateways = (ethernet.routes ?? []).flatMap(({ via }) => (via === undefined ? [] : [via]));
  return { name, gateways };
}

/**
 * The machine's network-config as an engine hands it out: with a default route over `gateway` where it says none. `byName`:
 * the interface is found by its name. (netplan looks for a MAC among permanent ones, which a container's interface has not.)
 */
export function networkConfigOf(
  machine: Machine,
  { gateway, byName }: { readonly gateway: string; readonly byName: boolean },
): string {
  const config = parse(machine.seed['network-config']) as NetworkConfig;
  const [[id, ethernet] = ['eth0', {}]] = Object.entries(config.ethernets);
  const everywhere = gateway.includes(':') ? '::/0' : '0.0.0.0/0';
  const routes = ethernet.routes ?? [{ to: everywhere, via: gateway }];
  const { match, 'set-name': setName, ...settings } = ethernet;
  const found = {
    ...(match === undefined ? {} : { match }),
    ...(setName === undefined ? {} : { 'set-name': setName }),
  };
  const name = byName ? interfaceOf(machine).name : id;
  return stringify({
    ...config,
    ethernets: { [name]: { ...(byName ? {} : found), ...settings, routes } },
  });
}
