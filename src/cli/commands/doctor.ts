import { run } from '../../adapters/process.ts';
import { examine } from '../../doctor/examine.ts';
import { installCommand } from '../../doctor/install.ts';
import type { Purpose } from '../../doctor/needs.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { needsFor, requireTools } from '../require-tools.ts';

const ABILITIES: readonly { readonly purpose: Purpose; readonly text: string }[] = [
  { purpose: 'bake', text: 'bake images' },
  { purpose: 'verify', text: 'boot images to check them' },
  { purpose: 'rehearse', text: 'rehearse a cluster' },
];

/** What is asked for by name: most people need none of it. */
const MORE = {
  packer: { purpose: 'packer', text: 'have Packer build images' },
  test: { purpose: 'test', text: 'run the tests of bake itself' },
} as const satisfies Readonly<Record<string, (typeof ABILITIES)[number]>>;

export interface DoctorOptions {
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly for?: keyof typeof MORE;
}

/** `bake doctor`: what this machine can do, and the one command that would mend what it can't. */
export async function doctorCommand(options: DoctorOptions, io: Io): Promise<void> {
  const abilities = [...ABILITIES, ...(options.for ? [MORE[options.for]] : [])];
  const purposes = abilities.map(({ purpose }) => purpose);
  if (options.fix) await requireTools(needsFor(purposes), io);
  const findings = await examine(needsFor(purposes), io.env['PATH'] ?? '', run);
  const missing = findings.filter(({ problem }) => problem !== undefined);
  const isRoot = process.getuid?.() === 0;
  const isLinux = process.platform === 'linux';
  if (options.json) {
    io.out(
      `${JSON.stringify({ platform: process.platform, root: isRoot, findings: findings.map(({ need, problem }) => ({ package: need.package, why: need.why, purposes: need.purposes, problem })) }, null, 2)}\n`,
    );
  } else {
    for (const { purpose, text } of abilities) {
      const lacks = missing.filter(({ need }) => need.purposes.includes(purpose));
      const can =
        lacks.length === 0 && (purpose === 'packer' || (isLinux && (purpose === 'verify' || isRoot)));
      io.out(`${can ? 'can  ' : 'can’t'} ${text}\n`);
      if (!isLinux && purpose !== 'packer') io.out('      this needs Linux; compiling works everywhere\n');
      else if (purpose === 'bake' && !isRoot) io.out('      the local builder needs root: sudo bake ...\n');
      else if (purpose === 'rehearse' && !isRoot)
        io.out('      its network and its machines need root: sudo bake ...\n');
      for (const { problem, need } of lacks)
        io.out(`      ${problem ?? ''} (${need.package}: ${need.why})\n`);
    }
    if (missing.length > 0)
      io.out(
        `To mend it: ${isRoot ? `bake doctor --fix${options.for ? ` --for ${options.for}` : ''}` : `sudo ${await installCommand(missing.map(({ need }) => need))}`}\n`,
      );
  }
  if (missing.length > 0) throw new Stop(EXIT.tool, '');
}
