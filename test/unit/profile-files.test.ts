import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DiskError } from '../../src/build/disk/tools.ts';
import { aboutBase } from '../../src/cli/profile-files.ts';
import { parsePlan } from '../../src/plan/make-plan.ts';
import { bake } from '../support/cli.ts';
import { compiled } from '../support/compile-text.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const SHA256 = '0'.repeat(64);
const base = (file: string): string =>
  `extends: haproxy\nimage:\n  base:\n    file: ${file}\n    sha256: '${SHA256}'\n`;
const archive = (file: string): string =>
  `extends: worker\nkubernetes:\n  images:\n    - file: ${file}\n      sha256: '${SHA256}'\n`;

describe('files that a profile names are demanded before anything is done', () => {
  for (const [what, text, said] of [
    ['a cloud image that is not there', base('none.qcow2'), /^bake: mine\.yaml:3:3: there is no file none\./],
    ['a cloud image that is a folder', base('folder'), /^bake: mine\.yaml:3:3: folder is no file$/m],
    ['a cloud image below a file', base('mine.yaml/x'), /^bake: mine\.yaml:3:3: can’t read mine\.yaml\/x: /],
    [
      'an archive that is not there',
      archive('none.tar'),
      /^bake: mine\.yaml:4:7: there is no file none\.tar/,
    ],
    ['an archive that is a folder', archive('folder'), /^bake: mine\.yaml:4:7: folder is no file$/m],
  ] as const) {
    test(what, () =>
      inTempFolder(async (folder) => {
        mkdirSync(join(folder, 'folder'));
        writeFileSync(join(folder, 'mine.yaml'), text);
        const { code, err } = await bake(['--profile', './mine.yaml'], folder);
        assert.equal(code, 1, err);
        assert.match(err, said);
      }),
    );
  }

  test('a cloud image lies beside the file that names it', () =>
    inTempFolder(async (folder) => {
      mkdirSync(join(folder, 'company'));
      writeFileSync(join(folder, 'company/ours.yaml'), base('images/none.qcow2'));
      writeFileSync(join(folder, 'mine.yaml'), 'extends: ./company/ours.yaml\n');
      const { err } = await bake(['--profile', './mine.yaml'], folder);
      assert.match(
        err,
        /^bake: company\/ours\.yaml:3:3: there is no file company\/images\/none\.qcow2 beside the profile\n$/,
      );
      await bake(['compile', '--profile', './mine.yaml'], folder);
      const plan = parsePlan(readFileSync(join(folder, 'out/mine/plan.json'), 'utf8'));
      assert.deepEqual(plan?.image.base, {
        from: 'cloud-image',
        location: 'company/images/none.qcow2',
        sha256: SHA256,
      });
    }));
});

test('what is wrong with a cloud image is told of the file and the line that name it', () => {
  const { plan } = compiled({ image: { base: { file: 'vendor.qcow2', sha256: SHA256 } } });
  const told = aboutBase(new DiskError('no partition table'), plan);
  assert.ok(told instanceof DiskError);
  assert.match(told.message, /^mine\.yaml:1:\d+: image\.base vendor\.qcow2: no partition table$/);
  const other = new Error('another');
  assert.equal(aboutBase(other, plan), other);
  const bootstrapped = new DiskError('the root tree does not fit');
  assert.equal(aboutBase(bootstrapped, compiled({}).plan), bootstrapped);
});
