import type { Run } from '../../adapters/process.ts';

/** How long an emulated processor keeps one of the computer's before another one has its turn, in ns; Linux takes at most this. */
const SLICE_NS = 100_000_000;

/** sched_setattr(2) by number: no program of the usual ones sets the slice of an ordinary thread. */
const SCRIPT = `
use strict;
my ($pid, $cpus, $slice) = @ARGV;
my $number = { x86_64 => 314, aarch64 => 274 }->{(POSIX::uname())[4]} or exit;
my $attributes = pack('LLQlLQQQ', 48, 0, 0, 0, 0, $slice, 0, 0);
sub emulates {
  open(my $comm, '<', "/proc/$pid/task/$_[0]/comm") or return 0;
  return <$comm> =~ /^CPU /;
}
for (1 .. 100) {
  -d "/proc/$pid" or exit;
  my @threads = grep { emulates($_) } map { m{(\\d+)$} } glob("/proc/$pid/task/*");
  if (@threads >= $cpus) {
    syscall($number, $_ + 0, $attributes, 0) for @threads;
    exit;
  }
  select(undef, undef, undef, 0.1);
}
`;

/**
 * Lets the emulated processors of a QEMU (`debug-threads=on`) take long turns, while what serves their disks and networks keeps its
 * short ones and so comes first. With the usual turns of 3 ms, seven machines on two processors push each other out of their caches and
 * wait for their disks by polling: each boot took half as much processor time again (58 s instead of 38 s until root was mounted). It has
 * an effect since Linux 6.12 (EEVDF's slices); nothing depends on it.
 */
export async function lengthenSlices(run: Run, pid: string, cpus: number): Promise<void> {
  await run('perl', ['-MPOSIX', '-e', SCRIPT, pid, String(cpus), String(SLICE_NS)]).catch(() => undefined);
}
