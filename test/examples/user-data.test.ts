import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from '../support/programs.ts';
import { renderExamples, sizesOf, sizeTable, type Form, type Rendered } from './examples.ts';

/** `cloud-init schema --config-file` for many files with one start of Python: the one that the package is for. */
const SCHEMA = `
import sys
from cloudinit.config import schema
for path in sys.argv[1:]:
    schema.handle_schema_args("schema", schema.get_parser().parse_args(["--config-file", path]))
`;

describe('user-data of every machine of every example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bake-test-'));
  let rendered: readonly Rendered[] = [];
  before(async () => {
    rendered = await renderExamples(folder, ['baked', 'stock']);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('cloud-init takes it', async (t) => {
    const files = rendered.flatMap(({ machines }) => machines.map((one) => join(one.folder, 'user-data')));
    const { stdout } = await run('/usr/bin/python3', ['-c', SCHEMA, ...files]);
    assert.equal(stdout.match(/^Valid cloud-config: /gm)?.length, files.length, stdout);
    t.diagnostic(`${files.length} files`);
    // Stock user-data brings the provisioning with it; gzipped it still goes through OpenStack and vSphere.
    for (const { machines } of rendered.filter(({ form }) => form === 'stock'))
      for (const { name, folder: at } of machines) {
        const { raw, gzip } = sizesOf(at);
        assert.ok(gzip <= 49_149 && raw <= 262_144, `${name}: ${raw} bytes, ${gzip} gzipped`);
      }
    for (const line of sizeTable(rendered)) t.diagnostic(line);
  });

  test('is as large as the pages say', () => {
    const cloud = (form: Form, role = ''): Sizes[] => sizes(rendered, form, 'cloud-load-balancer', role);
    const page = 'examples/cloud-load-balancer/README.md';
    const masters = cloud('baked', 'master');
    says(page, /A worker's has ([\d to]+) KiB\./, cloud('baked', 'worker'), 'raw');
    says(page, /A master's has ([\d to]+) KiB,/, masters, 'raw');
    says(page, /or ([\d to]+) KiB by `gzip -9`/, masters, 'gzip');
    says(page, /provisioning, ([\d to]+) KiB and/, cloud('stock'), 'raw');
    says(page, /and ([\d to]+) KiB gzipped/, cloud('stock'), 'gzip');

    const stock = sizes(rendered, 'stock');
    says('README.md', /; ([\d to]+) KiB of user-data for a machine of a cluster/, stock, 'raw');
    const [largest] = stock.toSorted((a, b) => b.raw - a.raw);
    assert.ok(largest);
    says('docs/first-cluster.md', /one that takes ([\d to]+) KiB/, [largest], 'raw');
  });
});

type Sizes = ReturnType<typeof sizesOf>;

/** Of machines whose example and name begin so. */
const sizes = (rendered: readonly Rendered[], form: Form, example = '', role = ''): Sizes[] =>
  rendered
    .filter((one) => one.example.startsWith(example) && one.form === form)
    .flatMap(({ machines }) => machines.filter(({ name }) => name.startsWith(role)))
    .map(({ folder }) => sizesOf(folder));

/** Whole KiB, to the nearest, and a little: keys are random, so that sizes differ from one time to the next, most of all gzipped. */
const CLOSE = 0.8;

/** Whether a page says in the place of a pattern's group, however its lines are broken, `LEAST to MOST` or what both are. */
function says(page: string, pattern: RegExp, of: readonly Sizes[], which: keyof Sizes): void {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/\s+/g, ' ');
  const shown = pattern.exec(text)?.[1];
  const [least, most = least] = shown?.split(' to ').map(Number) ?? [];
  const kib = of.map((one) => one[which] / 1024);
  const [min, max] = [Math.min(...kib), Math.max(...kib)];
  const isSo = (figure: number | undefined, is: number): boolean => Math.abs((figure ?? NaN) - is) <= CLOSE;
  assert.ok(
    isSo(least, min) && isSo(most, max),
    `${page} says ${shown ?? `nothing like ${pattern.source}`}; ${which} it is ${min.toFixed(2)} to ${max.toFixed(2)} KiB`,
  );
}
