import { familyOf, maskOf, parsePrefixed } from '../cluster/addresses.ts';
import type { Ethernet, NetworkConfig } from '../cluster/views.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import { stableJson } from '../text/stable-json.ts';
import type { Identity } from './seed.ts';

/**
 * What cloud-init's ConfigDrive source reads, by the paths of its files: OpenStack's metadata, version 2 (Nova's documentation,
 * "Config drives" and "Metadata API").
 */
export function configDriveFiles(
  { instanceId, hostname, network }: Identity,
  userData: SecretText,
): Readonly<Record<string, SecretText>> {
  return {
    'openstack/latest/meta_data.json': json({ uuid: instanceId, hostname, name: hostname }),
    ...(network ? { 'openstack/latest/network_data.json': json(networkDataOf(network)) } : {}),
    'openstack/latest/user_data': userData,
  };
}

const json = (value: unknown): string => `${stableJson(value, 2)}\n`;

/** A static network has a name or a hardware address (`src/cluster/rules/`): here it is told by one of them, too. */
function networkDataOf({ ethernets }: NetworkConfig): object {
  const all = Object.entries(ethernets);
  return {
    links: all.map(([name, ethernet]) => {
      const mac = ethernet.match?.macaddress;
      const isNamed = mac === undefined || ethernet['set-name'] !== undefined;
      return {
        id: name,
        type: 'phy',
        // cloud-init gives the interface this name; where it is absent it looks for the one with that address.
        ...(isNamed ? { name } : {}),
        ...(mac === undefined ? {} : { ethernet_mac_address: mac }),
      };
    }),
    networks: all.flatMap(([name, ethernet]) => networksOf(name, ethernet)),
    services: all.flatMap(([, { nameservers }]) =>
      (nameservers?.addresses ?? []).map((address) => ({ type: 'dns', address })),
    ),
  };
}

function networksOf(link: string, { addresses, routes = [], nameservers }: Ethernet): object[] {
  return addresses.map((written, i) => {
    const prefixed = parsePrefixed(written);
    if (!prefixed) throw new Error(`not an address with a prefix: ${written}`);
    const family = familyOf(prefixed.address);
    const isFirst = addresses.findIndex((other) => familyOf(other) === family) === i;
    return {
      id: `${link}-${i}`,
      link,
      type: family,
      ip_address: prefixed.address,
      netmask: maskOf(prefixed.prefix, family),
      routes: routes
        .filter(({ via }) => isFirst && familyOf(via) === family)
        .map(({ via }) => ({
          network: family === 'ipv4' ? '0.0.0.0' : '::',
          netmask: maskOf(0, family),
          gateway: via,
        })),
      // Not in OpenStack's schema, and read by cloud-init.
      ...(i === 0 && nameservers?.search ? { dns_search: nameservers.search } : {}),
    };
  });
}
