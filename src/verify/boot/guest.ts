import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, ToolFailure } from '../../adapters/process.ts';
import { type Accelerator, QEMU } from './accelerator.ts';
import { deadEnd, hasLoginPrompt } from './console.ts';
import { type GuestReport, parseGuestReport } from './guest-report.ts';
import { HARDWARE } from './hardware.ts';

/** A virtual machine to be. */
export interface Machine {
  readonly accelerator: Accelerator;
  /** From firmwareArguments. */
  readonly firmware: readonly string[];
  readonly overlay: string;
  readonly seed: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  /** `none`: an address and no way out; `user`: out through this machine. */
  readonly network: 'none' | 'user';
}

export interface GuestOptions {
  /** An existing directory for the two serial logs. */
  readonly workDir: string;
  readonly timeLimitMs: number;
  /** True lets the guest shut down in order, because its disk is used once more. */
  readonly shutDown: boolean;
  readonly run: Run;
  readonly signal?: AbortSignal;
}

/** How a boot went. `problem` says why it did not come to its end. */
export interface Outcome {
  readonly report: GuestReport;
  readonly problem?: string;
  readonly console: string;
}

const LOOK_EVERY_MS = 500;
/** A login prompt without a sign of our seed: cloud-init had its turn before. */
const GRACE_MS = 15_000;
/** Firmware, boot loader or kernel say something long before, even emulated on a busy machine. */
const SILENCE_MS = 120_000;

/** QEMU's arguments for one boot; both serial ports go to files. */
export function qemuArguments(machine: Machine, console: string, results: string): readonly string[] {
  const { accelerator, firmware, overlay, seed, memoryMiB, cpus, network } = machine;
  const file = (path: string) => `file=${path.replaceAll(',', ',,')}`;
  const restrict = network === 'none' ? ',restrict=on' : '';
  return [
    ...[...HARDWARE, ...accelerator.arguments, '-m', String(memoryMiB), '-smp', String(cpus), '-no-reboot'],
    ...firmware,
    ...['-drive', `${file(overlay)},format=qcow2,if=virtio,cache=unsafe`],
    ...['-drive', `${file(seed)},format=raw,if=virtio,readonly=on`],
    ...['-nic', `user,model=virtio-net-pci${restrict}`],
    ...['-serial', `file:${console}`, '-serial', `file:${results}`],
  ];
}

/**
 * Boots a machine and waits for the end of its checks, for a sign that it will not come to
 * it, or for the time limit. QEMU is gone when this settles, and it dies with this process.
 * Rejects with ToolFailure when QEMU itself fails, and with the signal's reason on abort.
 */
export async function bootGuest(machine: Machine, options: GuestOptions): Promise<Outcome> {
  const { workDir, run, signal, timeLimitMs, shutDown } = options;
  const consolePath = join(workDir, 'console.log');
  const resultsPath = join(workDir, 'results.log');
  const stop = new AbortController();
  const stopOrAbort = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  const started = Date.now();
  let ended = false;

  const qemu = run(
    'setpriv',
    ['--pdeathsig', 'KILL', QEMU, ...qemuArguments(machine, consolePath, resultsPath)],
    {
      signal: stopOrAbort,
    },
  )
    .then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof ToolFailure) return error.aborted ? undefined : error;
        throw error;
      },
    )
    .finally(() => {
      ended = true;
    });

  const look = async () => ({
    console: await readLog(consolePath),
    report: parseGuestReport(await readLog(resultsPath)),
  });
  let loginSeen: number | undefined;
  let problem: string | undefined;
  for (;;) {
    const final = ended;
    const { console, report } = await look();
    signal?.throwIfAborted();
    if (report.done && (!shutDown || final)) break;
    if (final) {
      problem = 'the machine switched itself off before the checks ended';
      break;
    }
    const now = Date.now();
    if (hasLoginPrompt(console)) loginSeen ??= now;
    problem = report.done
      ? undefined
      : whyHopeless(console, report, loginSeen === undefined ? 0 : now - loginSeen, now - started);
    if (problem === undefined && now - started > timeLimitMs) {
      problem = `${howFar(console, report)} within ${Math.round(timeLimitMs / 1000)} s`;
    }
    if (problem !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  stop.abort();
  const failure = await qemu;
  if (failure !== undefined) throw failure;
  return { ...(await look()), ...(problem === undefined ? {} : { problem }) };
}

function whyHopeless(
  console: string,
  report: GuestReport,
  sinceLogin: number,
  sinceStart: number,
): string | undefined {
  const dead = deadEnd(console);
  if (dead !== undefined) return dead;
  if (!report.reached && sinceLogin > GRACE_MS) {
    return 'the machine came up, but its cloud-init never read the seed (is NoCloud in its datasource_list?)';
  }
  if (console === '' && !report.reached && sinceStart > SILENCE_MS) {
    return `nothing appeared on the serial console in ${SILENCE_MS / 1000} s (no boot loader, or no console=ttyS0)`;
  }
  return undefined;
}

function howFar(console: string, report: GuestReport): string {
  if (report.done) return 'the machine did not shut down';
  const running = report.sections.find((section) => section.exitCode === undefined);
  if (running) return `the part "${running.name}" of the checks did not end`;
  if (report.reached) return 'cloud-init or the services did not finish starting';
  return console === '' ? 'nothing appeared on the serial console' : 'cloud-init was not reached';
}

async function readLog(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
