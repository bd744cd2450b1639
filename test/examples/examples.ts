import { readdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { TARGET_NAMES, TARGETS } from '../../src/catalog/targets/index.ts';
import { fit } from '../../src/user-data-forms/fit.ts';
import { FORMS } from '../../src/user-data-forms/index.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';

export const EXAMPLES = join(ROOT, 'examples');

/** Folders of examples that are clusters; those without a cluster file hold what others extend. */
export const clusterExamples: readonly string[] = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(EXAMPLES, entry.name)).includes('cluster.yaml'))
  .map(({ name }) => name)
  .sort();

/** User-data for images of ours, or for stock ones. */
export type Form = 'baked' | 'stock';

export interface Rendered {
  readonly example: string;
  readonly form: Form;
  /** Of each machine: its name in the cluster, and where its files are. */
  readonly machines: readonly { readonly name: string; readonly folder: string }[];
  /** What was said beside the result. */
  readonly said: string;
}

/** Credentials that some examples name; whoever uses them writes their own into the secrets file. */
const REGISTRIES = `registries:\n  harbor: { username: 'robot$ci', password: made-up-for-tests }\n`;

/** Renders every example from its own folder, as its README says, with secrets and products in `folder`. */
export async function renderExamples(folder: string, forms: readonly Form[]): Promise<Rendered[]> {
  const rendered: Rendered[] = [];
  for (const example of clusterExamples) {
    const secrets = join(folder, `${example}.secrets.yaml`);
    await succeed(example, ['secrets', 'new', '--cluster', 'cluster.yaml', '--out', secrets]);
    writeFileSync(secrets, readFileSync(secrets, 'utf8') + REGISTRIES);
    for (const form of forms) {
      const out = join(folder, form);
      const stock = form === 'stock' ? ['--stock'] : [];
      const said = await succeed(example, [
        'cluster',
        'render',
        '--secrets',
        secrets,
        '--out',
        out,
        ...stock,
      ]);
      const name = /^name: (\S+)$/m.exec(readFileSync(join(EXAMPLES, example, 'cluster.yaml'), 'utf8'))?.[1];
      assert.ok(name, `${example} has no name`);
      const machines = readdirSync(join(out, name)).map((machine) => ({
        name: machine,
        folder: join(out, name, machine),
      }));
      rendered.push({ example, form, machines, said });
    }
  }
  return rendered;
}

/** Runs a command in an example's folder; gives what it wrote to standard error. */
export async function succeed(example: string, args: readonly string[]): Promise<string> {
  const { code, err } = await bake(args, join(EXAMPLES, example));
  assert.equal(code, 0, `${example}: bake ${args.join(' ')}\n${err}`);
  return err;
}

/** Bytes of a machine's user-data. */
export function sizesOf(folder: string): { readonly raw: number; readonly gzip: number } {
  const text = readFileSync(join(folder, 'user-data'));
  return { raw: text.length, gzip: gzipSync(text, { level: 9 }).length };
}

/** The largest of each example and form, and the platforms that do not take it. */
export function sizeTable(rendered: readonly Rendered[]): string[] {
  return rendered.map(({ example, form, machines }) => {
    const sizes = machines.map(({ name, folder }) => ({ name, folder, ...sizesOf(folder) }));
    const [largest] = sizes.sort((a, b) => b.raw - a.raw);
    if (!largest) throw new Error(`${example} has no machine`);
    const { name, raw, gzip, folder } = largest;
    const userData = readFileSync(join(folder, 'user-data'), 'utf8');
    const asked = TARGET_NAMES.map((target) => {
      const [first] = TARGETS[target].forms;
      assert.ok(first);
      return { target, ...fit(userData, FORMS[first.form], TARGETS[target]) };
    });
    const refused = asked.filter(({ fits }) => !fits).map(({ target }) => target);
    const packed = asked
      .filter(({ fits, payload }) => fits && payload.kind === 'mime+gzip')
      .map(({ target }) => target);
    const notes = [
      ...(packed.length > 0 ? [`packed only: ${packed.join(', ')}`] : []),
      ...(refused.length > 0 ? [`too large for: ${refused.join(', ')}`] : []),
    ];
    return `${example}, ${form}: at most ${raw} bytes, ${gzip} gzipped (${name})${notes.map((note) => `; ${note}`).join('')}`;
  });
}
