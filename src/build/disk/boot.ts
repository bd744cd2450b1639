import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import type { DiskIdentity } from './identity.ts';
import { DiskError } from './tools.ts';

/**
 * Packages that a tree needs so that it boots and grows, kernel aside. The `-bin` ones hold modules only: unlike `grub-pc`
 * and `grub-efi-amd64` they never ask where to install the boot loader.
 */
export const BOOT_PACKAGES = [
  'cloud-guest-utils',
  'e2fsprogs',
  'fdisk',
  'grub-common',
  'grub-efi-amd64-bin',
  'grub-pc-bin',
  'grub2-common',
  'initramfs-tools',
] as const;

/** Kernel packages by distribution; both boot on every hypervisor. */
export const KERNEL_PACKAGES = { debian: 'linux-image-amd64', ubuntu: 'linux-virtual' } as const;

const PLATFORMS = ['i386-pc', 'x86_64-efi'] as const;

/** What a boot loader needs before it can read modules from the root file system. */
const CORE_MODULES = ['part_gpt', 'ext2', 'search_fs_uuid', 'normal', 'linux', 'configfile', 'test', 'echo'];

const DEFAULT_GRUB = `# Read by update-grub.
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_RECORDFAIL_TIMEOUT=1
GRUB_DISTRIBUTOR=\`( . /etc/os-release && echo \${NAME} )\`
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
`;

/** Boot loader files that {@link prepareBoot} leaves in the tree and a disk is made from. */
export interface BootFiles {
  /** First stage; its first 440 bytes go to the first sector. */
  readonly bootImg: string;
  /** Second stage, for the BIOS-boot partition. */
  readonly coreImg: string;
  /** The EFI application. */
  readonly coreEfi: string;
}

/**
 * Puts into `tree` all that a disk with `identity` needs to boot: GRUB's modules and cores below /boot/grub, grub.cfg,
 * /etc/fstab, and /etc/default/grub unless there is one. Other lines of fstab stay. May be called again.
 * The cores are made by the tree's own GRUB, so that they fit the modules that it brings.
 * Throws {@link DiskError} when the tree has no kernel or no GRUB.
 */
export async function prepareBoot(tree: string, identity: DiskIdentity, run: Run): Promise<BootFiles> {
  await requireGrub(tree);
  await writeFstab(tree, identity);
  await writeFile(join(tree, 'etc/default/grub'), DEFAULT_GRUB, { flag: 'wx' }).catch(ignoreExisting);
  for (const platform of PLATFORMS) {
    await run('chroot', [tree, 'mkdir', '-p', `/boot/grub/${platform}`]);
    await run('chroot', [
      tree,
      'cp',
      '-rT',
      '--preserve=mode,timestamps',
      `/usr/lib/grub/${platform}`,
      `/boot/grub/${platform}`,
    ]);
  }
  const start = `search.fs_uuid ${identity.rootFs} root\nset prefix=($root)/boot/grub\n`;
  await writeFile(join(tree, 'boot/grub/load.cfg'), start);
  await makeCore(tree, 'i386-pc', 'core.img', ['biosdisk', 'serial'], run);
  await makeCore(tree, 'x86_64-efi', 'core.efi', ['fat', 'serial'], run);
  await writeGrubConfig(tree, { rootFs: identity.rootFs }, run);
  return {
    bootImg: join(tree, 'boot/grub/i386-pc/boot.img'),
    coreImg: join(tree, 'boot/grub/i386-pc/core.img'),
    coreEfi: join(tree, 'boot/grub/x86_64-efi/core.efi'),
  };
}

async function makeCore(
  tree: string,
  platform: string,
  output: string,
  modules: readonly string[],
  run: Run,
): Promise<void> {
  await run('chroot', [
    ...[tree, 'grub-mkimage', '--format', platform, '--directory', `/usr/lib/grub/${platform}`],
    ...[
      '--prefix',
      '/boot/grub',
      '--config',
      '/boot/grub/load.cfg',
      '--output',
      `/boot/grub/${platform}/${output}`,
    ],
    ...CORE_MODULES,
    ...modules,
  ]);
}

async function requireGrub(tree: string): Promise<void> {
  const needed = [
    'usr/bin/grub-mkimage',
    ...PLATFORMS.map((platform) => `usr/lib/grub/${platform}/moddep.lst`),
  ];
  for (const path of needed) {
    await readFile(join(tree, path)).catch(() => {
      throw new DiskError(
        `the root tree has no /${path}: install ${BOOT_PACKAGES.filter((name) => name.startsWith('grub')).join(', ')} in it`,
      );
    });
  }
}

async function writeFstab(tree: string, { rootFs, espVolumeId }: DiskIdentity): Promise<void> {
  const path = join(tree, 'etc/fstab');
  const ours = new Set(['/', '/boot/efi']);
  const before = await readFile(path, 'utf8').catch(() => '');
  const others = before
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== '' &&
        !line.startsWith('# UNCONFIGURED') &&
        !ours.has(line.trim().split(/\s+/)[1] ?? ''),
    );
  const volume = `${espVolumeId.slice(0, 4)}-${espVolumeId.slice(4)}`;
  const lines = [
    `UUID=${rootFs} / ext4 errors=remount-ro 0 1`,
    `UUID=${volume} /boot/efi vfat umask=0077,nofail 0 0`,
    ...others,
  ];
  await mkdir(join(tree, 'boot/efi'), { recursive: true });
  await writeFile(path, `${lines.join('\n')}\n`);
}

/** Versions of the kernels in `tree` that have an initial RAM disk, newest first. */
export async function kernelsOf(tree: string): Promise<readonly string[]> {
  const files = new Set(await readdir(join(tree, 'boot')).catch(() => []));
  return [...files]
    .filter((file) => file.startsWith('vmlinuz-'))
    .map((file) => file.slice('vmlinuz-'.length))
    .filter((version) => files.has(`initrd.img-${version}`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

/**
 * Writes the grub.cfg that boots the newest kernel of `tree`, with the arguments that /etc/default/grub asks for.
 * update-grub needs a running machine to ask where its root is, so this stands in until it runs there and replaces it.
 * `bootFs` is the UUID of a separate /boot file system.
 */
export async function writeGrubConfig(
  tree: string,
  fs: { readonly rootFs: string; readonly bootFs?: string },
  run: Run,
): Promise<void> {
  const kernels = await kernelsOf(tree);
  if (kernels.length === 0) {
    throw new DiskError(
      `the root tree has no kernel with an initial RAM disk in /boot: install ${KERNEL_PACKAGES.debian} (Debian) or ${KERNEL_PACKAGES.ubuntu} (Ubuntu) in it`,
    );
  }
  const args = await kernelArguments(tree, run);
  const directory = fs.bootFs === undefined ? '/boot' : '';
  const entries = kernels.map(
    (version) => `menuentry 'Linux ${version}' {
	linux ${directory}/vmlinuz-${version} root=UUID=${fs.rootFs} ro ${args}
	initrd ${directory}/initrd.img-${version}
}`,
  );
  const config = `# Made with the image; update-grub replaces it.
insmod all_video
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
set default=0
set timeout=1
search --no-floppy --fs-uuid --set=root ${fs.bootFs ?? fs.rootFs}
${entries.join('\n')}
`;
  await writeFile(join(tree, 'boot/grub/grub.cfg'), config, { mode: 0o600 });
}

/** /etc/default/grub and its drop-ins are shell, so a shell reads them: the tree's own, as update-grub would. */
async function kernelArguments(tree: string, run: Run): Promise<string> {
  const script =
    'for f in /etc/default/grub /etc/default/grub.d/*.cfg; do if [ -f "$f" ]; then . "$f"; fi; done; ' +
    'printf "%s %s" "${GRUB_CMDLINE_LINUX-}" "${GRUB_CMDLINE_LINUX_DEFAULT-}"';
  const { stdout } = await run('chroot', [tree, '/bin/sh', '-c', script]);
  return stdout.trim();
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
