import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readBalancerPieces } from '../../src/adapters/files.ts';
import { readCluster } from '../../src/cluster/read.ts';
import { machineFiles, type MachineFile } from '../../src/firstboot/machine.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { ROOT } from '../support/programs.ts';

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

export interface Status {
  readonly state: string;
  readonly timeline: readonly { readonly at: number; readonly state: string }[];
}

export type Role = 'master' | 'worker' | 'haproxy';

const secrets = await makeClusterSecrets({
  cluster: 'test',
  now: new Date(Date.now() - 60_000),
  initWindowSeconds: 3600,
  tokenTtlSeconds: 86_400,
});

/** A value that must be nowhere on the machine when it is ready. */
export const TOKEN = secrets.bootstrapToken.token;

/** Of a private registry: what user-data brings it in, and which must not stay. */
export const PASSWORD = 'correct-horse-battery';
export const LOGIN = 'etc/bake/registries/harbor.example.com:8443.json';

/** A static pod that the image has, and that is none of kubeadm's. */
export const OWN_POD = 'etc/kubernetes/manifests/node-cache.yaml';

/** The machine is m1, or l1 in the role of a balancer; who does not initialise has another master before it. */
const CLUSTER = `apiVersion: bake/v1
kind: Cluster
name: test
endpoint: kubeapi.example.com:6443
addons: [{ name: network, file: network.yaml }, helm]
dns: { servers: [10.0.0.53, 'fd00::53'], search: [example.com] }
ntp: ['fd00::123']
proxy: { http: 'http://proxy.example.com:3128' }
counts: { worker: 2 }
`;
/** Masters of these tests hold the virtual address themselves; for everybody else there are balancers. */
const ON_MASTERS = `virtualIp: { address: 10.0.0.10, by: kube-vip, image: 'ghcr.io/kube-vip/kube-vip:v1.2.3' }
nodes:
`;
const ON_BALANCERS = `virtualIp: 10.0.0.10
nodes:
  - { name: l1, role: haproxy, address: 10.0.0.11 }
  - { name: l2, role: haproxy, address: 10.0.0.9 }
`;
const manifest = 'apiVersion: apps/v1\nkind: DaemonSet\n';

function filesOf(role: Role, mayInitialise: boolean): readonly MachineFile[] {
  const own = { name: 'm1', role, address: '10.0.0.21' };
  const other = { name: 'm0', role: 'master', address: '10.0.0.20' };
  const third = { name: 'm3', role: 'master', address: '10.0.0.22' };
  const masters = role !== 'master' ? [other] : mayInitialise ? [own, other, third] : [other, own, third];
  const nodes = [...masters, ...(role === 'worker' ? [own] : [])].map(
    (node) => `  - ${JSON.stringify(node)}\n`,
  );
  const read = readCluster(
    {
      id: 'cluster.yaml',
      path: 'cluster.yaml',
      text: CLUSTER + (role === 'master' ? ON_MASTERS : ON_BALANCERS) + nodes.join(''),
    },
    { text: () => ({ source: { id: 'network.yaml', path: 'network.yaml', text: manifest } }) },
  );
  assert.ok(read.value, JSON.stringify(read.diagnostics.map(({ message }) => message)));
  const { cluster } = read.value;
  const node = cluster.nodes.find(({ name }) => name === (role === 'haproxy' ? 'l1' : 'm1'));
  assert.ok(node);
  return machineFiles({
    cluster,
    secrets,
    role,
    node,
    balancer: readBalancerPieces(),
    packageManager: 'apt',
    packageHosts: ['deb.debian.org', 'pkgs.k8s.io'],
    kubernetes: {
      version: '1.35.8',
      imageRepository: 'registry.k8s.io',
      pauseImage: 'registry.k8s.io/pause:3.10.1',
      proxyMode: 'iptables',
      runtime: {
        engine: 'containerd',
        criSocket: 'unix:///run/cri.sock',
        cgroupDriver: 'systemd',
        logMaxSize: '50MiB',
        logMaxFiles: 3,
      },
    },
  });
}

/**
 * A machine of files: a root tree with the host's /usr, first boot as it is shipped, and programs of test/firstboot/fakes
 * before all others. What runs in it runs in namespaces of its own and ends with them, all of it at once.
 */
export class Machine {
  readonly root: string;
  readonly role: Role;
  private readonly mayInitialise: boolean;
  private readonly runtime: Server;

  constructor(root: string, role: Role, mayInitialise: boolean) {
    this.root = root;
    this.role = role;
    this.mayInitialise = mayInitialise;
    for (const folder of [
      'usr',
      'proc',
      'dev',
      'tmp',
      'root',
      'world',
      'run/bake',
      'var/lib/bake',
      'var/lib/cloud',
      'etc/kubernetes/manifests',
    ])
      mkdirSync(join(root, folder), { recursive: true });
    for (const folder of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${folder}`, join(root, folder));
    cpSync('/etc/alternatives', join(root, 'etc/alternatives'), { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nhaproxy:x:999:\n');
    writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
    cpSync(join(ROOT, 'userdata/firstboot'), join(root, 'bake'), { recursive: true });
    cpSync(join(ROOT, 'userdata/registry-login'), join(root, 'bake/registry-login'));
    chmodSync(join(root, 'bake/registry-login'), 0o755);
    writeFileSync(join(root, OWN_POD), 'kind: Pod\n');
    mkdirSync(join(root, 'etc/containerd/conf.d'), { recursive: true });
    writeFileSync(join(root, 'etc/containerd/config.toml'), 'version = 2\n');
    cpSync(join(import.meta.dirname, 'fakes'), join(root, 'fakes'), { recursive: true });
    this.runtime = createServer().listen(join(root, 'run/cri.sock'));
    this.userData();
  }

  /** What cloud-init does at each boot until the machine is ready. */
  userData(): void {
    const write = (path: string, text: string, mode = 0o600): void => {
      mkdirSync(join(this.root, path, '..'), { recursive: true });
      writeFileSync(join(this.root, path), text, { mode });
    };
    for (const { path, text, mode } of filesOf(this.role, this.mayInitialise)) {
      write(path, text, Number.parseInt(mode, 8));
      // For the cloud-init of test/firstboot/fakes.
      write(`world/user-data/${path}`, text);
    }
    // A balancer pulls no images.
    if (this.role !== 'haproxy') {
      const login = JSON.stringify({ username: 'robot', password: PASSWORD });
      for (const path of [LOGIN, `world/user-data/${LOGIN}`]) write(path, login);
    }
    write('var/lib/cloud/instances/i-1/user-data.txt', `#cloud-config\n# ${TOKEN}\n`);
  }

  /**
   * The power goes: memory is lost, and cloud-init fills it again unless it has been told not to. What kubeadm was writing
   * and nobody has synced may be empty then: one of those files, `torn` of all of them (0 to 1). A stock machine's cloud-init
   * writes nothing again by itself.
   */
  powerCut(how: { readonly torn?: number; readonly writesAgain?: boolean } = {}): void {
    const { torn } = how;
    const isWriting = ['init', 'join'].includes(this.read('var/lib/bake/firstboot/state'));
    const unsynced = [
      'etc/kubernetes/admin.conf',
      'etc/kubernetes/kubelet.conf',
      'etc/kubernetes/pki/apiserver.key',
      'etc/kubernetes/pki/etcd/server.crt',
      'etc/kubernetes/manifests/kube-apiserver.yaml',
      'var/lib/kubelet/config.yaml',
    ];
    const lost = torn === undefined || !isWriting ? undefined : unsynced[Math.floor(torn * unsynced.length)];
    if (lost !== undefined && this.read(lost) !== '') writeFileSync(join(this.root, lost), '');
    rmSync(join(this.root, 'run/bake'), { recursive: true, force: true });
    mkdirSync(join(this.root, 'run/bake'));
    const isDisabled = existsSync(join(this.root, 'etc/cloud/cloud-init.disabled'));
    if (!isDisabled && how.writesAgain !== false) this.userData();
  }

  /** Runs first boot; after `killAfterMs` everything of it is killed. Resolves to its exit code, or null when it was killed. */
  boot(killAfterMs?: number): Promise<Ended> {
    return this.run(['/bake/firstboot'], killAfterMs);
  }

  /** The same; it is killed as soon as `isEnough`, or after a minute. */
  async bootUntil(isEnough: () => boolean): Promise<void> {
    const kill = new AbortController();
    const ended = this.run(['/bake/firstboot'], kill.signal);
    for (const end = Date.now() + 60_000; !isEnough() && Date.now() < end;) await setTimeout(50);
    kill.abort();
    await ended;
  }

  /** Runs a program on the machine, in the same way. */
  run(command: readonly string[], kill?: number | AbortSignal): Promise<Ended> {
    const enter = `
      set -euo pipefail
      cd "$1"
      hostname m1
      # The host's programs and libraries; what first boot writes beside them is the machine's own.
      for folder in bin sbin lib64 share lib/*-linux-gnu; do
        for found in /usr/$folder; do
          mkdir -p ".$found"
          mount --bind "$found" ".$found"
          mount -o remount,bind,ro ".$found"
        done
      done
      mount -t proc proc proc
      mount -t tmpfs tmpfs dev
      for device in null zero random urandom; do : >"dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
      ln -s /proc/self/fd dev/fd
      exec chroot . /usr/bin/env -i PATH=/fakes:/usr/sbin:/usr/bin HOME=/root LC_ALL=C BAKE_LIB=/bake BAKE_PAUSE=0.02 \\
        "${'${@:2}'}"`;
    const child = spawn(
      'unshare',
      [
        '--mount',
        '--pid',
        '--uts',
        '--fork',
        '--kill-child=KILL',
        'bash',
        '-c',
        enter,
        'enter',
        this.root,
        ...command,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const signal = typeof kill === 'number' ? AbortSignal.timeout(Math.ceil(kill)) : kill;
    const onAbort = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', onAbort);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        signal?.removeEventListener('abort', onAbort);
        resolve({ code, said });
      });
    });
  }

  /** What `bake-status --json` says. */
  status(): Status {
    const { stdout } = spawnSync('bash', [join(this.root, 'bake/bake-status'), '--json'], {
      env: { PATH: '/usr/bin:/bin', BAKE_MEMORY: join(this.root, 'var/lib/bake/firstboot') },
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as Status;
  }

  read(path: string): string {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Mode, user id and group id. */
  ownership(path: string): string {
    const { mode, uid, gid } = statSync(join(this.root, path));
    return `${(mode & 0o7777).toString(8)} ${uid} ${gid}`;
  }

  /** Files of the machine that hold this text; /world is not of the machine. */
  holding(text: string): string[] {
    const found: string[] = [];
    const walk = (folder: string): void => {
      for (const entry of readdirSync(join(this.root, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (['world', 'fakes', 'proc', 'dev'].includes(path)) continue;
        if (entry.isDirectory()) walk(path);
        else if (entry.isFile() && this.read(path).includes(text)) found.push(path);
      }
    };
    walk('');
    return found;
  }

  close(): void {
    this.runtime.close();
  }
}
