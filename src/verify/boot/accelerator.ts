import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, ToolFailure } from '../../adapters/process.ts';

/** How QEMU runs a guest's instructions, and why so. */
export interface Accelerator {
  readonly name: 'kvm' | 'tcg';
  readonly arguments: readonly string[];
  readonly reason: string;
  /** What may go wrong with this choice. */
  readonly warning?: string;
}

export interface AcceleratorOptions {
  readonly run: Run;
  readonly scratchDir: string;
  readonly signal?: AbortSignal;
}

export const QEMU = 'qemu-system-x86_64';

const KVM = ['-accel', 'kvm', '-cpu', 'host'];
/** All that QEMU can emulate, but four levels of page tables, as most processors have: walking a fifth cost a boot 6 % (107 s for 114 s). */
const TCG_CPU = 'max,la57=off';
const TCG = ['-accel', 'tcg,thread=multi', '-cpu', TCG_CPU];

/** A working KVM answers in well under a second. */
const TRIAL_MS = 5000;

/**
 * QEMU 7.2 lost 9 of 12 emulated boots of Linux 6.12 to double faults on a busy machine; 10.0 lost
 * none of 9 (measured on Debian 12, two cores).
 */
const DEPENDABLE_TCG = 10;

/**
 * KVM if a guest really runs with it, else emulation. /dev/kvm can exist, open and make a virtual
 * machine, and still not run one (nested hosts), so a boot sector is run and has to answer.
 * Rejects with ToolFailure when QEMU is missing.
 */
export async function chooseAccelerator(options: AcceleratorOptions): Promise<Accelerator> {
  const version = await qemuVersion(options.run);
  const refused = await tryKvm(options);
  if (refused === undefined) return { name: 'kvm', arguments: KVM, reason: 'a trial guest ran with KVM' };
  const emulated: Accelerator = { name: 'tcg', arguments: TCG, reason: refused };
  if (version.major >= DEPENDABLE_TCG) return emulated;
  const warning =
    `QEMU ${version.text} emulates recent kernels undependably (double faults); ` +
    `use QEMU ${DEPENDABLE_TCG} or newer, on Debian 12 from bookworm-backports`;
  return { ...emulated, warning };
}

async function qemuVersion(run: Run): Promise<{ readonly text: string; readonly major: number }> {
  const { stdout } = await run(QEMU, ['--version']);
  const text = /version (\d+\S*)/.exec(stdout)?.[1] ?? 'unknown';
  return { text, major: Number.parseInt(text, 10) || 0 };
}

/** The exit code that the guest causes by writing 0x10 to isa-debug-exit: (value << 1) | 1. */
const TRIAL_EXIT = 33;
const TRIAL_WORD = 'bake';

/** A boot sector: writes {@link TRIAL_WORD} to the first serial port, then ends QEMU. */
function trialSector(): Buffer {
  const code = [
    ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8
    ...[...Buffer.from(TRIAL_WORD)].flatMap((byte) => [0xb0, byte, 0xee]), // mov al, byte; out dx, al
    ...[0xba, 0xf4, 0x00], // mov dx, 0xf4
    ...[0xb0, 0x10, 0xee], // mov al, 0x10; out dx, al
    ...[0xf4, 0xeb, 0xfd], // hlt; jmp to the hlt
  ];
  const sector = Buffer.alloc(512);
  Buffer.from(code).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** Runs the trial guest with the given accelerator. Resolves to why it did not run, or `undefined`. */
export async function tryGuest(
  accelerator: readonly string[],
  { run, scratchDir, signal }: AcceleratorOptions,
): Promise<string | undefined> {
  const work = await mkdtemp(join(scratchDir, 'bake-trial-'));
  try {
    const sector = join(work, 'sector.img');
    await writeFile(sector, trialSector());
    const machine = [
      '-m',
      '32',
      '-smp',
      '2',
      '-display',
      'none',
      '-monitor',
      'none',
      '-nic',
      'none',
      '-serial',
      'stdio',
    ];
    const exit = ['-no-reboot', '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'];
    const disk = ['-drive', `file=${sector.replaceAll(',', ',,')},format=raw,if=ide`];
    const options = { okCodes: [TRIAL_EXIT], timeoutMs: TRIAL_MS, ...(signal ? { signal } : {}) };
    const { stdout } = await run(QEMU, [...accelerator, ...machine, ...exit, ...disk], options);
    return stdout.includes(TRIAL_WORD) ? undefined : 'the trial guest printed nothing';
  } catch (error) {
    if (!(error instanceof ToolFailure) || error.aborted) throw error;
    return (
      error.output
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.trim() ?? error.message
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function tryKvm(options: AcceleratorOptions): Promise<string | undefined> {
  const refused = await tryGuest(KVM, options);
  return refused === undefined ? undefined : `emulated, since a trial guest did not run with KVM: ${refused}`;
}
