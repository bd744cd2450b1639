import { ToolFailure } from '../adapters/process.ts';
import { needless, secretsIn } from './disk-search.ts';
import type { Engine } from './engine.ts';
import { leftoversOn } from './leftovers.ts';
import type { Machine } from './machine.ts';
import { isNeeded } from './needed.ts';
import type { Secret } from '../secrets/needles.ts';

/** The cluster that is rehearsed, as far as the course must know it. */
export interface RehearsedCluster {
  readonly machines: readonly Machine[];
  /** Where the API is served: the virtual IP, or the only master. `name` is what its certificate says. */
  readonly endpoint: { readonly address: string; readonly port: number; readonly name: string };
  /** The address that moves between balancers; undefined where there is none. */
  readonly virtualIp?: string;
  /** Port of the API on masters. */
  readonly apiPort: number;
  /** PEM: the cluster's authority. */
  readonly ca: string;
  readonly etcd: 'stacked' | 'external';
  /** Every value of the secrets file, to see that none is left where nothing needs it. */
  readonly secrets: readonly Secret[];
  /** Whether stand-ins take the place of Kubernetes. */
  readonly standIn: boolean;
  /** Commands of a person's own that must succeed when the cluster is up, for bash. */
  readonly test?: string;
}

export interface CheckResult {
  readonly title: string;
  readonly status: 'pass' | 'fail' | 'skip';
  /** What was found; for one that was skipped, why. */
  readonly detail: string;
}

const ADMIN = ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', '--request-timeout=10s'];
const ETCD_PORT = 2379;

/**
 * What a person would look at once. Results may change: a node takes some time to become Ready. Disks are searched when all else
 * is well, one machine after another: it takes whole processors, and machines that are emulated would not settle meanwhile.
 */
export async function checkCluster(engine: Engine, cluster: RehearsedCluster): Promise<CheckResult[]> {
  const masters = running(engine, cluster).filter(({ role }) => role === 'master');
  const [master] = masters;
  if (master === undefined)
    return [{ title: 'a master is there', status: 'fail', detail: 'none is running' }];
  const results = await Promise.all([
    check('every node is Ready', () => nodesAreReady(engine, cluster, master)),
    check('one machine has started the cluster', () => oneHasStarted(engine, cluster)),
    check('all masters serve the same cluster', () => sameCluster(engine, cluster, masters)),
    check(`the API answers at ${cluster.endpoint.address}:${cluster.endpoint.port}`, () =>
      apiAnswers(engine, cluster),
    ),
    check('etcd has a member for each master', () => etcdIsWhole(engine, cluster, master, masters.length)),
    ...(cluster.test === undefined
      ? []
      : [check(`the test given succeeds`, () => ownTest(engine, cluster, master, cluster.test ?? ''))]),
  ]);
  const isWell = results.every(({ status }) => status !== 'fail');
  const search = (title: string, look: () => Promise<Found>): Promise<CheckResult> =>
    check(title, async () => (isWell ? look() : { ok: 'skip', detail: 'the cluster is not well yet' }));
  results.push(
    await search('no secret is left where nothing needs it', () => nothingIsLeft(engine, cluster)),
  );
  if (engine.diskOf !== undefined)
    results.push(
      await search('no secret was ever on a disk that needs none', () => neverOnDisk(engine, cluster)),
    );
  return results;
}

async function nothingIsLeft(engine: Engine, cluster: RehearsedCluster): Promise<Found> {
  const told: string[] = [];
  // Of a role that needs none of them the search of the whole disk (below) says all there is to say.
  const inFiles = ({ role }: Machine): boolean =>
    engine.diskOf === undefined || cluster.secrets.some(({ name }) => isNeeded(role, name));
  const machines = running(engine, cluster).filter(inFiles);
  for (const machine of machines)
    for (const { secret, file } of await leftoversOn(engine, machine, cluster.secrets))
      told.push(`${machine.name} has the ${secret} in ${file}`);
  return {
    ok: told.length === 0,
    detail: told.join(', ') || `${cluster.secrets.length} values, ${machines.length} machines`,
  };
}

/** The whole disk of each machine, also what was deleted from it. */
async function neverOnDisk(engine: Engine, cluster: RehearsedCluster): Promise<Found> {
  const told: string[] = [];
  const machines = running(engine, cluster);
  for (const machine of machines) {
    const disk = engine.diskOf?.(machine);
    if (disk === undefined) continue;
    await engine.run(machine, ['sync']);
    const found = needless(machine.role, await secretsIn(disk, cluster.secrets));
    told.push(...found.map((name) => `${machine.name} has had the ${name}`));
  }
  return {
    ok: told.length === 0,
    detail: told.join(', ') || `${cluster.secrets.length} values, ${machines.length} whole disks`,
  };
}

// The administrator's kubeconfig comes by standard input, and is kept where it ends with the ground. Nobody resolves names on this network, so it asks the address.
const WITH_KUBECONFIG = `
set -euo pipefail
export KUBECONFIG
KUBECONFIG=$(umask 077 && mktemp --tmpdir=/run)
trap 'rm -f "$KUBECONFIG"' EXIT
sed -E "s|^( *server:) .*|\\1 $1|" >"$KUBECONFIG"
bash -euo pipefail -c "$2" </dev/null
`;

/** Whether the person's own commands succeed on the machines' network, with KUBECONFIG of an administrator. */
async function ownTest(
  engine: Engine,
  cluster: RehearsedCluster,
  master: Machine,
  test: string,
): Promise<Found> {
  const [kubeconfig] = await engine.readFiles(master, ['/etc/kubernetes/admin.conf']);
  if (kubeconfig === undefined) return { ok: false, detail: `${master.name} has no kubeconfig` };
  const { address, port } = cluster.endpoint;
  const server = `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const { stdout } = await engine.runOutside('bash', ['-c', WITH_KUBECONFIG, 'test', server, test], {
    input: kubeconfig,
    timeoutMs: 60_000,
  });
  return { ok: true, detail: stdout.trim().split('\n').at(-1) ?? '' };
}

/** Whether the API answers at the endpoint, as asked from outside all machines, by the cluster's own authority. */
export async function apiAnswers(
  engine: Engine,
  { endpoint, ca }: Pick<RehearsedCluster, 'endpoint' | 'ca'>,
): Promise<Found> {
  const { address: host, port, name } = endpoint;
  const answer = await engine.ask({ host, port, name, ca, path: '/readyz' });
  if (answer.status === undefined) return { ok: false, detail: answer.error };
  return { ok: answer.status === 200, detail: `certificate believed, /readyz says ${answer.status}` };
}

/** The machine that has an address now, the first of several. */
export async function holderOf(
  engine: Engine,
  machines: readonly Machine[],
  address: string,
): Promise<Machine | undefined> {
  const look = ['ip', '-oneline', 'address', 'show', 'to', address];
  const holds = await Promise.all(
    machines.map(async (machine) => {
      if (!engine.isRunning(machine)) return false;
      return engine
        .run(machine, look, { timeoutMs: 10_000 })
        .then(({ stdout }) => stdout.trim() !== '', refused);
    }),
  );
  return machines.find((_, index) => holds[index]);
}

/** The master that has initialised the cluster, by its own word. */
export async function starters(engine: Engine, machines: readonly Machine[]): Promise<Machine[]> {
  const masters = machines.filter(({ role }) => role === 'master');
  const words = await Promise.all(
    masters.map((master) => engine.readFiles(master, ['/var/lib/bake/firstboot/disk'])),
  );
  return masters.filter((_, index) => words[index]?.[0]?.trim() === 'initialising');
}

interface Found {
  readonly ok: boolean | 'skip';
  readonly detail: string;
}

async function check(title: string, look: () => Promise<Found>): Promise<CheckResult> {
  try {
    const { ok, detail } = await look();
    return { title, status: ok === 'skip' ? 'skip' : ok ? 'pass' : 'fail', detail };
  } catch (error) {
    if (!(error instanceof ToolFailure) || error.aborted) throw error;
    const [said = error.message] = error.output.split('\n').filter((line) => line.trim() !== '');
    return { title, status: 'fail', detail: said };
  }
}

async function nodesAreReady(engine: Engine, cluster: RehearsedCluster, master: Machine): Promise<Found> {
  const { stdout } = await kubectl(engine, master, ['get', 'nodes', '--no-headers']);
  const states = new Map(
    stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([name = '', state = '']) => [name, state]),
  );
  const wanted = running(engine, cluster).filter(({ role }) => role !== 'haproxy');
  const not = wanted.filter(({ name }) => !(states.get(name) ?? '').split(',').includes('Ready'));
  if (not.length === 0) return { ok: true, detail: `${wanted.length} nodes` };
  return {
    ok: false,
    detail: not.map(({ name }) => `${name} is ${states.get(name) ?? 'not there'}`).join(', '),
  };
}

/** A machine that has been rebuilt since may have been the one. */
async function oneHasStarted(engine: Engine, { machines }: RehearsedCluster): Promise<Found> {
  const found = (await starters(engine, machines)).map(({ name }) => name);
  return { ok: found.length <= 1, detail: found.join(', ') || 'its disk is gone' };
}

// Each master is asked itself, not through the endpoint. Only its owner can read the file, and it is gone at once.
const OWN_ID = `
set -euo pipefail
file=$(umask 077 && mktemp --tmpdir=/run)
trap 'rm -f "$file"' EXIT
sed -E "s|^( *server:) .*|\\1 $1|" /etc/kubernetes/admin.conf >"$file"
kubectl --kubeconfig "$file" --request-timeout=10s get namespace kube-system -o 'jsonpath={.metadata.uid}'
`;

async function sameCluster(
  engine: Engine,
  { apiPort }: RehearsedCluster,
  masters: readonly Machine[],
): Promise<Found> {
  const ids = await Promise.all(
    masters.map(async (master) => {
      const address = master.address.includes(':') ? `[${master.address}]` : master.address;
      const ask = ['bash', '-c', OWN_ID, 'id', `https://${address}:${apiPort}`];
      return (await engine.run(master, ask, { timeoutMs: 30_000 })).stdout.trim();
    }),
  );
  return { ok: new Set(ids).size === 1 && ids[0] !== '', detail: [...new Set(ids)].join(', ') };
}

const PKI = '/etc/kubernetes/pki/etcd';

async function etcdIsWhole(
  engine: Engine,
  { etcd }: RehearsedCluster,
  { name, address, ...rest }: Machine,
  masters: number,
): Promise<Found> {
  if (etcd === 'external') return { ok: 'skip', detail: 'etcd is not of these machines' };
  const files = [`${PKI}/ca.crt`, `${PKI}/healthcheck-client.crt`, `${PKI}/healthcheck-client.key`];
  const [ca, certificate, key] = await engine.readFiles({ name, address, ...rest }, files);
  if (ca === undefined || certificate === undefined || key === undefined)
    return { ok: false, detail: `${name} has no certificates of etcd` };
  const answer = await engine.ask({
    host: address,
    port: ETCD_PORT,
    name: address,
    ca,
    client: { certificate, key },
    path: '/v3/cluster/member/list',
    body: '{}',
  });
  if (answer.status !== 200)
    return { ok: false, detail: answer.status === undefined ? answer.error : `status ${answer.status}` };
  const { members = [] } = JSON.parse(answer.body) as {
    readonly members?: readonly { readonly name?: string }[];
  };
  const names = members.map((member) => member.name ?? '(joining)');
  return { ok: members.length === masters, detail: `${members.length} members: ${names.join(', ')}` };
}

const kubectl = (engine: Engine, master: Machine, args: readonly string[]) =>
  engine.run(master, [...ADMIN, ...args], { timeoutMs: 30_000 });

const running = (engine: Engine, { machines }: RehearsedCluster): Machine[] =>
  machines.filter((machine) => engine.isRunning(machine));

function refused(error: unknown): false {
  if (error instanceof ToolFailure) return false;
  throw error;
}
