import { access, copyFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Firmware = 'bios' | 'uefi';

/** Where distributions keep OVMF: code that is only read, and a variable store to be copied. */
const OVMF: readonly { readonly code: string; readonly variables: string }[] = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' }, // Debian 12 on, Ubuntu 22.04 on
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' }, // older Debian and Ubuntu
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' }, // Fedora
  { code: '/usr/share/edk2/x64/OVMF_CODE.4m.fd', variables: '/usr/share/edk2/x64/OVMF_VARS.4m.fd' }, // Arch
];

/** UEFI was asked for, and this machine has no firmware for it. */
export class NoFirmware extends Error {
  override readonly name = 'NoFirmware';
}

/**
 * QEMU's arguments for a firmware; for UEFI a fresh variable store is copied into `workDir`.
 * Rejects with {@link NoFirmware}.
 */
export async function firmwareArguments(firmware: Firmware, workDir: string): Promise<readonly string[]> {
  if (firmware === 'bios') return [];
  for (const { code, variables } of OVMF) {
    if (!(await exists(code)) || !(await exists(variables))) continue;
    const copy = join(workDir, 'uefi-variables.fd');
    await copyFile(variables, copy);
    const flash = (unit: number, file: string, readonly: 'on' | 'off') =>
      `if=pflash,unit=${unit},format=raw,readonly=${readonly},file=${file.replaceAll(',', ',,')}`;
    return ['-drive', flash(0, code, 'on'), '-drive', flash(1, copy, 'off')];
  }
  throw new NoFirmware('no UEFI firmware (OVMF) found; on Debian and Ubuntu: apt-get install ovmf');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
