import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { assembleDisk } from '../../src/build/disk/assemble.ts';
import { DISK_TOOLS, DiskError, diskRun } from '../../src/build/disk/tools.ts';
import { formatsOf } from '../formats/support.ts';
import { makeFakeTree, MARKS, addGrub } from './fake-tree.ts';

const MIB = 2 ** 20;

describe('failures name their remedy', () => {
  let base: string;
  let tree: string;

  const assemble = (diskSizeBytes: number, work = base) =>
    assembleDisk({ tree, work, diskSizeBytes, arch: 'amd64', seed: 's' }, { run });

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-failures-'));
    tree = join(base, 'tree');
    await makeFakeTree(tree);
    await addGrub(tree);
  });
  after(() => rm(base, { recursive: true, force: true }));

  it('a tool that is missing', async () => {
    const missing = diskRun({ run: (_, args, options) => run('/nowhere/mke2fs', args, options) }, base);
    await assert.rejects(missing('mke2fs', []), (error: unknown) => {
      assert.ok(error instanceof ToolFailure);
      assert.equal(error.message, 'mke2fs is not installed: apt-get install e2fsprogs');
      return true;
    });
  });

  it('every tool is listed with a package that has it', async () => {
    for (const [tool, from] of Object.entries(DISK_TOOLS)) {
      const { stdout } = await run('dpkg', ['-S', `*/${tool}`]);
      assert.match(stdout, new RegExp(`^${from}: \\S*bin/${tool}$`, 'm'));
    }
  });

  it('a disk too small for its tree', async () => {
    await run('dd', ['if=/dev/urandom', `of=${join(tree, 'data/large')}`, 'bs=1M', 'count=200']);
    await assert.rejects(assemble(256 * MIB), (error: unknown) => {
      assert.ok(error instanceof ToolFailure);
      assert.match(error.message, /does not fit the disk: give the image a larger disk size/);
      return true;
    });
    await rm(join(tree, 'data/large'));
  });

  it('a disk too small for anything', async () => {
    await assert.rejects(assemble(MIB), { name: 'DiskError', message: /at least 268435456/ });
  });

  it('a work directory that is full', async () => {
    const small = join(base, 'small');
    await mkdir(small);
    await run('dd', ['if=/dev/urandom', `of=${join(tree, 'data/random')}`, 'bs=1M', 'count=24']);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', small]);
    try {
      await assert.rejects(assemble(512 * MIB, small), (error: unknown) => {
        assert.ok(error instanceof ToolFailure, String(error));
        assert.match(error.message, new RegExp(`no space left where ${small} is`));
        return true;
      });
      await rm(join(small, 'disk.raw'));
      const source = join(base, 'noise.raw');
      await run('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', 'count=24']);
      await assert.rejects(
        formatsOf(['qcow2'], { disk: source, tree, workDir: small }),
        /no space left where/,
      );
    } finally {
      await run('umount', [small]);
      await rm(join(tree, 'data/random'));
    }
  });

  it('a tree without a kernel', async () => {
    const versions = [MARKS.kernel, MARKS.olderKernel];
    for (const version of versions) await rm(join(tree, `boot/initrd.img-${version}`));
    await assert.rejects(assemble(512 * MIB), (error: unknown) => {
      assert.ok(error instanceof DiskError);
      assert.match(error.message, /no kernel .*install linux-image-amd64 \(Debian\)/);
      return true;
    });
  });

  it('a tree without GRUB', async () => {
    await rm(join(tree, 'usr/lib/grub/x86_64-efi'), { recursive: true });
    await assert.rejects(assemble(512 * MIB), (error: unknown) => {
      assert.ok(error instanceof DiskError);
      assert.match(
        error.message,
        /no \/usr\/lib\/grub\/x86_64-efi\/moddep.lst: install .*grub-efi-amd64-bin/,
      );
      return true;
    });
  });
});
