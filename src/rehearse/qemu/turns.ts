import type { Machine } from '../machine.ts';

/** How long a machine keeps a processor before another one has its turn, in ns: with 100 ms, answers over TLS came too late for checks. */
const SLICE_NS = 25_000_000;

/** sched_setattr(2) by number: no program of the usual ones sets the slice of a thread. Policy 3 is SCHED_BATCH. */
const SCRIPT = `
use strict;
my ($slice, $nice, @command) = @ARGV;
my $number = { x86_64 => 314, aarch64 => 274 }->{(POSIX::uname())[4]};
syscall($number, 0, pack('LLQlLQQQ', 48, 3, 0, $nice, 0, $slice, 0, 0), 0) if $number;
# Programs of one session share their time as if they were one (sched(7), autogroups), and every machine is in a session of its own.
if (open(my $group, '>', '/proc/self/autogroup')) { print $group $nice }
exec { $command[0] } @command;
`;

/**
 * How nice a machine is to the others, where emulated machines outnumber the computer's processors: first come the first master, which
 * all others wait for, and the first balancer, which it starts the cluster through; then the other masters, which join one after
 * another. (All balancers at once would have their hands full, asking and answering, while the others boot: a third of a processor each.)
 */
export function nicenessOf(
  machine: Pick<Machine, 'name' | 'role'>,
  all: readonly Pick<Machine, 'name' | 'role'>[],
): number {
  const first = all.find(({ role }) => role === machine.role);
  if (machine.role !== 'worker' && machine.name === first?.name) return 0;
  return machine.role === 'master' ? 5 : 8;
}

/**
 * The words before a command that starts an emulated machine: it takes long turns that nobody who wakes up cuts short. With the usual
 * turns of 3 ms, seven machines on two processors push each other out of their caches: half as much processor time again for each
 * boot. Turns have an effect since Linux 6.12 (EEVDF's slices); nothing depends on it.
 */
export function inTurns(niceness: number): readonly string[] {
  return ['perl', '-MPOSIX', '-e', SCRIPT, String(SLICE_NS), String(niceness)];
}
