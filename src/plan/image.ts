import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { originOf } from '../source/source.ts';
import { parseSize } from '../units/size.ts';
import type { Draft } from './draft.ts';
import { fromEntry } from './from-entry.ts';
import type { ImagePlan } from './plan.ts';

/**
 * What a bootstrapped system needs to be a machine: it boots by BIOS and UEFI, gets its network and identity by
 * cloud-init, grows into its disk, and lets people in by ssh. After the package sets of Debian's and Ubuntu's own cloud
 * images; no more than that, since what starts at boot is what boot time is made of.
 */
const MACHINE_PACKAGES = [
  'apt-utils',
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
  'less',
  'libpam-systemd',
  'logrotate',
  'netbase',
  'netplan.io',
  'openssh-server',
  'procps',
  'sudo',
  'systemd-resolved',
  'systemd-sysv',
  'udev',
  'vim-tiny',
];

/** The systemd from which distributions package resolved apart. */
const RESOLVED_APART = 251;

export function planImage(resolved: ResolvedProfile, drafts: readonly Draft[]): ImagePlan {
  const { name, os, arch, image } = resolved.profile;
  const system = OPERATING_SYSTEMS[os];
  const common = { name, diskSize: parseSize(image.disk) ?? 0 };
  if (typeof image.base === 'object') {
    const path = ['image', 'base'];
    const location =
      'file' in image.base ? fromEntry(resolved, [...path, 'file'], image.base.file) : image.base.url;
    const origin = originOf(resolved.spanOf(path));
    return { ...common, base: { from: 'cloud-image', location, sha256: image.base.sha256 }, origin };
  }
  if (image.base === 'vendor' || system.packageManager !== 'apt')
    return { ...common, base: { from: 'vendor' } };
  return {
    ...common,
    base: {
      from: 'bootstrap',
      suite: system.codename,
      archives: system.archives(arch, image.mirror),
      keyring: system.keyring.path,
      variant: 'minbase',
      packages: [
        ...MACHINE_PACKAGES.filter((pkg) => pkg !== 'systemd-resolved' || system.systemd >= RESOLVED_APART),
        system.kernelPackage(arch),
        ...ofTheSystem(drafts),
      ],
    },
  };
}

/**
 * What steps of the system layer install from the distribution itself: in one go with the system, where it costs one
 * run of apt less a step. The steps find it there. It is the same for all roles, so they go on sharing one base.
 */
function ofTheSystem(drafts: readonly Draft[]): string[] {
  const inputs = drafts.flatMap(({ layer, step }) =>
    layer === 'system' && step.kind === 'package' ? [step.input] : [],
  );
  return inputs.flatMap(({ packages, repository }) =>
    repository === undefined
      ? packages.filter(({ version }) => version === undefined).map(({ name }) => name)
      : [],
  );
}
