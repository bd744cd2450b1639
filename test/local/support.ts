import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';
import type { Run } from '../../src/adapters/process.ts';
import type { BuildEvent } from '../../src/build/monitor.ts';
import { bakeLocal } from '../../src/build/local/bake.ts';
import type { BakeRequest, BakeResult, FinishDisk } from '../../src/build/local/bake.ts';
import type { Host } from '../../src/build/local/host.ts';
import { identify } from '../../src/build/local/identity.ts';
import { finish } from '../../src/build/local/produced.ts';
import type { BuildIdentity } from '../../src/build/local/identity.ts';
import type { Layer, Plan, PlannedStep } from '../../src/plan/plan.ts';

/** A step of the fake `provision.sh`: bash, with coreutils at hand. */
export interface FakeStep {
  readonly id: string;
  readonly layer: Layer;
  readonly script: string;
}

/** A test's folder, with a cache and a tiny base tree that has bash and a few tools. */
export interface Sandbox {
  readonly folder: string;
  readonly cacheDir: string;
  readonly base: string;
  readonly out: (name: string) => string;
  readonly remove: () => Promise<void>;
}

export async function sandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-test-'));
  const base = join(folder, 'base');
  await makeTinyTree(base);
  return {
    folder,
    base,
    cacheDir: join(folder, 'cache'),
    out: (name) => join(folder, 'out', name),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const TOOLS = [
  'bash',
  'sh',
  'cat',
  'mkdir',
  'rm',
  'chmod',
  'env',
  'id',
  'ln',
  'readlink',
  'sleep',
  'touch',
  'dd',
  'sync',
  'grep',
];

const TINY_TREE = `
set -euo pipefail
tree=$1; shift
mkdir -p "$tree"/{usr/bin,usr/lib,usr/lib64,usr/sbin,etc,var/lib/dpkg,proc,sys,dev,run,tmp}
ln -s usr/bin usr/lib usr/lib64 usr/sbin "$tree"
for tool; do
  cp -L "$(command -v "$tool")" "$tree/usr/bin/$tool"
  ldd "$(command -v "$tool")" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$tree\${library%/*}"
    cp -Ln "$library" "$tree$library"
  done
done
printf 'Package: bash\\nStatus: install ok installed\\nVersion: 5.2\\nArchitecture: amd64\\n\\n' >"$tree/var/lib/dpkg/status"
`;

async function makeTinyTree(tree: string): Promise<void> {
  await run('bash', ['-c', TINY_TREE, 'tiny', tree, ...TOOLS]);
}

export const host: Host = { run, pid: process.pid, env: {}, now: Date.now };

/** A plan that holds these steps and is otherwise always the same. */
export function fakePlan(steps: readonly FakeStep[], profile = 'worker'): Plan {
  const planned = steps.map(({ id, layer }, index): PlannedStep => {
    const origin = { file: `${profile}.yaml`, line: index + 1, column: 3 };
    return {
      id,
      layer,
      phase: 'bake',
      title: `do ${id}`,
      origin,
      step: { kind: 'command' } as unknown as PlannedStep['step'],
    };
  });
  return {
    format: 'bake/plan/v1',
    hash: `${profile} ${steps.map((step) => step.id).join(' ')}`,
    profile,
    role: 'worker',
    os: 'debian-13',
    arch: 'amd64',
    standIn: false,
    image: {
      name: profile,
      diskSize: 2 ** 30,
      base: { from: 'cloud-image', location: 'tiny', sha256: '0'.repeat(64) },
    },
    versions: {},
    steps: planned,
  };
}

export function fakeProvision(steps: readonly FakeStep[]): string {
  const sections = steps.map(
    ({ id, layer, script }) =>
      `if [ "$2" = ${layer} ]; then echo "::bake start ${id}"; (set -e\n${script}\n); echo "::bake end ${id} 7"; fi`,
  );
  return ['#!/bin/bash', 'set -euo pipefail', ...sections, ''].join('\n');
}

/** A step that leaves a file named after it, and a line in /log each time it is done for the first time. */
export const mark = (layer: Layer, id: string): FakeStep => ({
  id,
  layer,
  script: `[ -e /${id} ] || { touch /${id}; echo ${id} >>/log; }`,
});

export const FOUR_LAYERS = [
  mark('system', 'swap'),
  mark('system', 'sysctl'),
  mark('runtime', 'containerd'),
  mark('kubernetes', 'kubelet-1'),
  mark('profile', 'user'),
];

/** A disk step that packs the tree into one file. */
export const tarDisk: FinishDisk = async ({ tree, workDir, imageName, step, run: inside, signal }) => {
  const archive = join(workDir, `${imageName}.tar`);
  await step('disk image', () =>
    inside('tar', ['--create', '--file', archive, '--directory', tree, '.'], { signal }),
  );
  return [await finish(archive, signal)];
};

/** The same, with so many seconds spent inside the step before it writes anything. */
export const slowDisk =
  (seconds: number): FinishDisk =>
  (job) =>
    tarDisk({
      ...job,
      run: async (program, args, options) => {
        await job.run('sleep', [String(seconds)], { signal: job.signal });
        return job.run(program, args, options);
      },
    });

export interface FakeBake {
  readonly steps: readonly FakeStep[];
  /** What the identity is told of what each step does: nothing, unless a test is about that. */
  readonly stepShell?: (step: PlannedStep) => string;
  readonly profile?: string;
  readonly out?: string;
  readonly request?: Partial<BakeRequest>;
  readonly host?: Partial<Host>;
  readonly signal?: AbortSignal;
  readonly finishDisk?: FinishDisk;
  readonly record?: (result: BakeResult) => Promise<void>;
  readonly onEvent?: (event: BuildEvent) => void;
}

/** Puts together a request as the command line would. */
export function fakeRequest(
  box: Sandbox,
  bake: FakeBake,
): BakeRequest & { readonly identity: BuildIdentity } {
  const plan = fakePlan(bake.steps, bake.profile);
  const extraFiles = [{ path: '/etc/bake/extra file', mode: '0640', text: "it's $HOME\n" }];
  return {
    plan,
    identity: identify({
      plan,
      stepShell: bake.stepShell ?? (() => ''),
      layerInputs: () => 'runtime-1',
      extraFiles,
      diskFormat: 'tar',
    }),
    provision: fakeProvision(bake.steps),
    extraFiles,
    imageName: plan.image.name,
    finishSteps: 1,
    outDir: box.out(bake.out ?? 'worker'),
    cacheDir: box.cacheDir,
    cacheLimitBytes: 2 ** 34,
    needs: { layerBytes: 0, outputBytes: 0 },
    fresh: false,
    ...bake.request,
  };
}

/** Bakes from the tiny tree; returns what came out and every event. */
export async function fakeBake(
  box: Sandbox,
  bake: FakeBake,
): Promise<{ result: BakeResult; events: BuildEvent[] }> {
  const events: BuildEvent[] = [];
  const result = await bakeLocal(fakeRequest(box, bake), {
    host: { ...host, ...bake.host },
    signal: bake.signal ?? new AbortController().signal,
    monitor: (event) => {
      events.push(event);
      bake.onEvent?.(event);
    },
    finishDisk: bake.finishDisk ?? tarDisk,
    record: bake.record ?? (() => Promise.resolve()),
    files: {
      pathOf: (location) => location,
      fetch: () => Promise.reject(new Error('no test of these fetches')),
    },
    unpackCloudImage: async (_image, _base, tree, tools) => {
      await tools.run('cp', ['-a', `${box.base}/.`, tree], { signal: tools.signal });
    },
  });
  return { result, events };
}

/** `base:building base:done system:reused ...` */
export const layerStates = (events: readonly BuildEvent[]): string =>
  events.flatMap((event) => (event.event === 'layer' ? [`${event.layer}:${event.state}`] : [])).join(' ');

/** Content of one file of a tar image; undefined when it isn't in there. */
export async function fromImage(image: string, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await run('tar', ['--extract', '--to-stdout', '--file', image, `.${path}`], {
    okCodes: [0, 2],
  });
  return exitCode === 0 ? stdout : undefined;
}

/** What a bake must not leave behind: mounts, processes, work folders, unfinished output. Empty when all is well. */
export async function remains(box: Sandbox, { workToo = true } = {}): Promise<string[]> {
  const found: string[] = [];
  const mounts = await readFile('/proc/mounts', 'utf8');
  found.push(
    ...mounts
      .split('\n')
      .filter((line) => line.includes(box.folder))
      .map((line) => `mount ${line}`),
  );
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const seen = await readFile(`/proc/${pid}/mounts`, 'utf8').catch(() => '');
    const mounted = seen.split('\n').some((line) => line.includes(box.folder) && !mounts.includes(line));
    if (command.includes(box.folder) || mounted)
      found.push(`process ${pid} ${command.replaceAll('\0', ' ')}`);
  }
  if (workToo)
    found.push(...(await readdir(join(box.cacheDir, 'work')).catch(() => [])).map((name) => `work ${name}`));
  for (const out of await readdir(join(box.folder, 'out')).catch(() => [])) {
    for (const name of await readdir(box.out(out))) {
      if (workToo ? !name.endsWith('.tar') : name !== '.unfinished' && !name.endsWith('.tar'))
        found.push(`output ${out}/${name}`);
    }
  }
  return found;
}

/** The real {@link Run}, but for calls that a test wants to go otherwise. */
export function runExcept(
  change: (command: string, args: readonly string[]) => Promise<never> | undefined,
): Run {
  return (command, args, options) => change(command, args) ?? run(command, args, options);
}
