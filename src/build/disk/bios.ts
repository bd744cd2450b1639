import { open, readFile } from 'node:fs/promises';
import { SECTOR, type Partition } from './partition-table.ts';
import { DiskError } from './tools.ts';
import type { BootFiles } from './boot.ts';

/** Boot code ends where the disk signature and the (protective) partition table of the MBR begin. */
const BOOT_CODE_BYTES = 440;

/*
 * Places in GRUB's images that grub-bios-setup fills in: include/grub/i386/pc/boot.h
 * (GRUB_BOOT_MACHINE_KERNEL_SECTOR, GRUB_BOOT_MACHINE_DRIVE_CHECK) and the last entry of diskboot.S's block list.
 */
const KERNEL_SECTOR = 0x5c;
const DRIVE_CHECK = 0x66;
const REST_OF_CORE = 0x1f4;

/** Writes GRUB for BIOS into the first sector and the BIOS-boot partition of `disk`, as `grub-bios-setup` would. */
export async function installBiosGrub(
  disk: string,
  partition: Partition,
  { bootImg, coreImg }: BootFiles,
): Promise<void> {
  const boot = Buffer.from((await readFile(bootImg)).subarray(0, BOOT_CODE_BYTES));
  boot.writeBigUInt64LE(BigInt(partition.start), KERNEL_SECTOR);
  // Two NOPs: the firmware's drive number is right for a hard disk, so the check that distrusts it is switched off.
  boot.writeUInt16LE(0x9090, DRIVE_CHECK);

  const core = await readFile(coreImg);
  if (core.length > partition.size * SECTOR) {
    throw new DiskError(
      `GRUB's core.img has ${core.length} bytes, more than its partition holds (${partition.size * SECTOR})`,
    );
  }
  core.writeBigUInt64LE(BigInt(partition.start + 1), REST_OF_CORE);

  const file = await open(disk, 'r+');
  try {
    await file.write(boot, 0, boot.length, 0);
    await file.write(core, 0, core.length, partition.start * SECTOR);
  } finally {
    await file.close();
  }
}
