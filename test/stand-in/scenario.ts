/**
 * scenario.ts FOLDER VERSION: the life of a cluster of stand-ins, in the machines of lab.ts. Prints what it saw, as JSON (Seen).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCluster } from '../../src/cluster/read.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { Machine, network, startBalancer, type Answer } from './lab.ts';

export type { Answer };

export interface Seen {
  /** Seconds of each part. */
  readonly took: Readonly<Record<string, number>>;
  /** Of a machine whose kernel does not forward packets. */
  readonly notForwarding: Answer;
  /** An init over an init. */
  readonly initAgain: Answer;
  /** Joins that must not be: by another hash, another token, a token that has expired, without a hash, without CA keys. */
  readonly wrongHash: Answer;
  readonly wrongToken: Answer;
  readonly expiredToken: Answer;
  readonly withoutHash: Answer;
  readonly withoutKeys: Answer;
  /** A second master's member is added while another has been, and has not started. */
  readonly whileAnotherStarts: Answer;
  /** A node that is there and ready, once more. */
  readonly joinAgain: Answer;
  /** `kubectl get nodes`, with everyone there. */
  readonly nodes: string;
  /** `etcdctl member list` by kubectl exec. */
  readonly members: string;
  /** Status codes that a stranger gets through the balancer. */
  readonly anonymous: Readonly<Record<string, string>>;
  readonly turn: { readonly first: Answer; readonly second: Answer; readonly afterwards: Answer };
  readonly staleReplace: Answer;
  /** Seconds until the endpoint answered again after the first master's power was cut. */
  readonly failover: number;
  readonly rebuiltRefused: Answer;
  readonly rebuilt: string;
  /** /readyz of the one master that is left of three. */
  readonly withoutQuorum: Answer;
  readonly afterReset: string;
}

const [folder = '', version = ''] = process.argv.slice(2);
const secrets = await makeClusterSecrets({
  cluster: 'test',
  now: new Date(Date.now() - 60_000),
  initWindowSeconds: 3600,
  tokenTtlSeconds: 86_400,
});
const { value, diagnostics } = readCluster(
  {
    id: 'cluster.yaml',
    path: 'cluster.yaml',
    text: readFileSync(join(import.meta.dirname, 'cluster.yaml'), 'utf8'),
  },
  { text: () => ({ reason: 'there are none' }) },
);
if (!value) throw new Error(JSON.stringify(diagnostics));
const { cluster } = value;
const lab = { folder, cluster, secrets, version };
const node = (name: string) => {
  const found = cluster.nodes.find((one) => one.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
};

const took: Record<string, number> = {};
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  took[what] = Math.round((performance.now() - began) / 100) / 10;
  console.error(`${what}: ${took[what]} s`);
  return result;
}

const KUBEADM = '/run/bake/firstboot/kubeadm';
const ADMIN = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=20s';
const RESET =
  'kubeadm reset --force --cri-socket unix:///run/cri.sock && cp -r /run/bake/firstboot/pki/. /etc/kubernetes/pki';
const join_ = (name = 'join.yaml', more = ''): string => `kubeadm join --config ${KUBEADM}/${name} ${more}`;
const INIT = `kubeadm init --config ${KUBEADM}/init.yaml --skip-token-print`;
/** First boot's own functions (userdata/firstboot), on what user-data brought. */
const asFirstBoot = (script: string): string => `
  set -euo pipefail
  input=/run/bake/firstboot scratch=/run/bake lib=/usr/lib/bake
  say() { echo "$*"; }
  not_yet() { say "$*"; exit 75; }
  . $lib/decide.sh; . $input/machine.env; . $lib/cluster.sh
  ${script}`;

/** A join by a file that has been changed; it waits for discovery for two seconds only. */
function joinChanged(machine: Machine, change: (text: string) => string): Promise<Answer> {
  const path = join(machine.root, KUBEADM, 'join.yaml');
  const text = readFileSync(path, 'utf8').replace(/(discovery|timeout): 5m0s/, '$1: 2s');
  writeFileSync(join(machine.root, KUBEADM, 'changed.yaml'), change(text));
  return machine.run(join_('changed.yaml'));
}

network(folder);
startBalancer(lab, node('lb1'));
const [one, two, three, worker] = await timed('power on', () =>
  Promise.all(['m1', 'm2', 'm3', 'w1'].map((name) => Machine.powerOn(lab, node(name)))),
);
if (!one || !two || !three || !worker) throw new Error('four machines');

await one.must('sysctl -q -w net.ipv4.ip_forward=0');
const notForwarding = await one.run(INIT);
await one.must('sysctl -q -w net.ipv4.ip_forward=1');
await timed('init', () => one.must(INIT));
const initAgain = await one.run(INIT);
// As first boot does after a power cut: over what is there, and nothing of it is lost.
await one.must(`${ADMIN} create configmap kept --from-literal=a=b`);
await one.must(`${INIT} --ignore-preflight-errors=all`);
await one.must(`${ADMIN} get configmap kept -o name`);

const wrongHash = await joinChanged(worker, (text) => text.replace(/sha256:../, 'sha256:00'));
const wrongToken = await joinChanged(worker, (text) => text.replace(/(token: \S+)../, '$1zz'));
const withoutHash = await joinChanged(worker, (text) => text.replace(/ +caCertHashes:\n.*\n/, ''));
const secret = `bootstrap-token-${secrets.bootstrapToken.token.slice(0, 6)}`;
const patch = (expiration: string): Promise<string> =>
  one.must(
    `printf '%s' '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"${secret}","namespace":"kube-system"},"stringData":{"expiration":"${expiration}"}}' | ${ADMIN} apply -f -`,
  );
await patch('2020-01-01T00:00:00Z');
const expiredToken = await joinChanged(worker, (text) => text);
await patch(new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'));
await timed('worker joins', () => worker.must(join_()));
const joinAgain = await worker.run(join_('join.yaml', '--ignore-preflight-errors=all'));

const keys = '/etc/kubernetes/pki';
await two.must(`mv ${keys}/ca.key /root/`);
const withoutKeys = await two.run(join_());
await two.must(`mv /root/ca.key ${keys}/`);

const turn = {
  first: await two.run(asFirstBoot('administrate; take_turn; take_turn; remove_former_self; turn_of')),
  second: await three.run(asFirstBoot('administrate; take_turn')),
  afterwards: await two.run(asFirstBoot('end_turn; [ -z "$(turn_of)" ]')),
};
await two.must(asFirstBoot('! has_joined'));
await timed('second master joins', () => two.must(join_()));

// A member has been announced and its etcd does not start: as if its machine's power had gone in between.
const minor = Number(version.split('.')[1]);
const announce = `/usr/bin/python3 -c '
import sys, time; sys.path.insert(0, "/usr/lib/bake-stand-in")
import etcd; client = etcd.as_client(["https://127.0.0.1:2379"])
while True:
    try:
        print(client.add_member("https://10.0.0.29:2380", ${minor >= 29 ? 'True' : 'False'})["ID"]); break
    except etcd.EtcdError: time.sleep(0.5)'`;
const member = BigInt((await one.must(announce)).trim()).toString(16);
const whileAnotherStarts = await three.run(join_());
await one.must(`${ADMIN} -n kube-system exec etcd-m1 -- etcdctl member remove ${member}`);
await three.must(`${RESET}; ${asFirstBoot('administrate; remove_former_self')}`);
await timed('third master joins', () => three.must(join_()));
for (const machine of [two, three, worker]) await machine.must(asFirstBoot('has_joined'));

// A master that is built anew after the token is over.
const untilKnown = 'for try in {1..20}; do ! token_is_known || exit 0; sleep 0.5; done; exit 1';
await one.must(`${ADMIN} -n kube-system delete secret ${secret}`);
await three.must(
  asFirstBoot(`administrate; sleep 2; if token_is_known; then exit 1; fi; renew_token; ${untilKnown}`),
);

await one.must(`${ADMIN} wait --for=condition=Ready node --all --timeout=30s`);
const nodes = await worker.must('kubectl --kubeconfig /etc/kubernetes/kubelet.conf get nodes');
const members = await two.must(asFirstBoot('administrate; etcdctl_on m1 member list'));
const curl = (path: string): Promise<string> =>
  worker.must(
    `curl -s --cacert /etc/kubernetes/pki/ca.crt -o /dev/null -w '%{http_code}' https://kubeapi.example.com:6443${path}`,
  );
const anonymous = {
  readyz: await curl('/readyz'),
  nodes: await curl('/api/v1/nodes'),
  clusterInfo: await curl('/api/v1/namespaces/kube-public/configmaps/cluster-info'),
  secrets: await curl('/api/v1/namespaces/kube-system/secrets'),
};
const staleReplace = await one.run(`
  object=$(${ADMIN} get configmap kept -o json)
  printf '%s' "$object" | ${ADMIN} replace -f - && printf '%s' "$object" | ${ADMIN} replace -f -`);

await one.powerOff();
const failover = await timed('failover', async () => {
  const began = performance.now();
  // Three answers in a row: a balancer that still asks the dead one would fail in between.
  await two.must(
    `for n in $(seq 100); do ok=0; for i in 1 2 3; do ${ADMIN} get nodes >/dev/null 2>&1 && ok=$((ok + 1)); done; [ $ok = 3 ] && exit 0; sleep 0.2; done; exit 1`,
  );
  return (performance.now() - began) / 1000;
});

const reborn = await timed('m1 built anew', () => Machine.powerOn(lab, node('m1'), 2));
const rebuiltRefused = await reborn.run(join_());
await reborn.must(RESET);
await reborn.must(asFirstBoot('administrate; remove_former_self'));
await timed('m1 joins', () => reborn.must(join_()));
const rebuilt = await reborn.must(asFirstBoot('administrate; has_joined; etcdctl_on m2 member list'));

// Of three members one may go; of the two that are left, none.
await reborn.must('kubeadm reset --force --cri-socket unix:///run/cri.sock');
const afterReset = await two.must(asFirstBoot('administrate; etcdctl_on m2 member list'));
await three.powerOff();
const withoutQuorum = await two.run(
  'curl -s --cacert /etc/kubernetes/pki/ca.crt -w "%{http_code}" https://10.0.0.22:6443/readyz',
);

const seen: Seen = {
  took,
  notForwarding,
  initAgain,
  wrongHash,
  wrongToken,
  expiredToken,
  withoutHash,
  withoutKeys,
  whileAnotherStarts,
  joinAgain,
  nodes,
  members,
  anonymous,
  turn,
  staleReplace,
  failover,
  rebuiltRefused,
  rebuilt,
  withoutQuorum,
  afterReset,
};
console.log(JSON.stringify(seen));
process.exit(0);
