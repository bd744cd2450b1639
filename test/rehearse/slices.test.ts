import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { lengthenSlices } from '../../src/rehearse/qemu/slices.ts';
import { QEMU } from '../../src/verify/boot/accelerator.ts';

const ORDINARY = /^se\.slice\s*:\s*(\d+)/m;

/** Slices in ns of a process' threads, by name. */
function slicesOf(pid: number): readonly (readonly [name: string, slice: number])[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const read = (file: string): string => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8');
    return [read('comm').trim(), Number(ORDINARY.exec(read('sched'))?.[1])];
  });
}

/** Linux tells of slices since 6.6 and lets them be set since 6.12. */
const told = ORDINARY.test(readFileSync('/proc/self/sched', 'utf8'));

test(
  'emulated processors take long turns, and what serves their disks keeps its short ones',
  { skip: told ? false : 'this kernel does not tell how long turns are' },
  async () => {
    const machine = ['-name', 'turns,debug-threads=on', '-accel', 'tcg,thread=multi', '-smp', '2', '-S'];
    const qemu = spawn(QEMU, [...machine, '-display', 'none', '-serial', 'none', '-monitor', 'none']);
    try {
      await once(qemu, 'spawn');
      await lengthenSlices(run, String(qemu.pid), 2);
      const slices = slicesOf(qemu.pid ?? 0);
      const emulated = slices.filter(([name]) => name.startsWith('CPU '));
      assert.deepEqual(
        emulated.map(([, slice]) => slice),
        [100_000_000, 100_000_000],
      );
      for (const [name, slice] of slices.filter(([name]) => !name.startsWith('CPU ')))
        assert.ok(slice < 10_000_000, `${name}: ${slice}`);
    } finally {
      qemu.kill('SIGKILL');
      await once(qemu, 'exit');
    }
  },
);
