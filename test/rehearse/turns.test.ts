import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterRole } from '../../src/cluster/cluster.ts';
import { inTurns, nicenessOf } from '../../src/rehearse/qemu/turns.ts';
import { QEMU } from '../../src/verify/boot/accelerator.ts';

const ORDINARY = /^se\.slice\s*:\s*(\d+)/m;

const SCHED_BATCH = 3;

interface Turns {
  readonly name: string;
  /** ns */
  readonly slice: number;
  readonly nice: number;
  readonly policy: number;
}

function turnsOf(pid: number): readonly Turns[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const read = (file: string): string => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8');
    const afterName = read('stat').split(') ')[1]?.split(' ') ?? [];
    return {
      name: read('comm').trim(),
      slice: Number(ORDINARY.exec(read('sched'))?.[1]),
      nice: Number(afterName[16]),
      policy: Number(afterName[38]),
    };
  });
}

/** Linux tells of slices since 6.6 and lets them be set since 6.12. */
const told = ORDINARY.test(readFileSync('/proc/self/sched', 'utf8'));

test(
  'an emulated machine takes long turns, and is as nice as it should be',
  { skip: told ? false : 'this kernel does not tell how long turns are' },
  async () => {
    const [command = '', ...before] = inTurns(6);
    const machine = ['-name', 'turns', '-accel', 'tcg,thread=multi', '-smp', '2', '-S'];
    const quiet = ['-display', 'none', '-serial', 'none', '-monitor', 'none'];
    const qemu = spawn(command, [...before, QEMU, ...machine, ...quiet], { detached: true });
    try {
      await once(qemu, 'spawn');
      const pid = qemu.pid ?? 0;
      while (!QEMU.startsWith(turnsOf(pid)[0]?.name ?? '-') || turnsOf(pid).length < 4) await sleep(50);
      for (const { name, ...turns } of turnsOf(pid))
        assert.deepEqual(turns, { slice: 25_000_000, nice: 6, policy: SCHED_BATCH }, name);
      if (existsSync(`/proc/${pid}/autogroup`))
        assert.match(readFileSync(`/proc/${pid}/autogroup`, 'utf8'), /nice 6$/m);
    } finally {
      qemu.kill('SIGKILL');
      await once(qemu, 'exit');
    }
  },
);

test('whom others wait for comes first', () => {
  const machines = ['worker w', 'haproxy h', 'master b', 'haproxy i', 'master a'].map((text) => {
    const [role = '', name = ''] = text.split(' ');
    return { name, role: role as ClusterRole };
  });
  const niceness = machines.map((machine) => [machine.name, nicenessOf(machine, machines)]);
  assert.deepEqual(Object.fromEntries(niceness), { b: 0, h: 0, a: 5, i: 8, w: 8 });
});
