/** What a serial console says when a machine will not come up, and what that means. */
const DEAD_ENDS: readonly { readonly sign: RegExp; readonly meaning: string }[] = [
  { sign: /Kernel panic - not syncing/, meaning: 'the kernel panicked' },
  { sign: /double fault:/i, meaning: 'the kernel stopped on a double fault' },
  {
    sign: /You are in (emergency|rescue) mode|Entering emergency mode/,
    meaning: 'the machine went into emergency mode',
  },
  {
    sign: /^\(initramfs\)|Dropping to a shell!/m,
    meaning: 'the initramfs did not find the root file system',
  },
  { sign: /grub rescue>|^grub> /m, meaning: 'GRUB did not find its configuration' },
  {
    sign: /UEFI Interactive Shell|BdsDxe: No bootable option/,
    meaning: 'the UEFI firmware found no boot loader',
  },
  { sign: /No bootable device/, meaning: 'the BIOS found no boot loader' },
];

/** Why a machine with this console text can't come up any more; `undefined` while it still can. */
export function deadEnd(console: string): string | undefined {
  return DEAD_ENDS.find(({ sign }) => sign.test(console))?.meaning;
}

/**
 * Whether the kernel stopped over a timer that only looks broken: QEMU emulates it in a thread of its own, and a busy computer may let
 * that wait for as long as Linux (check_timer) is ready to.
 */
export function emulatedTimerWasLate(console: string): boolean {
  return console.includes("IO-APIC + timer doesn't work!");
}

/**
 * Whether a line of a console says that kernel or systemd have stopped for good. On an emulated machine that waits long for its turn,
 * a clock that was measured meanwhile can run a hundred times too fast, and systemd gives up over its own time limits.
 */
export const hasStopped = (line: string): boolean =>
  /Kernel panic - not syncing|systemd\[1\]: Freezing execution/.test(line);

/**
 * Whether the kernel's stamp on a line of a console, `[   16.064819]`, is ahead of the seconds since the power came: the clock of an
 * emulated machine that was measured while it waited for its turn runs too fast, and whatever has a time limit then gives up.
 */
export function clockRunsFast(line: string, secondsOn: number): boolean {
  const stamp = /^\[ *(\d+\.\d{6})\] /.exec(line)?.[1];
  return stamp !== undefined && Number(stamp) > 1.1 * secondsOn + 2;
}

/** Whether the console shows a login prompt. */
export function hasLoginPrompt(console: string): boolean {
  return /^\S+ login: ?/m.test(console);
}

/** The last lines as a person would see them: no colours, no cursor movements, no empty lines. */
export function lastLines(console: string, count = 40): string {
  const lines = console
    .replace(/\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>78cM])/g, '')
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return lines.slice(-count).join('\n');
}
