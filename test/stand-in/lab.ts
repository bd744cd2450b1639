/**
 * Machines in namespaces at one bridge, with the stand-in packages' files laid over this machine's own tree, and a balancer
 * with the real haproxy. It runs in namespaces of its own (cluster.test.ts), in which everything lives: when it ends, however
 * it ends, the kernel takes all of it away.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBalancerPieces, readPieces } from '../../src/adapters/files.ts';
import { balancerFiles } from '../../src/balancer/files.ts';
import type { Cluster, ClusterNode } from '../../src/cluster/cluster.ts';
import { machineFiles } from '../../src/firstboot/machine.ts';
import { standInPackages } from '../../src/plan/stand-in.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { ROOT } from '../support/programs.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

export interface LabInput {
  readonly folder: string;
  readonly cluster: Cluster;
  readonly secrets: ClusterSecrets;
  /** Exact: `1.35.8`. */
  readonly version: string;
}

const ip = (...args: string[]): void => void execFileSync('ip', args);
const mount = (...args: string[]): void => void execFileSync('mount', args);

/** The network, and a container runtime that machines find at its socket. */
export function network(folder: string): void {
  mkdirSync('/run/netns', { recursive: true });
  mount('--make-rprivate', '/');
  mount('-t', 'tmpfs', 'tmpfs', '/run/netns');
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'lab', 'type', 'bridge');
  ip('addr', 'add', '10.0.0.100/24', 'dev', 'lab');
  ip('link', 'set', 'lab', 'up');
  createServer().listen(join(folder, 'cri.sock'));
}

function plug(name: string, addresses: readonly string[]): void {
  ip('netns', 'add', name);
  ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `to-${name}`);
  ip('link', 'set', `to-${name}`, 'master', 'lab', 'up');
  for (const address of addresses) ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  for (const link of ['lo', 'eth0']) ip('-n', name, 'link', 'set', link, 'up');
  execFileSync('ip', ['netns', 'exec', name, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
}

/** The balancer's configuration as the project writes it; the virtual address is simply its own here. */
export function startBalancer({ folder, cluster, secrets }: LabInput, node: ClusterNode): void {
  plug(node.name, [node.address ?? '', cluster.virtualIp?.address ?? '']);
  const ca = secrets.authorities.kubernetes.certificate;
  const files = balancerFiles(cluster, node.name, { secrets, ca }, readBalancerPieces());
  const root = tree(join(folder, node.name), files);
  mkdirSync(join(root, 'run/haproxy'), { recursive: true });
  spawn(
    'ip',
    ['netns', 'exec', node.name, 'chroot', root, 'haproxy', '-W', '-f', '/etc/haproxy/haproxy.cfg'],
    {
      stdio: 'ignore',
    },
  );
}

interface File {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
}

/** A root tree: this machine's own with files laid over it. */
function tree(folder: string, files: readonly File[]): string {
  const [upper = '', work = '', root = ''] = ['upper', 'work', 'root'].map((name) => join(folder, name));
  mkdirSync(folder, { recursive: true });
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', folder);
  for (const part of [upper, work, root]) mkdirSync(part);
  for (const { path, text, mode } of files) {
    mkdirSync(dirname(join(upper, path)), { recursive: true });
    writeFileSync(join(upper, path), text);
    chmodSync(join(upper, path), Number.parseInt(mode, 8));
  }
  mount('-t', 'overlay', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, root);
  mount('--rbind', '/dev', join(root, 'dev'));
  return root;
}

export class Machine {
  readonly name: string;
  readonly root: string;
  private readonly first: number;
  private readonly kill: () => void;

  private constructor(name: string, root: string, first: number, kill: () => void) {
    this.name = name;
    this.root = root;
    this.first = first;
    this.kill = kill;
  }

  /** Powers a machine on that has an empty disk and what user-data brings. `generation` tells disks of one name apart. */
  static async powerOn(lab: LabInput, node: ClusterNode, generation = 1): Promise<Machine> {
    const { name, role } = node;
    if (generation === 1) plug(name, [node.address ?? '']);
    const root = tree(join(lab.folder, `${name}-${generation}`), filesOf(lab, node));
    mount('-t', 'tmpfs', 'tmpfs', join(root, 'var/lib/etcd'));
    copyFileSync(join(import.meta.dirname, 'systemctl'), join(root, 'usr/local/bin/systemctl'));
    writeFileSync(join(root, 'run/cri.sock'), '');
    mount('--bind', join(lab.folder, 'cri.sock'), join(root, 'run/cri.sock'));
    if (role === 'master') {
      const [from, to] = ['run/bake/firstboot/pki', 'etc/kubernetes/pki'].map((path) => join(root, path));
      mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
      execFileSync('cp', ['-r', from ?? '', to ?? '']);
    }
    const begin = `hostname ${name}; mount -t proc proc ${root}/proc; exec chroot ${root} bash -c 'echo on; while :; do sleep 60 & wait $!; done'`;
    const child = spawn(
      'ip',
      [
        'netns',
        'exec',
        name,
        'unshare',
        '--mount',
        '--pid',
        '--uts',
        '--ipc',
        '--fork',
        '--kill-child',
        'bash',
        '-c',
        begin,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    return new Machine(name, root, Number(first), () => child.kill('SIGKILL'));
  }

  /** Everything of it ends at once. */
  async powerOff(): Promise<void> {
    this.kill();
    while (isAlive(this.first)) await sleep(20);
  }

  /** Runs a script of bash inside. */
  run(script: string): Promise<Answer> {
    const enter = ['--target', String(this.first), '--all', '--root', '--wd', '/usr/bin/env', '-i'];
    const path = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin';
    const child = spawn('nsenter', [...enter, path, 'HOME=/root', 'bash', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return new Promise((resolve) => {
      child.on('exit', (code) => setImmediate(() => resolve({ code: code ?? -1, out, said: said + out })));
    });
  }

  /** Runs a script that must succeed; what it printed. */
  async must(script: string): Promise<string> {
    const { code, out, said } = await this.run(script);
    if (code === 0) return out;
    throw new Error(
      `${this.name}: ${script}\n${said}\n${this.read('var/log/kubelet.log').split('\n').slice(-40).join('\n')}`,
    );
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), { encoding: 'utf8', flag: 'a+' });
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Of the image and its kernel, which are not tested here; kubeadm looks for them up to 1.31. */
const ELSEWHERE = [
  ...['conntrack', 'iptables', 'ip', 'nsenter'].map((name) => `FileExisting-${name}`),
  'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables',
];
const PACKAGES = ['kubeadm', 'kubelet', 'kubectl', 'cri-tools', 'kubernetes-cni'];

function filesOf({ cluster, secrets, version }: LabInput, node: ClusterNode): File[] {
  const packages = standInPackages(
    PACKAGES.map((name) => ({ name, version })),
    version,
    readPieces(),
  );
  const input = machineFiles({
    cluster,
    secrets,
    role: node.role,
    node,
    balancer: readBalancerPieces(),
    packageManager: 'apt',
    packageHosts: [],
    kubernetes: {
      version,
      imageRepository: 'registry.k8s.io',
      pauseImage: 'registry.k8s.io/pause:3.10.1',
      proxyMode: 'iptables',
      circumstances: { ignorePreflightErrors: ELSEWHERE },
      runtime: {
        engine: 'containerd',
        criSocket: 'unix:///run/cri.sock',
        cgroupDriver: 'systemd',
        logMaxSize: '50MiB',
        logMaxFiles: 3,
      },
    },
  });
  const hosts = input.find(({ path }) => path.endsWith('/hosts'))?.text ?? '';
  return [
    ...packages.flatMap(({ files }) =>
      files.map(({ path, mode, content }) => ({ path, mode, text: content })),
    ),
    ...input.map(({ path, mode, text }) => ({ path, mode, text })),
    ...['cluster.sh', 'decide.sh'].map((name) => ({
      path: `/usr/lib/bake/${name}`,
      mode: '0644',
      text: readFileSync(join(ROOT, 'userdata/firstboot', name), 'utf8'),
    })),
    { path: '/etc/hosts', mode: '0644', text: `127.0.0.1 localhost\n${hosts}` },
    { path: '/etc/passwd', mode: '0644', text: readFileSync('/etc/passwd', 'utf8') },
  ];
}
