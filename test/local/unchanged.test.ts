import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { identityOf } from '../../src/build/bake-image.ts';
import { recipeOf } from '../../src/build/formats/recipe.ts';
import { bake } from '../support/cli.ts';
import { artifact, compileText } from '../support/compile-text.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** Nobody listens at this port. */
const UNREACHABLE = `extends: worker
kubernetes:
  source:
    url: https://127.0.0.1:9/{minor}/deb/
    keyUrl: https://127.0.0.1:9/key
    fingerprint: ${'A'.repeat(40)}
`;

/** Compiles a profile and puts into its folder what a bake of it leaves there: an image (here of no use) and its manifest. */
async function asBaked(folder: string): Promise<string> {
  writeFileSync(join(folder, 'mine.yaml'), UNREACHABLE);
  const compiled = await bake(['compile', '--profile', './mine.yaml'], folder);
  assert.equal(compiled.code, 0, compiled.err);
  const out = join(folder, 'out/mine');
  const { value } = compileText(UNREACHABLE);
  assert.ok(value);
  const { plan, artifacts, delivery } = value;
  assert.equal(readFileSync(join(out, 'plan.json'), 'utf8'), artifact(value, 'plan.json'));
  const name = `${plan.image.name}.qcow2`;
  writeFileSync(join(out, name), 'an image');
  const { size: bytes, mtimeMs } = statSync(join(out, name));
  const { buildId } = identityOf(plan, artifacts);
  const file = { format: 'qcow2', recipe: recipeOf('qcow2', delivery) };
  writeFileSync(
    join(out, 'manifest.json'),
    JSON.stringify({ buildId, files: [{ ...file, name, bytes, mtimeMs, sha256: '' }] }),
  );
  return out;
}

const times = (folder: string): string[] =>
  [folder, ...readdirSync(folder).map((name) => join(folder, name))].map(
    (path) => `${path} ${statSync(path).mtimeMs}`,
  );

test('a bake of what is baked needs no network and no cache, and writes nothing', () =>
  inTempFolder(async (folder) => {
    const before = times(await asBaked(folder));
    const { code, out, err } = await bake(['--profile', './mine.yaml'], folder);
    assert.equal(code, 0, err);
    assert.match(out, /^Nothing has changed: out\/mine\//);
    assert.deepEqual(times(join(folder, 'out/mine')), before);
    assert.equal(existsSync(join(folder, '.cache')), false);
  }));

test('what is compiled lies beside it, the template for Packer too', () =>
  inTempFolder(async (folder) => {
    const out = await asBaked(folder);
    const template = join(out, 'packer/qemu/build.pkr.hcl');
    rmSync(join(out, 'packer'), { recursive: true });
    rmSync(join(out, 'verify.sh'));
    const { code, err } = await bake(['--profile', './mine.yaml'], folder);
    assert.equal(code, 0, err);
    assert.deepEqual([existsSync(template), existsSync(join(out, 'verify.sh'))], [true, true]);
  }));

test('--fresh asks for all of it', () =>
  inTempFolder(async (folder) => {
    await asBaked(folder);
    const { code, err } = await bake(['--profile', './mine.yaml', '--fresh'], folder);
    assert.equal(code, 3, err);
    assert.match(err, /can’t reach 127\.0\.0\.1:9/);
  }));
