import ipaddr from 'ipaddr.js';
import { networkOf } from '../cluster/addresses.ts';
import type { Run } from '../adapters/process.ts';
import type { Ground } from './ground.ts';
import { interfaceOf, type Machine } from './machine.ts';

const BRIDGE = 'cluster';

/** A TLS request of HTTP/1.1 to a server on the machines' network. */
export interface Question {
  /** An address: nobody resolves names there. */
  readonly host: string;
  readonly port: number;
  /** The name that its certificate must have. */
  readonly name: string;
  /** PEM: who must have signed it. */
  readonly ca: string;
  /** PEM: how we show who we are, where that is asked for. */
  readonly client?: { readonly certificate: string; readonly key: string };
  readonly path: string;
  /** A body makes it a POST of JSON. */
  readonly body?: string;
}

/** What came back; `error` is why nothing did: no connection within 4 s, or a certificate that isn't believed. */
export type Answer =
  { readonly status: number; readonly body: string } | { readonly error: string; readonly status?: never };

/** The bridge that all machines of a ground are at, and the ports to it. */
export interface Network {
  /** For machines that name no gateway themselves. */
  readonly gateway: string;
  /** Name of the port of a machine, for the engine to put a cable in. */
  readonly portOf: (machine: Machine) => string;
  /** Pulls the cable, or puts it back. */
  readonly plug: (machine: Machine, connected: boolean) => Promise<void>;
  readonly ask: (question: Question) => Promise<Answer>;
  /** Runs a program of this computer on the machines' network, where it is no machine of theirs. */
  readonly runOutside: Run;
}

/**
 * Makes the bridge. It has the gateways' addresses and forwards nothing: a gateway that is dead, but there, since a machine
 * without any default route can't reach the addresses of Services. Without a gateway in the seeds it has the highest free
 * address of the machines' network that is not `reserved`.
 */
export async function makeNetwork(
  ground: Ground,
  machines: readonly Machine[],
  reserved: readonly string[],
): Promise<Network> {
  const ports = new Map(machines.map(({ name }, index) => [name, `port${index}`]));
  const ip = (...args: readonly string[]) => ground.run('ip', args);
  await ip('link', 'add', BRIDGE, 'type', 'bridge', 'forward_delay', '0', 'stp_state', '0');
  const addresses = addressesOf(machines, reserved);
  for (const address of addresses) {
    const noDad = address.includes(':') ? ['nodad'] : [];
    await ip('address', 'add', address, 'dev', BRIDGE, ...noDad);
  }
  await ip('link', 'set', BRIDGE, 'up');
  // What passes the bridge is the machines' own affair: this computer's rules for forwarded packets are not for it.
  await ground.run('bash', ['-c', QUIET_BRIDGE]);
  const portOf = (machine: Machine): string => {
    const port = ports.get(machine.name);
    if (port === undefined) throw new Error(`${machine.name} is no machine of this rehearsal`);
    return port;
  };
  const [gateway = ''] = (addresses[0] ?? '').split('/');
  return {
    gateway,
    portOf,
    plug: async (machine, connected) => {
      await ip('link', 'set', portOf(machine), connected ? 'up' : 'down');
    },
    ask: async (question) => {
      const { stdout } = await ground.run(process.execPath, ['-e', ASK], { input: JSON.stringify(question) });
      return JSON.parse(stdout) as Answer;
    },
    runOutside: ground.run,
  };
}

const QUIET_BRIDGE = `
set -euo pipefail
for file in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -w "$file" ] || echo 0 >"$file"; done
echo 0 >/proc/sys/net/ipv4/ip_forward
`;

/** Addresses of the bridge, with prefixes; none of them is a machine's or reserved. */
export function addressesOf(machines: readonly Machine[], reserved: readonly string[]): string[] {
  const gateways = machines.flatMap((machine) =>
    interfaceOf(machine).gateways.map((gateway) => `${gateway}/${machine.prefix}`),
  );
  const [first] = machines;
  if (gateways.length > 0 || first === undefined) return [...new Set(gateways)];
  return [
    `${highestFree(first, new Set([...reserved, ...machines.map(({ address }) => address)]))}/${first.prefix}`,
  ];
}

/** The highest host address of a machine's network that no machine has. */
function highestFree({ address, prefix }: Machine, taken: ReadonlySet<string>): string {
  const [base = ''] = networkOf(`${address}/${prefix}`).split('/');
  const bytes = ipaddr.parse(base).toByteArray();
  const size = 2 ** Math.min(bytes.length * 8 - prefix, 16);
  for (let host = size - 2; host > 0; host -= 1) {
    const candidate = [...bytes];
    candidate[bytes.length - 1] = (candidate.at(-1) ?? 0) | (host & 0xff);
    candidate[bytes.length - 2] = (candidate.at(-2) ?? 0) | (host >> 8);
    const text = ipaddr.fromByteArray(candidate).toString();
    if (!taken.has(text)) return text;
  }
  throw new Error(`no address of ${base}/${prefix} is free`);
}

/** Runs in the machines' network, as a program of its own; the question comes by standard input, for it may hold a key. */
const ASK = `
const { readFileSync } = require('node:fs');
const { request } = require('node:https');
const { checkServerIdentity } = require('node:tls');
const { host, port, name, ca, client, path, body } = JSON.parse(readFileSync(0, 'utf8'));
const say = (answer) => { process.stdout.write(JSON.stringify(answer), () => process.exit(0)); };
setTimeout(() => say({ error: 'no answer within 4 s' }), 4000);
const options = {
  host, port, path, ca,
  method: body === undefined ? 'GET' : 'POST',
  headers: { host: name, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
  servername: /^[0-9.]+$|:/.test(name) ? '' : name,
  checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
};
const asked = request(options, (response) => {
  let text = '';
  response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => say({ status: response.statusCode, body: text }));
});
asked.on('error', (error) => say({ error: error.message || error.code }));
asked.end(body);
`;
