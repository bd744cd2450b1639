import { shellQuote } from '../text/shell.ts';
import { fill } from '../text/template.ts';
import { yamlText } from '../text/yaml.ts';
import type { Builder, InstallerFacts, MachineFacts } from './builder.ts';

/** What an installer asks, answered: the files that Packer serves to it by HTTP, by name. */
export function installerAnswers(
  { os, archives }: MachineFacts,
  { guestPackages }: InstallerFacts,
  publicKey: string,
  preseed: string,
): Readonly<Record<string, string>> {
  const packages = guestPackages(os);
  const key = `mkdir -p -m 700 /root/.ssh && printf '%s\\n' ${shellQuote(publicKey)} >/root/.ssh/authorized_keys`;
  return os.family === 'debian'
    ? { 'preseed.cfg': fill(preseed, { packages, letRootIn: shellQuote(key), ...debianMirror(archives) }) }
    : { 'user-data': autoinstall(packages, publicKey, archives), 'meta-data': 'instance-id: image-build\n' };
}

/**
 * What Packer types into the boot loader. GRUB is on every medium of Ubuntu's and on Debian's by EFI; by BIOS Debian's has
 * isolinux, where escape leads to a prompt (Debian installation guide, "Boot parameters", "Preseeding").
 */
export function bootCommand({ os }: MachineFacts, { firmware }: InstallerFacts): string[] {
  const server = 'http://{{ .HTTPIP }}:{{ .HTTPPort }}/';
  if (os.family === 'ubuntu')
    return grub('/casper/vmlinuz', `autoinstall ds='nocloud;s=${server}' ---`, '/casper/initrd');
  const answers = `auto=true priority=critical url=${server}preseed.cfg`;
  return firmware === 'efi'
    ? grub('/install.amd/vmlinuz', `${answers} ---`, '/install.amd/initrd.gz')
    : ['<esc><wait>', `install ${answers}<enter>`];
}

const grub = (kernel: string, words: string, initrd: string): string[] => [
  'c<wait3>',
  `linux ${kernel} ${words}<enter><wait>`,
  `initrd ${initrd}<enter><wait>`,
  'boot<enter>',
];

/** Where each installer is to be had. */
export const installerPage = ({ os }: MachineFacts): string =>
  os.family === 'debian' ? 'www.debian.org/releases' : `releases.ubuntu.com/${os.version}`;

export const installerName = ({ os }: MachineFacts): string =>
  os.family === 'debian'
    ? `${os.title}’s netinst medium (amd64)`
    : `${os.title}’s live-server medium (amd64)`;

/**
 * What an installer leaves that would answer for the machine later on: cloud-init's settings of the installed system, its
 * network, its datasource (subiquity's and curtin's own file names).
 */
export const INSTALLER_LEFTOVERS: NonNullable<Builder['tidy']> = [
  'cd /etc/cloud/cloud.cfg.d 2>/dev/null || exit 0',
  'rm -f -- 99-installer.cfg 90-installer-network.cfg curtin-preserve-sources.cfg',
  'rm -f -- subiquity-disable-cloudinit-networking.cfg 00-subiquity-disable-cloudinit-networking.cfg',
  'rm -f -- /etc/cloud/ds-identify.cfg /etc/cloud/cloud-init.disabled /etc/netplan/00-installer-config.yaml',
  'rm -rf -- /var/log/installer',
];

/** Answers for choose-mirror and apt-setup (their templates; apt-setup 0.198, generators/91security). */
function debianMirror(archives: MachineFacts['archives']) {
  const { protocol, host, pathname } = new URL(archives?.main ?? 'http://deb.debian.org/debian');
  return {
    ...{ protocol: protocol.replace(':', ''), host, directory: pathname },
    services: archives && 'updates',
  };
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
