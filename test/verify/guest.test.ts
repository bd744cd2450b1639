import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, type Run } from '../../src/adapters/process.ts';
import { chooseAccelerator, tryGuest } from '../../src/verify/boot/accelerator.ts';
import { firmwareArguments } from '../../src/verify/boot/firmware.ts';
import { findGoss } from '../../src/verify/boot/goss.ts';
import { BOOTHOOK, CHECK_SCRIPT, MACHINE_CHECKS } from '../../src/verify/boot/guest-scripts.ts';
import { makeSeed, multipart } from '../../src/verify/boot/seed.ts';
import { verifyBoot } from '../../src/verify/boot/verify-boot.ts';
import { withScratch } from './synthetic-image.ts';

test('the trial guest runs under emulation, so that a KVM that fails it is to blame itself', async () => {
  await withScratch(async (scratchDir) => {
    assert.equal(await tryGuest(['-accel', 'tcg'], { run, scratchDir }), undefined);
    assert.match((await tryGuest(['-accel', 'no-such-thing'], { run, scratchDir })) ?? '', /no-such-thing/);
    assert.deepEqual(await readdir(scratchDir), []);
  });
});

test('an accelerator is chosen with a reason', async () => {
  await withScratch(async (scratchDir) => {
    const { name, reason, arguments: args } = await chooseAccelerator({ run, scratchDir });
    assert.ok(['kvm', 'tcg'].includes(name));
    assert.match(args.join(' '), new RegExp(`-accel ${name}`));
    assert.match(reason, name === 'kvm' ? /ran with KVM/ : /did not run with KVM: ./);
  });
});

test('an old QEMU is warned about where it has to emulate', async () => {
  const old: Run = async (command, args, options) =>
    args[0] === '--version'
      ? { exitCode: 0, stdout: 'QEMU emulator version 7.2.17 (Debian 1:7.2)\n', stderr: '' }
      : run(command, ['-accel', 'none', ...args.slice(2)], options);
  await withScratch(async (scratchDir) => {
    const { name, warning } = await chooseAccelerator({ run: old, scratchDir });
    assert.equal(name, 'tcg');
    assert.match(warning ?? '', /QEMU 7\.2\.17 .* use QEMU 10 or newer/);
  });
});

test('UEFI gets a variable store of its own', async () => {
  await withScratch(async (scratch) => {
    const args = await firmwareArguments('uefi', scratch);
    assert.match(args.join(' '), /readonly=on,file=\/usr\/share\/.*readonly=off,file=.*uefi-variables\.fd/);
    assert.deepEqual(await readdir(scratch), ['uefi-variables.fd']);
    assert.deepEqual(await firmwareArguments('bios', scratch), []);
  });
});

test('goss is found where it can be run', async () => {
  await withScratch(async (scratch) => {
    await mkdir(join(scratch, 'a'));
    await mkdir(join(scratch, 'b'));
    await writeFile(join(scratch, 'a/goss'), '', { mode: 0o644 });
    await writeFile(join(scratch, 'b/goss'), '', { mode: 0o755 });
    assert.equal(await findGoss(`${scratch}/a:${scratch}/b`), `${scratch}/b/goss`);
    assert.equal(await findGoss('', `${scratch}/b/goss`), `${scratch}/b/goss`);
    assert.equal(await findGoss(`${scratch}/a`), undefined);
  });
});

test('the guest scripts pass shellcheck', async () => {
  for (const script of [BOOTHOOK.replace('#cloud-boothook\n', ''), CHECK_SCRIPT, MACHINE_CHECKS]) {
    await run('shellcheck', ['-'], { input: script });
  }
});

/** What cloud-init itself takes user-data for: content types and texts of its parts. */
async function partsByCloudInit(userData: string): Promise<readonly (readonly [string, string])[]> {
  const program = `
import json, sys
from cloudinit import helpers, user_data
message = user_data.UserDataProcessor(helpers.Paths({})).process(sys.stdin.read())
print(json.dumps([(p.get_content_type(), p.get_payload(decode=True).decode()) for p in message.walk() if not p.is_multipart()]))
`;
  const { stdout } = await run('/usr/bin/python3', ['-c', program], { input: userData });
  return JSON.parse(stdout) as (readonly [string, string])[];
}

test('cloud-init takes every part for what it is', async () => {
  const config = '#cloud-config\nruncmd: ["echo caffè # {{x}}"]\n';
  const script = '#!/bin/sh\necho hi\n';
  const parts = await partsByCloudInit(multipart([config, script, multipart([script]), BOOTHOOK]));
  assert.deepEqual(parts, [
    ['text/cloud-config', config],
    ['text/x-shellscript', script],
    ['text/x-shellscript', script],
    ['text/cloud-boothook', BOOTHOOK],
  ]);
});

test('the seed holds what the guest needs under the label that cloud-init looks for', async () => {
  await withScratch(async (scratch) => {
    const binary = join(scratch, 'goss-program');
    await writeFile(binary, 'binary', { mode: 0o755 });
    const iso = await makeSeed(
      { verifyScript: 'echo 1..0\n', partSeconds: 60, goss: { binary, gossfile: '{}\n' } },
      scratch,
      run,
    );
    const { stdout, stderr } = await run('xorriso', [
      '-indev',
      iso,
      '-pvd_info',
      '-find',
      '/',
      '-exec',
      'lsdl',
    ]);
    assert.match(stdout + stderr, /Volume Id *: CIDATA/);
    const names = [...stdout.matchAll(/^[-d].* '(\/[^']*)'$/gm)].map(([, name]) => name).sort();
    assert.deepEqual(names, [
      '/',
      '/bake',
      '/bake/check',
      '/bake/goss',
      '/bake/goss.yaml',
      '/bake/limits',
      '/bake/machine',
      '/bake/verify.sh',
      '/meta-data',
      '/user-data',
    ]);
    assert.match(stdout, /^-r.x.*'\/bake\/goss'$/m);
  });
});

async function qemuProcesses(scratch: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(scratch) && command.includes('qemu-system')) found.push(pid);
  }
  return found;
}

async function emptyDisk(scratch: string): Promise<string> {
  const image = join(scratch, 'empty.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '64M']);
  return image;
}

const CHECK = {
  stepId: 's',
  title: 'swap is off',
  origin: { file: 'w', line: 1, column: 1 },
  check: { check: 'swap-off' },
} as const;

test('an image that does not boot fails with the reason, and nothing stays behind', async () => {
  await withScratch(async (scratch) => {
    const image = await emptyDisk(scratch);
    const before = await readFile(image);
    const report = await verifyBoot({
      image,
      firmware: 'bios',
      checks: [CHECK],
      verifyScript: '',
      timeLimitMs: 3000,
      scratchDir: scratch,
      run,
    });
    assert.deepEqual(
      report.results.map(({ status }) => status),
      ['fail', 'fail', 'fail', 'fail'],
    );
    assert.match(report.results[0]?.detail ?? '', /within 3 s|no boot loader/);
    assert.deepEqual(await readdir(scratch), ['empty.qcow2']);
    assert.deepEqual(await readFile(image), before);
    assert.deepEqual(await qemuProcesses(scratch), []);
  });
});

test('a boot that ends over a late emulated timer is begun again, any other panic is not', async () => {
  const timer = "Kernel panic - not syncing: IO-APIC + timer doesn't work!  Boot with apic=debug\n";
  for (const [panics, boots, booted] of [
    [[timer], 2, 'pass'],
    [[timer, timer, timer, timer], 3, 'fail'],
    [['Kernel panic - not syncing: VFS\n'], 1, 'fail'],
  ] as const) {
    await withScratch(async (scratch) => {
      const image = await emptyDisk(scratch);
      let begun = 0;
      const qemu: Run = async (command, args, options) => {
        if (command !== 'setpriv') return run(command, args, options);
        const [console = '', results = ''] = args.flatMap((arg) => /^file:(.*)$/.exec(arg)?.[1] ?? []);
        const panic = panics[begun];
        begun += 1;
        await writeFile(console, panic ?? 'Linux version 6.12\n');
        await writeFile(results, panic === undefined ? '::bake-verify reached\n::bake-verify done\n' : '');
        return { stdout: '', stderr: '', exitCode: 0 };
      };
      const accelerator = { name: 'tcg', arguments: ['-accel', 'tcg'], reason: 'for the test' } as const;
      const options = { image, firmware: 'bios', checks: [], verifyScript: '', scratchDir: scratch } as const;
      const { results } = await verifyBoot({ ...options, accelerator, run: qemu });
      assert.equal(begun, boots);
      assert.equal(results.find(({ id }) => id === 'machine/boot')?.status, booted);
    });
  }
});

test('an abort ends QEMU and removes the overlay', async () => {
  await withScratch(async (scratch) => {
    const image = await emptyDisk(scratch);
    const abort = new AbortController();
    const accelerator = { name: 'tcg', arguments: ['-accel', 'tcg'], reason: 'for the test' } as const;
    const verified = verifyBoot({
      image,
      firmware: 'bios',
      checks: [],
      verifyScript: '',
      accelerator,
      scratchDir: scratch,
      run,
      signal: abort.signal,
    });
    const rejected = assert.rejects(verified, { name: 'AbortError' });
    const deadline = Date.now() + 20_000;
    while ((await qemuProcesses(scratch)).length === 0) {
      assert.ok(Date.now() < deadline, 'QEMU did not start');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    abort.abort();
    await rejected;
    assert.deepEqual(await qemuProcesses(scratch), []);
    assert.deepEqual(await readdir(scratch), ['empty.qcow2']);
  });
});
