import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Compiled } from '../../src/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { artifact } from './compile-text.ts';
import { provisionCalls, verifyCalls, wordsOf, type Call } from './recorded.ts';

type Data = Record<string, never>;
export interface WrittenFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly permissions: string;
}
export interface CloudConfig {
  readonly write_files?: readonly WrittenFile[];
  readonly users?: readonly (string | Record<string, unknown>)[];
  readonly ssh_authorized_keys?: readonly string[];
  readonly packages?: readonly unknown[];
}

/** What a person's values have become, read back from each product by what reads it on the machine. */
export interface Machine {
  readonly plan: Plan;
  /** Calls that provision.sh makes of its helpers. */
  readonly provision: readonly Call[];
  /** The same of the script in user-data.stock. */
  readonly stockScript: readonly Call[];
  readonly userData: CloudConfig;
  readonly stock: CloudConfig;
  readonly goss: Readonly<Record<string, Readonly<Record<string, Data>>>>;
  /** Arguments of each check in verify.sh: title, origin, helper, its arguments. */
  readonly checks: readonly (readonly string[])[];
  /** The words that bash makes of a command of goss.yaml. */
  readonly words: (title: string) => readonly string[];
}

/** Each product is read when it is first asked for; the scripts by bash, to their end. */
export function machineOf(compiled: Compiled, folder: string): Machine {
  const cloudConfig = (name: string): CloudConfig => {
    const text = artifact(compiled, name);
    assert.match(text, /^#cloud-config\n/);
    return readTwice(text) as CloudConfig;
  };
  const stock = once(() => cloudConfig('user-data.stock'));
  const userData = once(() => cloudConfig('user-data'));
  const script = once(
    () => stock().write_files?.find(({ path }) => path === '/var/lib/bake/provision.sh')?.content ?? '',
  );
  const goss = once(() => readTwice(fillGoTemplate(artifact(compiled, 'goss.yaml'))) as Machine['goss']);
  const provision = once(() => provisionCalls(artifact(compiled, 'provision.sh'), folder));
  const stockScript = once(() => provisionCalls(script(), folder));
  const checks = once(() =>
    verifyCalls(artifact(compiled, 'verify.sh'), folder)
      .filter(({ name }) => name === 'tap')
      .map(({ args }) => args),
  );
  return {
    plan: compiled.plan,
    get provision() {
      return provision();
    },
    get stockScript() {
      return stockScript();
    },
    get userData() {
      return userData();
    },
    get stock() {
      return stock();
    },
    get goss() {
      return goss();
    },
    get checks() {
      return checks();
    },
    words: (title) => wordsOf(String(goss()['command']?.[title]?.['exec']), folder),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** By YAML 1.2, and by 1.1 as cloud-init reads it: both must say the same. */
function readTwice(text: string): unknown {
  const value: unknown = parse(text);
  assert.deepEqual(parse(text, { version: '1.1', merge: true }), value);
  return value;
}

/** What Go's text/template makes of the one action that goss.yaml may hold. */
function fillGoTemplate(text: string): string {
  const filled = text.replaceAll('{{"{{"}}', '\u0000');
  assert.ok(!filled.includes('{{'), 'goss.yaml holds no other action');
  return filled.replaceAll('\u0000', '{{');
}
