import { MIRROR_SETS } from '../../catalog/mirrors/index.ts';
import type { MirrorSet } from '../../catalog/mirrors/mirror-set.ts';

/** Hosts of the distributions themselves. (debian.org/mirror; sources.list of their cloud images; ubuntu.com, snapshot service) */
const HOSTS =
  /^(?:(?:[\w-]+\.)*deb\.debian\.org|(?:security|archive|snapshot|httpredir)\.debian\.org|ftp\d*(?:\.[a-z]{2})?\.debian\.org|(?:[\w-]+\.)*(?:archive|ports)\.ubuntu\.com|(?:security|snapshot|old-releases|esm)\.ubuntu\.com|archive\.canonical\.com)$/;

/** Archives of the distributions in the sets of mirrors, without their scheme. */
const MIRRORED = Object.values(MIRROR_SETS).flatMap(({ archives }: MirrorSet) =>
  Object.values(archives ?? {}).flatMap((archive) => Object.values<string>(archive)),
);

/**
 * Makers who name suites and components as the distribution does, so that their sources look like a mirror of it. (their pages
 * on how to install)
 */
const ELSEWHERE =
  /^(?:download\.docker\.com|apt\.releases\.hashicorp\.com|(?:packages|deb)\.sury\.org|packages\.microsoft\.com|pkgs\.tailscale\.com|repo\.zabbix\.com|packages\.gitlab\.com|packagecloud\.io|ppa\.launchpad(?:content)?\.net|dl\.winehq\.org|dl\.yarnpkg\.com|download\.ceph\.com|deb\.torproject\.org|packages\.fluentbit\.io|repo\.percona\.com|(?:deb|dlm)\.mariadb\.(?:org|com)|deb\.freexian\.com|(?:apt|packages)\.grafana\.com)$/;

/** Code names of Debian and Ubuntu (distro-info-data), and what stands for the machine's own. */
const CODE_NAME =
  /^(?:\$\{?RELEASE\}?|wheezy|jessie|stretch|buster|bullseye|bookworm|trixie|forky|duke|sid|precise|trusty|xenial|bionic|focal|jammy|kinetic|lunar|mantic|noble|oracular|plucky|questing|resolute)(?:-(?:updates|security|backports|backports-sloppy|proposed|proposed-updates)|\/updates)?$/;
/** Debian's names by age; others call theirs `stable`, too. */
const BY_AGE =
  /^(?:oldoldstable|oldstable|stable|testing|unstable)(?:-(?:updates|security|backports|proposed-updates)|\/updates)?$/;
const COMPONENT = /^(?:main|contrib|non-free|non-free-firmware|restricted|universe|multiverse)$/;

/** A line of sources.list(5). */
const LINE = /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)(?:\s+(.*))?$/;

/**
 * Whether the system has the key of a line of sources.list already: what the line leads to is the distribution's own archive, or
 * looks like a mirror of it.
 */
export function isOfTheSystem(line: string): boolean {
  const [, address = '', suite = '', rest = ''] = LINE.exec(line) ?? [];
  if (/^\$\{?(?:MIRROR|PRIMARY|SECURITY)\b/.test(address)) return true;
  const [, host = '', path = ''] = /^[a-z+]+:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?(\/.*)?$/i.exec(address) ?? [];
  if (HOSTS.test(host) || MIRRORED.some((archive) => isWithin(address, archive))) return true;
  // A cache has the maker's host in its path; Docker's archives end like the distribution's, on mirrors, too.
  if (address.split('/').some((one) => ELSEWHERE.test(one)) || /\/linux\/(?:debian|ubuntu)\/?$/.test(path))
    return false;
  const components = rest.replace(/#.*/, '').split(/\s+/).filter(Boolean);
  if (components.length === 0 || !components.every((one) => COMPONENT.test(one))) return false;
  return CODE_NAME.test(suite) || (BY_AGE.test(suite) && /\/debian(?:-security)?\/?$/.test(path));
}

/** By whatever scheme: mirrors answer to http and https. */
function isWithin(address: string, archive: string): boolean {
  const [inner, outer] = [address, archive].map((one) => one.replace(/^https?:\/\//i, ''));
  return inner !== undefined && outer !== undefined && (inner === outer || inner.startsWith(`${outer}/`));
}
