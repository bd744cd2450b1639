import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { yamlText } from '../../text/yaml.ts';
import { ROOM, type Format, type FormatJob } from './format.ts';
import { placeFile, ROOT_TREE } from './tar.ts';

/**
 * Of LXD and Incus: a unified image for containers, metadata.yaml and rootfs/ in one archive (LXD documentation, "Image format"). There are no
 * templates: cloud-init asks LXD itself for the machine's name.
 */
export const lxd: Format = {
  fileName: (image) => `${image}.lxd.tar.zst`,
  from: 'tree',
  needs: ['zstd'],
  room: ROOM.compressed,
  make: async (job) => {
    const { source, target, scratch, run } = job;
    const made = await lastInstallation(source);
    await placeFile(join(scratch, 'metadata.yaml'), yamlText(metadata(job, made)), made);
    await run('tar', [
      ...['--create', `--file=${target}`, '--use-compress-program=zstd -q -T0', ...ROOT_TREE],
      // Targets of hard links are members; those of symbolic links are paths in the machine.
      ...[`--directory=${scratch}`, 'metadata.yaml', '--transform=flags=rSh;s,^\\.\\(/\\|$\\),rootfs\\1,'],
      ...[`--directory=${source}`, '.'],
    ]);
  },
};

/** LXD wants a time of creation. In seconds since the epoch: when packages were last installed, as the hour of baking is nobody's. */
async function lastInstallation(tree: string): Promise<number> {
  return Math.floor((await stat(join(tree, 'var/lib/dpkg/status'))).mtimeMs / 1000);
}

const ARCHITECTURES = { amd64: 'x86_64', arm64: 'aarch64' } as const;

function metadata({ plan }: FormatJob, made: number): unknown {
  const system = OPERATING_SYSTEMS[plan.os];
  const { title } = system;
  const standIn = plan.standIn ? ' (STAND-INS in place of Kubernetes)' : '';
  return {
    architecture: ARCHITECTURES[plan.arch],
    creation_date: made,
    properties: {
      name: plan.image.name,
      description: `${plan.image.name}: ${plan.role} on ${title}${standIn}`,
      os: plan.os.replace(/-.*/, ''),
      release: system.packageManager === 'apt' ? system.codename : system.version,
      architecture: ARCHITECTURES[plan.arch],
    },
  };
}
