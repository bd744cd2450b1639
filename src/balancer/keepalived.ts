import { familyOf } from '../cluster/addresses.ts';
import type { Cluster, VirtualIp } from '../cluster/cluster.ts';
import { keepalivedWord } from '../text/keepalived.ts';
import { fill } from '../text/template.ts';
import { openFile, type BalancerFile, type BalancerPieces } from './file.ts';
import type { BalancerKnowledge } from './haproxy.ts';
import { alivePort, balancerNamed, balancersOf, bracketed, caFile, type AddressedNode } from './machines.ts';

export const KEEPALIVED_CONFIG = '/etc/keepalived/keepalived.conf';

/**
 * One line, `$INTERFACE=eth0`, which keepalived.conf includes. Written where the cluster names the interface; otherwise
 * first boot writes it: the interface that has the machine's address, else the one with the default route.
 */
export const INTERFACE_FILE = '/etc/keepalived/interface.conf';

/** Runs the check scripts: a system account without a shell, a home or a group of others. */
export const SCRIPT_USER = 'keepalived_script';

/** `keepalived -t -i ID`: no host name, which keepalived takes by default, is like it. */
export const TEST_ID = '_test';

export const CHECK_SCRIPT = '/usr/lib/bake/check-balancer';

/** Of the first balancer; each after it has one less. High ones wait least before they take over (RFC 5798: skew time). */
const FIRST_PRIORITY = 250;

/**
 * keepalived.conf of one balancer, for 2.2 and newer, and the file with its interface where that is known. Throws where
 * the cluster has no virtual address of keepalived's.
 */
export function keepalivedConfig(
  cluster: Cluster,
  machine: string,
  { secrets, ca }: BalancerKnowledge,
  pieces: Pick<BalancerPieces, 'keepalived'>,
): BalancerFile[] {
  const { virtualIp, balancer } = cluster;
  if (virtualIp?.by !== 'keepalived') throw new Error(`the cluster ${cluster.name} has no keepalived`);
  const own = balancerNamed(cluster, machine);
  const all = balancersOf(cluster);
  const peers = all.filter(({ name }) => name !== machine);
  const form = vrrpForm(virtualIp, own);
  const networkInterface = virtualIp.interface ?? own.interface;
  const text = fill(pieces.keepalived, {
    cluster: cluster.name,
    machine: keepalivedWord(machine),
    interfaceFile: INTERFACE_FILE,
    scriptUser: SCRIPT_USER,
    testId: TEST_ID,
    version: form.version,
    aliveCheck: `${CHECK_SCRIPT} alive ${alivePort(cluster)}`,
    mastersCheck: [
      CHECK_SCRIPT,
      'masters',
      alivePort(cluster),
      cluster.endpoint.port,
      ca === undefined ? '-' : caFile(balancer.engine),
      ...peers.map(({ address }) => bracketed(address)),
    ].join(' '),
    nopreempt: virtualIp.nopreempt,
    routerId: virtualIp.routerId,
    priority: FIRST_PRIORITY - all.findIndex(({ name }) => name === machine),
    // keepalived's test of its configuration (exit code 5) refuses unicast without peers: a single balancer has none.
    unicast:
      form.isUnicast && peers.length > 0
        ? { own: own.address, peers: peers.map(({ address }) => address) }
        : null,
    password: form.version === 2 ? keepalivedWord(secrets.vrrpPassword) : null,
    virtualIp: `${virtualIp.address}/${virtualIp.prefix}`,
  });
  const secret = form.version === 2;
  return [
    { path: KEEPALIVED_CONFIG, mode: '0600', owner: 'root', group: 'root', text, secret },
    ...(networkInterface === undefined
      ? []
      : [openFile(INTERFACE_FILE, `$INTERFACE=${interfaceName(networkInterface)}\n`)]),
  ];
}

/**
 * Passwords exist in VRRP version 2 only, and version 2 in IPv4 only (RFC 2338, RFC 5798). Packets can carry addresses of
 * their own family alone, so where the balancers' addresses are of the other one, peers are not spoken to by these.
 */
function vrrpForm(
  { address, mode }: VirtualIp,
  own: AddressedNode,
): { readonly version: 2 | 3; readonly isUnicast: boolean } {
  return {
    version: familyOf(address) === 'ipv4' ? 2 : 3,
    isUnicast: mode === 'unicast' && familyOf(own.address) === familyOf(address),
  };
}

/** A definition takes the rest of its line as it stands, so a name can't be quoted there. */
function interfaceName(name: string): string {
  if (keepalivedWord(name) !== name)
    throw new Error('an interface has a name that keepalived.conf can’t hold');
  return name;
}
