import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Artifact } from '../../src/emit/emit.ts';
import { makeBuildKey, publicLine } from '../../src/packer/build-key.ts';
import type { Builder } from '../../src/packer/builder.ts';
import { emitPacker, KEY_FILE } from '../../src/packer/template.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { readPackerPieces } from '../../src/adapters/files.ts';
import { pieces } from './compile-text.ts';

/** One for all tests of a process: it is random, and what it says is not what they are about. */
const KEY = makeBuildKey();
export const PUBLIC = publicLine(KEY) ?? '';

export const templatePieces = { ...pieces, ...readPackerPieces() };

export const templateOf = (plan: Plan, builders: readonly Builder[]): Artifact[] =>
  emitPacker(plan, templatePieces, builders, PUBLIC);

export function textOf(artifacts: readonly Artifact[], name: string): string {
  const found = artifacts.find((one) => one.name === name);
  if (!found) throw new Error(`no ${name} among ${artifacts.map((one) => one.name).join(', ')}`);
  return found.text;
}

/** The folder as Packer 1.6 wants it, without plugins.pkr.hcl, and the files that the examples of variables name. */
export function writeTemplate(artifacts: readonly Artifact[], folder: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const { name, text } of artifacts) write(name, text);
  rmSync(join(folder, 'plugins.pkr.hcl'));
  write(KEY_FILE, KEY);
  // Oracle's: RSA, in PKCS#1.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  write('oci.pem', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  for (const name of ['base/base.vmx', 'base.ova', 'worker.qcow2', 'archives/images.tar']) write(name, '');
}
