import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileProvider, openProfile, readBalancerPieces, readPieces } from '../../src/adapters/files.ts';
import { compile, type Compiled } from '../../src/compile.ts';
import { helpersFor, helpersOf } from '../../src/emit/shell.ts';
import type { Outcome } from '../../src/diagnostics/diagnostic.ts';
import { renderText } from '../../src/diagnostics/render.ts';
import type { Member } from '../../src/firstboot/member.ts';
import { readClusterIn } from './cluster-case.ts';
import { sampleSecrets } from './cluster-secrets.ts';
import { matchesFile, updating } from './update.ts';
import assert from 'node:assert/strict';

/** The golden cases: every folder below test/cases. */
export const CASES = fileURLToPath(new URL('../cases/', import.meta.url));
export const caseNames = readdirSync(CASES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** What options.json of a case may say. */
interface CaseOptions {
  /** Path of the profile below the case's folder; profile.yaml when absent. */
  readonly profile?: string;
  readonly standIn?: boolean;
  /** The machine's place in the cluster of cluster.yaml beside it; its secrets are test/support/cluster-secrets.ts. */
  readonly node?: string;
  /** The artifacts to keep; all when absent. */
  readonly artifacts?: readonly string[];
}

export function optionsOf(name: string): CaseOptions {
  const file = join(CASES, name, 'options.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CaseOptions) : {};
}

/** Compiles a case with the real files, from a working directory. */
export function compileCase(name: string, cwd = join(CASES, name)): Outcome<Compiled> {
  const { profile = 'profile.yaml', standIn = false, node } = optionsOf(name);
  const opened = openProfile(join(CASES, name, profile), cwd);
  if ('reason' in opened) throw new Error(`${name}/${profile}: ${opened.reason}`);
  return compile(opened.source, fileProvider(cwd), readPieces(), {
    standIn,
    ...(node === undefined ? {} : { member: memberOf(join(CASES, name), node) }),
  });
}

function memberOf(folder: string, name: string): Member {
  const { value: cluster, diagnostics } = readClusterIn(folder);
  assert.ok(cluster, diagnostics.map(({ message }) => message).join('; '));
  const node = cluster.cluster.nodes.find((one) => one.name === name);
  assert.ok(node, `${folder} has no node ${name}`);
  const secrets = sampleSecrets(cluster.cluster.name);
  return { cluster, node, secrets, balancer: readBalancerPieces() };
}

const DIAGNOSTICS = 'diagnostics.txt';

/** Every expected file of a case, by name: its artifacts, and what the compiler had to say where it did. */
export function productsOf(name: string): Map<string, string> {
  const { value, diagnostics } = compileCase(name);
  const text = diagnostics.map((diagnostic) => `${renderText(diagnostic)}\n`).join('');
  assert.ok(value, `${name} does not compile:\n${text}`);
  const wanted = optionsOf(name).artifacts;
  const kept = value.artifacts.filter((artifact) => wanted?.includes(artifact.name) ?? true);
  assert.ok(
    !wanted || kept.length === wanted.length,
    `${name}/options.json names an artifact that is not made`,
  );
  const products = new Map(kept.map((artifact) => [artifact.name, withoutHelpers(artifact.text)]));
  if (text !== '') products.set(DIAGNOSTICS, text.replaceAll(join(CASES, name), '.'));
  return products;
}

/** Compares what a case compiles to with test/cases/NAME/expected, file by file. */
export function checkCase(name: string): void {
  const folder = join(CASES, name, 'expected');
  if (updating) rmSync(folder, { recursive: true, force: true });
  const products = productsOf(name);
  for (const [file, text] of products) matchesFile(text, join(folder, file));
  assert.deepEqual(readdirSync(folder).sort(), [...products.keys()].sort(), 'no expected file is left over');
}

/**
 * The helpers are the same in every script; in golden copies a line stands for them, so that a change of a helper does
 * not touch every case.
 */
function withoutHelpers(text: string): string {
  const pieces = readPieces();
  const some = [
    ['container-images', 'stand-in', 'selinux', 'seal'],
    ['container-images', 'stand-in'],
    ['container-images'],
    ['stand-in'],
    ['container-images', 'selinux'],
    ['selinux'],
    [],
  ] as const;
  const cut = (['debian-13', 'rocky-9'] as const).flatMap((os) =>
    some.map((kinds) => helpersFor(new Set(kinds), helpersOf({ os }, pieces))),
  );
  return [...cut, pieces.verifyHelpers].reduce((shorter, helpers) => {
    const body = helpers.replace(/^# shellcheck shell=bash\n/, '').trimEnd();
    const indented = body.replace(/^(?=.)/gm, '      ');
    return shorter.replace(indented, () => `      ${MARKER}`).replace(body, () => MARKER);
  }, text);
}

const MARKER = '# (the helpers of userdata/ stand here)';
