import { copyFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { makeSeedIso } from '../../adapters/seed-iso.ts';
import { BOOTHOOK, CHECK_SCRIPT, MACHINE_CHECKS, SEED_FOLDER } from './guest-scripts.ts';

/** What goes onto the medium that cloud-init's NoCloud source reads. */
export interface Seed {
  /** `verify.sh`: prints TAP, needs nothing installed. */
  readonly verifyScript: string;
  /** The machine's own user-data, any form that cloud-init knows. */
  readonly userData?: string;
  readonly metaData?: string;
  readonly goss?: { readonly binary: string; readonly gossfile: string };
  /** How long the guest lets each part of the checks run. */
  readonly partSeconds: number;
}

/**
 * Makes the ISO and gives its path. Rejects with ToolFailure when xorriso fails.
 */
export async function makeSeed(seed: Seed, workDir: string, run: Run): Promise<string> {
  const root = join(workDir, 'seed');
  const folder = join(root, SEED_FOLDER);
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, 'user-data'), multipart([...(seed.userData ? [seed.userData] : []), BOOTHOOK]));
  await writeFile(
    join(root, 'meta-data'),
    seed.metaData ?? 'instance-id: bake-verify\nlocal-hostname: bake-verify\n',
  );
  await writeFile(join(folder, 'check'), CHECK_SCRIPT);
  await writeFile(join(folder, 'machine'), MACHINE_CHECKS);
  await writeFile(join(folder, 'verify.sh'), seed.verifyScript);
  await writeFile(join(folder, 'limits'), `PART_SECONDS=${seed.partSeconds}\n`);
  if (seed.goss) {
    await copyFile(seed.goss.binary, join(folder, 'goss'));
    await chmod(join(folder, 'goss'), 0o755);
    await writeFile(join(folder, 'goss.yaml'), seed.goss.gossfile);
  }
  const iso = join(workDir, 'seed.iso');
  await makeSeedIso(root, iso, run);
  return iso;
}

/**
 * User-data of several parts. cloud-init tells the kind of a text/plain part by its first line, so
 * each part is taken for what it would be alone; a part that is multipart itself is nested as one.
 */
export function multipart(parts: readonly string[]): string {
  let boundary = 'bake-verify-part';
  while (parts.some((part) => part.includes(boundary))) boundary += '-outer';
  const bodies = parts.map((part) => `--${boundary}\n${isMime(part) ? part : base64Part(part)}\n`);
  return `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n${bodies.join('')}--${boundary}--\n`;
}

function isMime(text: string): boolean {
  return /^(content-type|mime-version):/i.test(text);
}

function base64Part(text: string): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64').replace(/.{76}/g, '$&\n');
  return `Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${encoded}\n`;
}
