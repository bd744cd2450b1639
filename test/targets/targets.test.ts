import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TARGET_NAMES, TARGETS } from '../../src/catalog/targets/index.ts';
import { FORM_NAMES, TARGET, type Target } from '../../src/catalog/targets/target.ts';
import { writeFor } from '../../src/user-data-forms/index.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';

const userDataOf = (bytes: number): string => `#cloud-config\n${'x'.repeat(bytes - 14)}`;

describe('every target', () => {
  test('is a file that is listed, and every file is', () => {
    const files = readdirSync(join(ROOT, 'src/catalog/targets')).map((file) => file.replace(/\.ts$/, ''));
    assert.deepEqual(
      files.filter((name) => !['index', 'target'].includes(name)).sort(),
      [...TARGET_NAMES].sort(),
    );
  });

  for (const name of TARGET_NAMES) {
    const target: Target = TARGETS[name];
    test(name, () => {
      TARGET.parse(target);
      const forms = target.forms.map(({ form }) => form);
      assert.equal(new Set(forms).size, forms.length);
      assert.equal(forms.includes('cli'), target.cli !== undefined);
      for (const form of forms)
        assert.ok(
          writeFor(target, form, { userData: userDataOf(100) }).text,
          `${form} can carry nothing that it takes`,
        );
    });
  }

  test('no form is there for nobody', () => {
    const used = new Set(TARGET_NAMES.flatMap((name) => TARGETS[name].forms.map(({ form }) => form)));
    assert.deepEqual(
      FORM_NAMES.filter((form) => !used.has(form)),
      [],
    );
  });
});

describe('limits', () => {
  /** The largest plain text that a platform takes, in bytes, and by which form. */
  const ROOM: readonly (readonly [name: keyof typeof TARGETS, form: 'text' | 'cli', bytes: number])[] = [
    ['aws', 'text', 16_384],
    ['tencent', 'text', 16_384],
    // 32,000 characters of base64.
    ['oracle', 'text', 24_000],
    ['nutanix', 'text', 32_768],
    ['hetzner', 'text', 32_768],
    ['alibaba', 'text', 32_768],
    ['huawei', 'text', 32_768],
    // 65,535 characters of base64.
    ['openstack', 'cli', 49_149],
    ['azure', 'text', 65_535],
    ['digitalocean', 'text', 65_536],
    ['gcp', 'text', 262_144],
  ];
  for (const [name, form, bytes] of ROOM)
    test(`${name}: ${bytes} bytes of text and no more`, () => {
      const kind = (size: number): string =>
        writeFor(TARGETS[name], form, { userData: userDataOf(size) }).payload.kind;
      assert.equal(kind(bytes), 'plain');
      assert.equal(kind(bytes + 1), 'mime+gzip');
    });

  test('every other target has none, or takes no text', () => {
    const rest = TARGET_NAMES.filter((name) => !ROOM.some(([known]) => known === name));
    for (const name of rest) {
      const { limit, encodings } = TARGETS[name].userData;
      assert.ok(limit === undefined || !encodings.includes('plain'), name);
    }
  });
});

describe('bake targets', () => {
  const asked = (...args: string[]) => bake(['targets', ...args], ROOT);

  test('lists them', async () => {
    const { code, out } = await asked();
    assert.equal(code, 0);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(' ')[0]),
      [...TARGET_NAMES],
    );
    assert.match(out, /^oracle +Oracle +31 KiB of base64 +text base64 cli$/m);
    const data = JSON.parse((await asked('--json')).out) as Record<string, Target>;
    assert.deepEqual(data, TARGETS);
  });

  test('explains each', async () => {
    for (const name of TARGET_NAMES) {
      const { code, out } = await asked(name);
      assert.equal(code, 0);
      const { forms, sources, datasources }: Target = TARGETS[name];
      for (const { form, paste } of forms) {
        assert.ok(out.includes(`\n  ${form} `), `${name}: ${form}`);
        assert.ok(out.includes(paste), `${name}: ${paste}`);
      }
      for (const source of sources) assert.ok(out.includes(source), `${name}: ${source}`);
      // On one line, else ds-identify does not read it.
      assert.ok(out.includes(`datasource_list: [ ${datasources.join(', ')}`), name);
      assert.equal((JSON.parse((await asked(name, '--json')).out) as { name: string }).name, name);
    }
  });

  test('knows what was meant', async () => {
    const { code, err, out } = await asked('vspher');
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /there is no target "vspher"; did you mean "vsphere"\?/);
    assert.match((await asked('mainframe')).err, /there are nocloud, qemu, .*huawei \(bake targets\)/);
    assert.match((await asked('__proto__')).err, /there is no target/);
  });

  test('says what to do where there can be none', async () => {
    const { code, err, out } = await asked('lima');
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /no target "lima"; Lima writes the seed .* images: .* provision:/);
  });
});
