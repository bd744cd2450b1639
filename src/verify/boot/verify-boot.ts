import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { diskFormat } from '../image/open.ts';
import type { CheckResult, PlannedCheck, Where } from '../result.ts';
import { type Accelerator, chooseAccelerator } from './accelerator.ts';
import { bootResults } from './boot-results.ts';
import { emulatedTimerWasLate } from './console.ts';
import { type Firmware, firmwareArguments } from './firmware.ts';
import { bootGuest, type Machine, type Outcome } from './guest.ts';
import { makeSeed, type Seed } from './seed.ts';

export interface BootOptions extends Omit<Seed, 'partSeconds'> {
  /** An image, raw or in a format of `diskFormat`; it is never written to. */
  readonly image: string;
  readonly firmware: Firmware;
  readonly checks: readonly PlannedCheck[];
  /** `none`: an address and no way out; `user`: out through this machine. `none` unless told otherwise. */
  readonly network?: 'none' | 'user';
  /** Boots once more on the same disk and asks everything again (is swap still off?). */
  readonly survivesReboot?: boolean;
  /** How much larger than the image the machine's disk is, in bytes; 1 GiB unless told otherwise. */
  readonly growBytes?: number;
  /** 2048 unless told otherwise. */
  readonly memoryMiB?: number;
  /** 2 unless told otherwise. */
  readonly cpus?: number;
  /** For one boot, 10 minutes unless told otherwise. */
  readonly timeLimitMs?: number;
  /** Spares the trial when several boots follow each other. */
  readonly accelerator?: Accelerator;
  /** A directory for the overlay, removed again. */
  readonly scratchDir: string;
  readonly run: Run;
  readonly signal?: AbortSignal;
  /** Told in plain words what is going on. */
  readonly note?: (message: string) => void;
}

/** What the boots proved, with what they ran on. `consoles` and `seconds` have one entry a boot. */
export interface BootReport {
  readonly results: readonly CheckResult[];
  readonly accelerator: Accelerator;
  readonly consoles: readonly string[];
  readonly seconds: readonly number[];
}

const GIB = 2 ** 30;
/** How often a boot is begun that ends because its emulation is too slow. */
const ATTEMPTS = 3;

/**
 * Boots an image on a throw-away overlay and runs its checks inside.
 * Rejects with ToolFailure when a tool fails, NoFirmware without OVMF, and the signal's reason on abort.
 */
export async function verifyBoot(options: BootOptions): Promise<BootReport> {
  const { firmware, checks, scratchDir, run, signal, note = () => undefined } = options;
  const workDir = await mkdtemp(join(scratchDir, 'bake-verify-'));
  try {
    const accelerator =
      options.accelerator ??
      (await chooseAccelerator({ run, scratchDir: workDir, ...(signal ? { signal } : {}) }));
    note(`${accelerator.name}: ${accelerator.reason}`);
    if (accelerator.warning !== undefined) note(accelerator.warning);
    const timeLimitMs = options.timeLimitMs ?? 600_000;
    const machine: Machine = {
      accelerator,
      firmware: await firmwareArguments(firmware, workDir),
      overlay: await makeOverlay(options, workDir),
      // A part that hangs is to be cut off by the guest, which then still tells the rest.
      seed: await makeSeed({ ...options, partSeconds: Math.ceil(timeLimitMs / 3000) }, workDir, run),
      memoryMiB: options.memoryMiB ?? 2048,
      cpus: options.cpus ?? 2,
      network: options.network ?? 'none',
    };

    const boots: readonly Where[] = options.survivesReboot
      ? [`boot-${firmware}`, `boot-${firmware}-second`]
      : [`boot-${firmware}`];
    const results: CheckResult[] = [];
    const consoles: string[] = [];
    const seconds: number[] = [];
    for (const [index, where] of boots.entries()) {
      note(`booting (${where})`);
      const started = Date.now();
      const boot = async (attempt: number): Promise<Outcome> => {
        const bootDir = join(workDir, `${where}-${attempt}`);
        await mkdir(bootDir);
        return bootGuest(machine, {
          workDir: bootDir,
          timeLimitMs,
          shutDown: index < boots.length - 1,
          run,
          ...(signal ? { signal } : {}),
        });
      };
      let outcome = await boot(1);
      // Nothing was read of the disk yet, let alone written to it.
      for (let attempt = 2; attempt <= ATTEMPTS && emulatedTimerWasLate(outcome.console); attempt += 1) {
        note('the emulated timer came so late that the kernel took it for broken; booting again');
        outcome = await boot(attempt);
      }
      seconds.push((Date.now() - started) / 1000);
      consoles.push(outcome.console);
      results.push(...bootResults(outcome, checks, { where, goss: options.goss !== undefined }));
    }
    return { results, accelerator, consoles, seconds };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function makeOverlay({ image, growBytes = GIB, run }: BootOptions, workDir: string): Promise<string> {
  const backing = resolve(image);
  const format = await diskFormat(backing);
  const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', format, backing]);
  const size = (JSON.parse(stdout) as { readonly 'virtual-size': number })['virtual-size'] + growBytes;
  const overlay = join(workDir, 'overlay.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', backing, '-F', format, overlay, String(size)]);
  return overlay;
}
