import type { OsId } from '../plan/plan.ts';
import { isMirrorName, MIRROR_SETS, type Mirror } from './mirrors/index.ts';
import type { MirrorSet } from './mirrors/mirror-set.ts';

export type Arch = 'amd64' | 'arm64';

/** One line of apt sources, without its key. */
export interface Archive {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

interface Common {
  readonly id: OsId;
  readonly title: string;
  readonly version: string;
  /** The user that cloud-init makes on first boot. */
  readonly defaultUser: string;
  /** Series of the kernel that the release brings. */
  readonly kernel: string;
  readonly systemd: number;
  /** Last day of free security updates, YYYY-MM-DD; LTS where it comes through the same archive. */
  readonly supportEnds: string;
  readonly cloudInit: string;
  /**
   * chrony.conf(5): where leap seconds are read. Debian 13's tzdata has no `right/` zones any more, and chrony has
   * `leapseclist` from 4.6 on. Undefined where not verified: time servers announce leap seconds, too.
   */
  readonly leapSeconds?: string;
}

/** A system whose packages are Debian's or Ubuntu's. */
export interface DebianSystem extends Common {
  readonly family: 'debian' | 'ubuntu';
  readonly packageManager: 'apt';
  readonly codename: string;
  /** Upstream version of the package `containerd` that apt installs today. */
  readonly containerd: string;
  readonly docker: { readonly package: 'docker.io'; readonly version: string };
  /** The archive's keyring on the machine that builds, and the Debian or Ubuntu package that brings it. */
  readonly keyring: { readonly path: string; readonly package: string };
  /**
   * The archives to bootstrap from and to leave in the image; the release itself first, then updates and
   * security. An address takes the place of the distribution's archive. Debian's security updates are an archive of
   * their own, which a mirror of `debian` does not hold, so they keep coming from the distribution then. Throws for a set that
   * has no archives, which rules have refused.
   */
  readonly archives: (arch: Arch, mirror?: Mirror) => readonly Archive[];
  readonly kernelPackage: (arch: Arch) => string;
}

/** A system of the Red Hat family. It has neither containerd nor Docker of its own. */
export interface RockySystem extends Common {
  readonly family: 'rocky';
  readonly packageManager: 'dnf';
  readonly containerd?: undefined;
  readonly docker?: undefined;
  /** What its repositories are below at a mirror: `RELEASE/BaseOS/ARCH/os/` and others. Throws as `archives` does. */
  readonly archive: (mirror: Mirror) => string;
}

export type OperatingSystem = DebianSystem | RockySystem;
export type RockyId = Extract<OsId, `rocky-${string}`>;
export type DebianId = Exclude<OsId, RockyId>;
export type PackageManager = OperatingSystem['packageManager'];

type Facts<System> = Omit<
  System,
  'family' | 'packageManager' | 'defaultUser' | 'title' | 'keyring' | 'archives' | 'archive' | 'kernelPackage'
>;

/** Of a set; beside an address of the person's own, the distribution's. */
function archivesOf<Family extends OperatingSystem['family']>(
  mirror: Mirror,
  family: Family,
): NonNullable<NonNullable<MirrorSet['archives']>[Family]> {
  const found = MIRROR_SETS[isMirrorName(mirror) ? mirror : 'official'].archives?.[family];
  if (!found) throw new Error(`${mirror} has no archives of ${family}; the rules let it through`);
  return found;
}

const trimSlash = (uri: string): string => uri.replace(/\/+$/, '');

function debian(facts: Facts<DebianSystem>): DebianSystem {
  return {
    ...facts,
    title: `Debian ${facts.version} (${facts.codename})`,
    family: 'debian',
    packageManager: 'apt',
    defaultUser: 'debian',
    keyring: { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
    archives: (_arch, mirror = 'official') => {
      const { security, ...set } = archivesOf(mirror, 'debian');
      const main = isMirrorName(mirror) ? set.main : trimSlash(mirror);
      const components = ['main'];
      return [
        { uri: main, suite: facts.codename, components },
        { uri: main, suite: `${facts.codename}-updates`, components },
        { uri: security, suite: `${facts.codename}-security`, components },
      ];
    },
    // The full kernel, not linux-image-cloud-*: the image must also start on VMware, VirtualBox and bare metal.
    kernelPackage: (arch) => `linux-image-${arch}`,
  };
}

function ubuntu(facts: Facts<DebianSystem>): DebianSystem {
  return {
    ...facts,
    title: `Ubuntu ${facts.version} LTS (${facts.codename})`,
    family: 'ubuntu',
    packageManager: 'apt',
    defaultUser: 'ubuntu',
    keyring: { path: '/usr/share/keyrings/ubuntu-archive-keyring.gpg', package: 'ubuntu-keyring' },
    archives: (arch, mirror = 'official') => {
      const { ports, ...set } = archivesOf(mirror, 'ubuntu');
      const own = isMirrorName(mirror) ? undefined : trimSlash(mirror);
      const main = own ?? (arch === 'amd64' ? set.main : ports);
      const security = own ?? (arch === 'amd64' ? set.security : ports);
      // docker.io, conntrack and ebtables live in universe.
      const components = ['main', 'universe'];
      return [
        { uri: main, suite: facts.codename, components },
        { uri: main, suite: `${facts.codename}-updates`, components },
        { uri: security, suite: `${facts.codename}-security`, components },
      ];
    },
    // What Ubuntu's own cloud images carry: linux-image-generic would bring half a gigabyte of firmware.
    kernelPackage: () => 'linux-image-virtual',
  };
}

function rocky(facts: Facts<RockySystem>): RockySystem {
  return {
    ...facts,
    title: `Rocky Linux ${facts.version}`,
    family: 'rocky',
    packageManager: 'dnf',
    defaultUser: 'rocky',
    archive: (mirror) => (isMirrorName(mirror) ? archivesOf(mirror, 'rocky') : trimSlash(mirror)),
  };
}

/**
 * Sources. Debian: package versions of the archive (apt, 2026-11-20). Support: distro-info-data 0.66+deb13u2 (eol-lts for
 * Debian, eol for Ubuntu; wiki.rockylinux.org, "Version", for Rocky). Ubuntu's containerd and cloud-init: package indexes of 2026; its kernel series and systemd:
 * release notes of each LTS; its docker.io: not verified, taken from the rule that one container stack serves all
 * supported releases (Ubuntu SRU exception for container stack updates).
 */
export const OPERATING_SYSTEMS: Readonly<Record<DebianId, DebianSystem> & Record<RockyId, RockySystem>> = {
  'debian-12': debian({
    id: 'debian-12',
    version: '12',
    codename: 'bookworm',
    kernel: '6.1',
    systemd: 252,
    supportEnds: '2028-06-30',
    containerd: '1.6.20',
    docker: { package: 'docker.io', version: '20.10.24' },
    cloudInit: '22.4.2',
    leapSeconds: 'leapsectz right/UTC',
  }),
  'debian-13': debian({
    id: 'debian-13',
    version: '13',
    codename: 'trixie',
    kernel: '6.12',
    systemd: 257,
    supportEnds: '2030-06-30',
    containerd: '1.7.24',
    docker: { package: 'docker.io', version: '26.1.5' },
    cloudInit: '25.1.4',
    leapSeconds: 'leapseclist /usr/share/zoneinfo/leap-seconds.list',
  }),
  'ubuntu-22.04': ubuntu({
    id: 'ubuntu-22.04',
    version: '22.04',
    codename: 'jammy',
    kernel: '5.15',
    systemd: 249,
    supportEnds: '2027-06-01',
    containerd: '2.2.1',
    docker: { package: 'docker.io', version: '29.1.3' }, // not verified
    cloudInit: '26.1',
  }),
  'ubuntu-24.04': ubuntu({
    id: 'ubuntu-24.04',
    version: '24.04',
    codename: 'noble',
    kernel: '6.8',
    systemd: 255,
    supportEnds: '2029-05-31',
    containerd: '2.2.1',
    docker: { package: 'docker.io', version: '29.1.3' }, // not verified
    cloudInit: '26.1',
  }),
  'ubuntu-26.04': ubuntu({
    id: 'ubuntu-26.04',
    version: '26.04',
    codename: 'resolute',
    kernel: '7.0',
    systemd: 259,
    supportEnds: '2031-05-29',
    containerd: '2.2.2',
    docker: { package: 'docker.io', version: '29.1.3' }, // not verified
    cloudInit: '26.1',
  }),
  'rocky-9': rocky({
    id: 'rocky-9',
    version: '9',
    kernel: '5.14',
    systemd: 252,
    supportEnds: '2032-05-31',
    cloudInit: '24.4',
  }),
  'rocky-10': rocky({
    id: 'rocky-10',
    version: '10',
    kernel: '6.12',
    systemd: 257,
    supportEnds: '2035-05-31',
    cloudInit: '24.4',
  }),
};
