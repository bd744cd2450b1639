import { run } from '../adapters/process.ts';
import { FORMATS } from '../build/formats/index.ts';
import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { examine } from '../doctor/examine.ts';
import { installCommand, installPackages } from '../doctor/install.ts';
import { keyringNeed, NEEDS, type Need, type Purpose } from '../doctor/needs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Delivery } from '../profile/profile.ts';
import { EXIT, Stop, type Io } from './io.ts';

/** The needs of some purposes, and more. */
export function needsFor(purposes: readonly Purpose[], more: readonly Need[] = []): readonly Need[] {
  return [...NEEDS.filter((need) => need.purposes.some((purpose) => purposes.includes(purpose))), ...more];
}

/** What this machine must have to bake a plan: it depends on what the image starts from, and what it becomes. */
export function needsOf({ os, image }: Plan, { formats }: Delivery): readonly Need[] {
  const purposes: readonly Purpose[] = ['bake', ...formats.flatMap((format) => FORMATS[format].needs)];
  if (image.base.from === 'cloud-image') return needsFor([...purposes, 'cloud-image']);
  const system = OPERATING_SYSTEMS[os];
  if (system.packageManager !== 'apt') return needsFor(purposes);
  return needsFor(purposes, [keyringNeed(system.keyring.path, system.keyring.package)]);
}

/**
 * Sees to it that this machine has what is needed: as root, by installing it, after saying so; otherwise by naming the
 * one command that would.
 */
export async function requireTools(needs: readonly Need[], io: Io): Promise<void> {
  const missing = (await examine(needs, io.env['PATH'] ?? '', run)).filter(
    ({ problem }) => problem !== undefined,
  );
  if (missing.length === 0) return;
  const wanted = missing.map(({ need }) => need);
  const list = missing
    .map(({ need, problem }) => `  ${need.package}: ${problem ?? ''} (${need.why})`)
    .join('\n');
  const command = await installCommand(wanted);
  if (process.getuid?.() !== 0) throw new Stop(EXIT.tool, `this machine lacks\n${list}\nAs root: ${command}`);
  io.err(`This machine lacks\n${list}\nInstalling: ${command}\n`);
  await installPackages(wanted, run, () => undefined);
  const still = (await examine(wanted, io.env['PATH'] ?? '', run)).filter(
    ({ problem }) => problem !== undefined,
  );
  if (still.length > 0)
    throw new Stop(EXIT.tool, `after installing them: ${still.map(({ problem }) => problem).join('; ')}`);
}
