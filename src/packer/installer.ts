import type { OperatingSystem, RockySystem } from '../catalog/operating-systems.ts';
import { kickstartWord } from '../text/kickstart.ts';
import { shellQuote } from '../text/shell.ts';
import { fill } from '../text/template.ts';
import { yamlText } from '../text/yaml.ts';
import type { Builder, InstallerFacts, MachineFacts } from './builder.ts';
import type { PackerPieces } from './pieces.ts';

/** What an installer asks, answered: the files that Packer serves to it by HTTP, by name. */
export function installerAnswers(
  { os, archives }: MachineFacts,
  { guestPackages }: InstallerFacts,
  publicKey: string,
  { preseed, kickstart }: Pick<PackerPieces, 'preseed' | 'kickstart'>,
): Readonly<Record<string, string>> {
  const packages = guestPackages[os.family];
  switch (os.family) {
    case 'debian': {
      const key = `mkdir -p -m 700 /root/.ssh && printf '%s\\n' ${shellQuote(publicKey)} >/root/.ssh/authorized_keys`;
      const fields = { packages, letRootIn: shellQuote(key), ...debianMirror(archives) };
      return { 'preseed.cfg': fill(preseed, fields) };
    }
    case 'ubuntu':
      return {
        'user-data': autoinstall(packages, publicKey, archives),
        'meta-data': 'instance-id: image-build\n',
      };
    case 'rocky': {
      const fields = { packages, publicKey: kickstartWord(publicKey), ...rockyRepositories(os, archives) };
      return { 'ks.cfg': fill(kickstart, fields) };
    }
  }
}

/** What Packer types into the boot loader of each medium, by EFI and by BIOS. */
export function bootCommand({ os }: MachineFacts, { firmware }: InstallerFacts): string[] {
  const server = 'http://{{ .HTTPIP }}:{{ .HTTPPort }}/';
  switch (os.family) {
    case 'debian': {
      const answers = `auto=true priority=critical url=${server}preseed.cfg`;
      return firmware === 'efi'
        ? grub('/install.amd/vmlinuz', `${answers} ---`, '/install.amd/initrd.gz')
        : isolinux(`install ${answers}`);
    }
    case 'ubuntu':
      return grub('/casper/vmlinuz', `autoinstall ds='nocloud;s=${server}' ---`, '/casper/initrd');
    case 'rocky': {
      const answers = `inst.ks=${server}ks.cfg`;
      return firmware === 'bios' && os.id === 'rocky-9' ? isolinux(`linux ${answers}`) : edited(answers);
    }
  }
}

/** Debian's medium by BIOS, and Rocky Linux 9's: escape leads to a prompt (Debian installation guide, "Boot parameters"; RHEL 9's, "Boot options"). */
const isolinux = (words: string): string[] => ['<esc><wait>', `${words}<enter>`];

/**
 * The entry above the one that tests the medium, with words at the end of its line of the kernel: that line names the medium by its
 * label, which has the point release in it (lorax, rhel9-branch and rhel10-branch, config_files/x86/grub2-efi.cfg and grub2-bios.cfg).
 */
const edited = (words: string): string[] => [
  '<up><wait>e<wait>',
  `<down><down><end><wait> ${words}<wait>`,
  '<leftCtrlOn>x<leftCtrlOff>',
];

/** GRUB is on every medium of Ubuntu's, and on Debian's by EFI. */
const grub = (kernel: string, words: string, initrd: string): string[] => [
  'c<wait3>',
  `linux ${kernel} ${words}<enter><wait>`,
  `initrd ${initrd}<enter><wait>`,
  'boot<enter>',
];

/** The medium of each installer, and where it is to be had. */
const MEDIA: Readonly<
  Record<OperatingSystem['family'], { medium: string; page: (version: string) => string }>
> = {
  debian: { medium: 'netinst medium (amd64)', page: () => 'www.debian.org/releases' },
  ubuntu: {
    medium: 'live-server medium (amd64)',
    page: (version) => `releases.ubuntu.com/${version}`,
  },
  rocky: {
    medium: 'boot medium (x86_64)',
    page: (version) => `download.rockylinux.org/pub/rocky/${version}/isos/x86_64`,
  },
};

export const installerPage = ({ os }: MachineFacts): string => MEDIA[os.family].page(os.version);

export const installerName = ({ os }: MachineFacts): string => `${os.title}’s ${MEDIA[os.family].medium}`;

/**
 * What an installer leaves that would answer for the machine later on: cloud-init's settings of the installed system, its
 * network, its datasource (subiquity's and curtin's own file names); Anaconda's answers, logs, and connections of the network, which
 * are older than the answers that it writes down in the end (pyanaconda, installation.py).
 */
export const INSTALLER_LEFTOVERS: NonNullable<Builder['tidy']> = [
  'for file in /etc/NetworkManager/system-connections/*.nmconnection /etc/sysconfig/network-scripts/ifcfg-*; do',
  '  if [ /root/anaconda-ks.cfg -nt "$file" ]; then rm -f -- "$file"; fi',
  'done',
  'rm -rf -- /root/anaconda-ks.cfg /root/original-ks.cfg /var/log/anaconda /var/log/installer',
  'rm -f -- /etc/cloud/ds-identify.cfg /etc/cloud/cloud-init.disabled /etc/netplan/00-installer-config.yaml',
  'cd /etc/cloud/cloud.cfg.d 2>/dev/null || exit 0',
  'rm -f -- 99-installer.cfg 90-installer-network.cfg curtin-preserve-sources.cfg',
  'rm -f -- subiquity-disable-cloudinit-networking.cfg 00-subiquity-disable-cloudinit-networking.cfg',
];

/** Answers for choose-mirror and apt-setup (their templates; apt-setup 0.198, generators/91security). */
function debianMirror(archives: MachineFacts['archives']) {
  const { protocol, host, pathname } = new URL(archives?.main ?? 'http://deb.debian.org/debian');
  return {
    ...{ protocol: protocol.replace(':', ''), host, directory: pathname },
    services: archives && 'updates',
  };
}

/**
 * Both of them by the network, as the boot medium has no packages. Updates are in the same repositories. Words of commands, quoted.
 */
function rockyRepositories(os: RockySystem, archives: MachineFacts['archives']) {
  const at = (name: string): string =>
    kickstartWord(`${archives?.main ?? os.archive('official')}/${os.version}/${name}/x86_64/os/`);
  return { baseOs: at('BaseOS'), appStream: at('AppStream') };
}

const archiveAt = (uri: string) => [{ arches: ['default'], uri }];

/** Ubuntu's autoinstall (canonical-subiquity reference, version 1; its models/mirror.py hands `apt` to curtin): no user, root by the build's key, no swap. */
function autoinstall(
  packages: readonly string[],
  publicKey: string,
  archives: MachineFacts['archives'],
): string {
  return `#cloud-config\n${yamlText({
    autoinstall: {
      version: 1,
      locale: 'C.UTF-8',
      ssh: { 'install-server': true, 'allow-pw': false },
      storage: { layout: { name: 'direct' }, swap: { size: 0 } },
      ...(archives
        ? { apt: { geoip: false, primary: archiveAt(archives.main), security: archiveAt(archives.security) } }
        : {}),
      ...(packages.length > 0 ? { packages } : {}),
      'user-data': letRootIn(publicKey),
      // The installer has an ssh server of its own, which Packer must not take for the machine's.
      'early-commands': ['systemctl stop ssh.service ssh.socket || true'],
    },
  })}`;
}

/** cloud-init: no user but root, who comes in by this key, or by the one that the platform hands in. */
export function letRootIn(publicKey?: string) {
  return {
    disable_root: false,
    users: [{ name: 'root', ...(publicKey === undefined ? {} : { ssh_authorized_keys: [publicKey] }) }],
  };
}
