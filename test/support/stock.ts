import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';
import { OPERATING_SYSTEMS, type DebianId } from '../../src/catalog/operating-systems.ts';

/** What Debian's own cloud images have beyond the base system, as far as it matters to cloud-init and booting. */
const PACKAGES = [
  'apt-utils',
  'ca-certificates',
  'cloud-guest-utils',
  'cloud-init',
  'dbus',
  'dmidecode',
  'e2fsprogs',
  'fdisk',
  'grub-common',
  'grub-efi-amd64-bin',
  'grub-pc-bin',
  'grub2-common',
  'init',
  'initramfs-tools',
  'iproute2',
  'iputils-ping',
  'kmod',
  'libpam-systemd',
  'linux-image-amd64',
  'locales',
  'netbase',
  'netplan.io',
  'openssh-server',
  'procps',
  'sudo',
  'systemd-resolved',
  'systemd-sysv',
  'tzdata',
  'udev',
];

/** A root tree of a distribution with cloud-init, as a stock image has it: no step of ours is in it. */
export async function stockTree(os: DebianId, tree: string): Promise<void> {
  const { codename, keyring, archives } = OPERATING_SYSTEMS[os];
  mkdirSync(tree, { recursive: true });
  await run('mmdebstrap', [
    '--mode=root',
    '--variant=minbase',
    `--keyring=${keyring.path}`,
    `--include=${PACKAGES.join(',')}`,
    codename,
    tree,
    ...archives('amd64').map(({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}`),
  ]);
}

/**
 * Swap as an installer leaves it: a file that fstab turns on. Its bytes are random, since a file of zeros becomes one of
 * holes in the disk image, which the kernel doesn't take for swap.
 */
export async function withSwapFile(tree: string): Promise<void> {
  const file = join(tree, 'swapfile');
  writeFileSync(file, randomBytes(32 * 2 ** 20), { mode: 0o600 });
  await run('mkswap', [file]);
  appendFileSync(join(tree, 'etc/fstab'), '/swapfile none swap sw 0 0\n');
}
