import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { assembleDisk } from '../src/build/disk/assemble.ts';
import { convertDisk } from '../src/build/formats/qemu-img.ts';
import { listCache } from '../src/build/local/cache.ts';
import { paths } from '../src/build/local/store.ts';
import type { Plan } from '../src/plan/plan.ts';
import { bake, BAKE, planOf, PROFILE, seconds, settle, STAND_IN, type Bench, type Measure } from './bench.ts';

/**
 * Packer with QEMU (emulated, so that it runs on every machine) against the local builder: the same base, there already
 * for both, the same provision.sh, the same form of image.
 */
export const packer: Measure = {
  title: 'Packer',
  take: async (bench) => {
    const plan = await planOf(bench);
    const base = await baseLayer(bench);
    const folder = join(bench.folder, 'packer');
    await mkdir(folder);
    const warm: number[] = [await warmBake(bench, base)];
    const built = await packerBuild(bench, folder, plan, await baseImage(bench, base, folder));
    // Before and after, so that what else the machine does in these minutes falls on both.
    warm.push(await warmBake(bench, base));
    const failed = await failedChecks(bench, built.image);
    await rm(folder, { recursive: true });
    return {
      measured: { what: 'packer build (qemu, emulated)', seconds: [built.seconds] },
      against: { what: 'bake, base in the cache', seconds: warm },
      goal: { of: 'ratio', must: 'be at least', value: 8 },
      faults: failed.map((title) => `Packer’s image fails: ${title}`),
      notes: [`packer: ${built.stages.join(', ')}`],
    };
  },
};

interface BaseLayer {
  readonly id: string;
  /** Its folder in the cache. */
  readonly path: string;
}

async function baseLayer(bench: Bench): Promise<BaseLayer> {
  const cacheDir = join((await bench.cold()).cache, 'bake');
  const found = (await listCache(bench.host, cacheDir)).find(({ name }) => name === 'base');
  if (!found) throw new Error('a bake left no base in its cache');
  return { id: found.id, path: paths(cacheDir).layer(found.id) };
}

/** A local bake with a cache that holds the base and nothing else. */
async function warmBake(bench: Bench, base: BaseLayer): Promise<number> {
  bench.say('local bake with nothing but the base in the cache');
  const places = { cache: join(bench.folder, 'warm-cache'), out: join(bench.folder, 'warm-out') };
  const { layers } = paths(join(places.cache, 'bake'));
  await mkdir(layers, { recursive: true });
  await bench.host.run('cp', ['-a', base.path, layers]);
  const { seconds: took } = await bake(bench, PROFILE, places, ['--target', 'qemu']);
  for (const place of Object.values(places)) await rm(place, { recursive: true });
  return took;
}

/** The base as a bootable image: what a vendor's cloud image is to others. */
async function baseImage(bench: Bench, base: BaseLayer, folder: string): Promise<string> {
  const tree = join(folder, 'tree');
  await bench.host.run('cp', ['-a', join(base.path, 'tree'), tree]);
  const request = { tree, work: folder, diskSizeBytes: 4 * 2 ** 30, arch: 'amd64', seed: 'base' } as const;
  const disk = await assembleDisk(request, bench.host);
  const image = join(folder, 'base.qcow2');
  await convertDisk({ source: disk.path, target: image, run: bench.host.run }, 'qcow2', ['-W', '-c']);
  await rm(tree, { recursive: true });
  await rm(disk.path);
  return image;
}

/** Lines of Packer's output that end a stage. Files that are uploaded are named on lines of their own. */
const STAGES = [
  ['boot', /Connected to SSH/],
  ['cloud-init', /shell script: .*\/provision\.sh/],
  ['provision.sh', /shell script: .*\/verify\.sh/],
  ['verify.sh', /shell script: .*\/seal\.sh/],
  ['seal.sh', /Gracefully halting/],
  ['shutdown', /Converting hard drive/],
  ['conversion', /Builds finished/],
] as const;

interface PackerBuild {
  readonly seconds: number;
  readonly image: string;
  readonly stages: readonly string[];
}

async function packerBuild(bench: Bench, folder: string, plan: Plan, base: string): Promise<PackerBuild> {
  const output = join(folder, 'output');
  const words = ['packer', '--profile', PROFILE, '--target', 'qemu', STAND_IN, '--out', folder];
  await bench.host.run(process.execPath, [BAKE, ...words]);
  const template = join(folder, PROFILE, 'packer/qemu');
  // Debian's Packer can't read it, and needs no plugins.
  await rm(join(template, 'plugins.pkr.hcl'));
  const variables = {
    qemu_image: base,
    qemu_image_checksum: `sha256:${await sha256(base)}`,
    qemu_accelerator: 'tcg',
    image_name: plan.image.name,
    output,
  };
  const given = Object.entries(variables).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  const stages: string[] = [];
  let since = performance.now();
  const onLine = (line: string): void => {
    const stage = STAGES[stages.length];
    if (!stage || !stage[1].test(line)) return;
    stages.push(`${stage[0]} ${((performance.now() - since) / 1000).toFixed(1)} s`);
    since = performance.now();
  };
  bench.say('packer build, emulated: this takes minutes');
  await settle(bench);
  const took = await seconds(() => {
    since = performance.now();
    // Packer’s plugins and QEMU end with the namespace, however Packer ends.
    const contained = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'packer'];
    return bench.host.run('unshare', [...contained, 'build', '-color=false', ...given, template], {
      env: { CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: join(folder, 'cache'), HOME: folder, TMPDIR: folder },
      onLine,
    });
  });
  return { seconds: took, stages, image: join(output, 'qemu', `${plan.image.name}.qcow2`) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The comparison holds only if both made the same machine: titles of the offline checks that Packer's image fails. */
async function failedChecks(bench: Bench, image: string): Promise<readonly string[]> {
  const plan = join(bench.folder, 'plan', PROFILE, 'plan.json');
  const { stdout } = await bench.host.run(
    process.execPath,
    [BAKE, 'verify', '--offline', '--format', 'json', '--plan', plan, image],
    { env: { TMPDIR: bench.folder }, okCodes: [0, 1] },
  );
  const { results } = JSON.parse(stdout) as { results: readonly { status: string; title: string }[] };
  return results.filter(({ status }) => status === 'fail').map(({ title }) => title);
}
