import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { convertImage } from '../../src/build/disk/convert.ts';

describe('convertImage', () => {
  let base: string;
  let raw: string;

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-convert-'));
    raw = join(base, 'disk.raw');
    await run('dd', ['if=/dev/urandom', `of=${raw}`, 'bs=1M', 'count=64']);
    await run('truncate', ['-s', '1G', raw]);
  });
  after(() => rm(base, { recursive: true, force: true }));

  const leftovers = async () => (await readdir(base)).filter((name) => name !== 'disk.raw').sort();

  it('writes zstd-compressed qcow2 with the same content', async () => {
    const target = join(base, 'a.qcow2');
    await convertImage(raw, target, 'qcow2', { run });
    const info = JSON.parse((await run('qemu-img', ['info', '--output=json', target])).stdout);
    assert.equal(info.format, 'qcow2');
    assert.equal(info['virtual-size'], 2 ** 30);
    assert.equal(info['format-specific'].data['compression-type'], 'zstd');
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', raw, target]);
    assert.deepEqual(await leftovers(), ['a.qcow2']);
    await rm(target);
  });

  it('writes sparse raw with the same content', async () => {
    const target = join(base, 'a.raw');
    await convertImage(raw, target, 'raw', { run });
    await run('cmp', [raw, target]);
    assert.ok((await stat(target)).blocks * 512 < 80 * 2 ** 20);
    await rm(target);
  });

  it('keeps the image that is there until the new one is whole, and leaves nothing when stopped', async () => {
    const target = join(base, 'b.qcow2');
    await writeFile(target, 'the image before');
    const stop = new AbortController();
    let started = false;
    const stopping = convertImage(raw, target, 'qcow2', {
      run: (command, args, options) => {
        started = true;
        setTimeout(() => stop.abort(), 20);
        return run(command, args, options);
      },
      signal: stop.signal,
    });
    await assert.rejects(stopping, (error: unknown) => error instanceof ToolFailure && error.aborted);
    assert.ok(started);
    assert.equal(await readFile(target, 'utf8'), 'the image before');
    assert.deepEqual(await leftovers(), ['b.qcow2']);
    await rm(target);
  });

  it('writes over what a killed conversion left', async () => {
    const target = join(base, 'c.qcow2');
    await writeFile(join(base, '.c.qcow2.partial'), 'half');
    await convertImage(raw, target, 'qcow2', { run });
    await run('qemu-img', ['compare', raw, target]);
    assert.deepEqual(await leftovers(), ['c.qcow2']);
  });
});
