/**
 * What a thing is needed for: baking, baking from a vendor's cloud image, image formats that zstd compresses, booting an image to check it, a cluster's
 * rehearsal, builds by Packer, or the project's own tests.
 */
export type Purpose = 'bake' | 'cloud-image' | 'zstd' | 'verify' | 'seed' | 'rehearse' | 'packer' | 'test';

/** A program or file that must be on this machine, and the Debian or Ubuntu package that brings it. */
export interface Need {
  readonly package: string;
  readonly purposes: readonly Purpose[];
  /** Programs in PATH; all of them. */
  readonly programs?: readonly string[];
  /** Files; all of them. */
  readonly files?: readonly string[];
  /** The oldest major version that will do, as `program --version` prints it first. */
  readonly atLeast?: { readonly program: string; readonly major: number; readonly reason: string };
  /** On Debian 12, where the release's own version won't do. */
  readonly fromBackports?: boolean;
  readonly why: string;
}

/** Packages by their names in Debian 12 and later; Ubuntu's are the same. */
export const NEEDS: readonly Need[] = [
  { package: 'mmdebstrap', purposes: ['bake'], programs: ['mmdebstrap'], why: 'bootstraps a distribution' },
  {
    package: 'util-linux',
    purposes: ['bake', 'rehearse'],
    programs: ['unshare', 'setpriv', 'flock', 'mount'],
    why: 'private namespaces and locks',
  },
  {
    package: 'e2fsprogs',
    purposes: ['bake', 'verify'],
    programs: ['mke2fs', 'debugfs'],
    why: 'makes the root file system',
  },
  {
    package: 'dosfstools',
    purposes: ['bake'],
    programs: ['mkfs.vfat'],
    why: 'makes the EFI system partition',
  },
  {
    package: 'mtools',
    purposes: ['bake'],
    programs: ['mcopy', 'mmd'],
    why: 'fills the EFI system partition',
  },
  { package: 'fdisk', purposes: ['bake'], programs: ['sfdisk'], why: 'writes the partition table' },
  {
    package: 'qemu-utils',
    purposes: ['bake', 'verify', 'rehearse'],
    programs: ['qemu-img'],
    why: 'converts disk images',
  },
  { package: 'zstd', purposes: ['zstd', 'test'], programs: ['zstd'], why: 'compresses images' },
  {
    package: 'qemu-system-x86',
    purposes: ['verify', 'rehearse'],
    programs: ['qemu-system-x86_64'],
    atLeast: {
      program: 'qemu-system-x86_64',
      major: 8,
      reason: 'QEMU 7.2 crashes guests with kernel 6.12 when it emulates',
    },
    fromBackports: true,
    why: 'boots images',
  },
  {
    package: 'ovmf',
    purposes: ['verify'],
    files: ['/usr/share/OVMF/OVMF_CODE_4M.fd'],
    why: 'UEFI firmware for QEMU',
  },
  {
    package: 'xorriso',
    purposes: ['verify', 'seed', 'rehearse'],
    programs: ['xorriso'],
    why: 'makes the media that machines are told by',
  },
  {
    package: 'systemd-container',
    purposes: ['rehearse'],
    programs: ['systemd-nspawn'],
    why: 'machines of a rehearsal as containers',
  },
  {
    package: 'openssh-client',
    purposes: ['rehearse'],
    programs: ['ssh', 'ssh-keygen'],
    why: 'shells in virtual machines of a rehearsal',
  },
  {
    package: 'perl-base',
    purposes: ['rehearse'],
    programs: ['perl'],
    why: 'lets emulated machines of a rehearsal take turns',
  },
  {
    package: 'fuse2fs',
    purposes: ['cloud-image', 'test'],
    programs: ['fuse2fs'],
    why: 'opens vendor cloud images',
  },
  { package: 'shellcheck', purposes: ['test'], programs: ['shellcheck'], why: 'judges our shell scripts' },
  { package: 'cloud-init', purposes: ['test'], programs: ['cloud-init'], why: 'judges our user-data' },
  { package: 'systemd', purposes: ['test'], programs: ['systemd-analyze'], why: 'judges our units' },
  { package: 'nftables', purposes: ['test'], programs: ['nft'], why: 'judges our firewall rules' },
  { package: 'haproxy', purposes: ['test'], programs: ['haproxy'], why: 'judges and runs our balancers' },
  {
    package: 'keepalived',
    purposes: ['test'],
    programs: ['keepalived'],
    why: 'judges and runs our balancers',
  },
  { package: 'nginx', purposes: ['test'], programs: ['nginx'], why: 'judges our balancers' },
  {
    package: 'libnginx-mod-stream',
    purposes: ['test'],
    files: ['/usr/lib/nginx/modules/ngx_stream_module.so'],
    why: 'the stream module of nginx',
  },
  { package: 'iproute2', purposes: ['rehearse', 'test'], programs: ['ip'], why: 'networks of machines' },
  {
    package: 'jq',
    purposes: ['test'],
    programs: ['jq'],
    why: 'reads nodes for what first boot leaves to later',
  },
  { package: 'openssl', purposes: ['test'], programs: ['openssl'], why: 'certificates of tests' },
  {
    package: 'etcd-server',
    purposes: ['test'],
    programs: ['etcd'],
    why: 'keeps what stand-ins for Kubernetes store',
  },
  {
    package: 'python3-yaml',
    purposes: ['test'],
    files: ['/usr/lib/python3/dist-packages/yaml/__init__.py'],
    why: 'read by stand-ins for Kubernetes',
  },
  {
    package: 'build-essential',
    purposes: ['test'],
    programs: ['gcc', 'strip'],
    why: 'builds real Kubernetes',
  },
  { package: 'gnupg', purposes: ['test'], programs: ['gpg', 'gpgconf'], why: 'signs a repository' },
  { package: 'attr', purposes: ['test'], programs: ['setfattr', 'getfattr'], why: 'marks files of a tree' },
  {
    package: 'libcap2-bin',
    purposes: ['test'],
    programs: ['setcap', 'getcap'],
    why: 'gives programs capabilities',
  },
  {
    package: 'grub-common',
    purposes: ['test'],
    programs: ['grub-mkimage', 'grub-script-check'],
    why: 'GRUB of the disks in tests',
  },
  {
    package: 'grub-pc-bin',
    purposes: ['test'],
    files: ['/usr/lib/grub/i386-pc/boot.img'],
    why: 'GRUB by BIOS',
  },
  {
    package: 'grub-efi-amd64-bin',
    purposes: ['test'],
    files: ['/usr/lib/grub/x86_64-efi/moddep.lst'],
    why: 'GRUB by UEFI',
  },
  {
    package: 'python3-libvmdk',
    purposes: ['test'],
    files: ['/usr/share/doc/python3-libvmdk/copyright'],
    why: 'reads VMDK without QEMU',
  },
  {
    package: 'python3-libvhdi',
    purposes: ['test'],
    files: ['/usr/share/doc/python3-libvhdi/copyright'],
    why: 'reads VHD and VHDX without QEMU',
  },
  { package: 'file', purposes: ['test'], programs: ['file'], why: 'tells what is in image files' },
  {
    package: 'packer',
    purposes: ['packer', 'test'],
    programs: ['packer'],
    why: 'builds from our templates; where the distribution has none: developer.hashicorp.com/packer/install',
  },
];

/** The keyring that the archive of a distribution is checked by. */
export function keyringNeed(path: string, pkg: string): Need {
  return {
    package: pkg,
    purposes: ['bake'],
    files: [path],
    fromBackports: pkg === 'ubuntu-keyring',
    why: 'checks the distribution’s signatures',
  };
}
