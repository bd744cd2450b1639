import { MIRROR_SETS } from '../../catalog/mirrors/index.ts';
import type { MirrorSet } from '../../catalog/mirrors/mirror-set.ts';

/** Hosts of the distributions and of a cloud that has other paths. (debian.org/mirror; sources.list of cloud images; ubuntu.com, snapshot service) */
const HOSTS =
  /^(?:(?:[\w-]+\.)*deb\.debian\.org|(?:security|archive|snapshot|httpredir)\.debian\.org|ftp\d*(?:\.[a-z]{2})?\.debian\.org|(?:[\w-]+\.)*(?:archive|ports)\.ubuntu\.com|(?:security|snapshot|old-releases|esm)\.ubuntu\.com|archive\.canonical\.com|mirror\.hetzner\.(?:com|de))$/;

/** Archives of Debian and Ubuntu in the sets of mirrors, without their scheme. */
const MIRRORED = Object.values(MIRROR_SETS).flatMap(({ archives }: MirrorSet) =>
  [archives?.debian, archives?.ubuntu].flatMap((archive) => Object.values<string>(archive ?? {})),
);

/**
 * Makers who name suites and components as the distribution does, so that their sources look like a mirror of it, those with
 * a path that ends in the distribution's name most of all. (their pages on how to install)
 */
const ELSEWHERE =
  /^(?:download\.docker\.com|apt\.releases\.hashicorp\.com|(?:packages|deb)\.sury\.org|packages\.microsoft\.com|pkgs\.tailscale\.com|repo\.zabbix\.com|packages\.gitlab\.com|packagecloud\.io|ppa\.launchpad(?:content)?\.net|dl\.winehq\.org|dl\.yarnpkg\.com|download\.ceph\.com|deb\.torproject\.org|packages\.fluentbit\.io|repo\.percona\.com|(?:deb|dlm)\.mariadb\.(?:org|com)|deb\.freexian\.com|(?:apt|packages)\.grafana\.com|download\.virtualbox\.org|packages\.ros\.org|repos\.influxdata\.com|repo\.mosquitto\.org|packages\.prosody\.im|packages\.matrix\.org|repo\.jellyfin\.org|apt\.kitware\.com|repo\.radeon\.com|dl\.cloudsmith\.io|packages\.erlang-solutions\.com|(?:deb|ppa)\d\.(?:rabbitmq|novemberain)\.com|archive\.raspberrypi\.(?:com|org)|packages\.x2go\.org|packages\.osrfoundation\.org)$/;
/** The same makers on mirrors of many things. (mirrors.tuna.tsinghua.edu.cn, mirrors.ustc.edu.cn: help pages) */
const MIRRORED_ELSEWHERE =
  /\/(?:linux|virtualbox|ros2?|influxdata|jellyfin|raspberrypi|erlang-solutions|(?:mariadb|zabbix)\/.*)\/(?:debian|ubuntu)\/?$/;

/** Code names of Debian and Ubuntu. (distro-info-data) */
const NAMES =
  'wheezy|jessie|stretch|buster|bullseye|bookworm|trixie|forky|duke|sid|precise|trusty|xenial|bionic|focal|jammy|kinetic|lunar|mantic|noble|oracular|plucky|questing|resolute';
/** With what stands for the machine's own. */
const CODE_NAME = new RegExp(
  `^(?:\\$\\{?RELEASE\\}?|${NAMES})(?:-(?:updates|security|backports|backports-sloppy|proposed|proposed-updates)|/updates)?$`,
);
/** Debian's names by age; others call theirs `stable`, too. */
const BY_AGE =
  /^(?:oldoldstable|oldstable|stable|testing|unstable)(?:-(?:updates|security|backports|proposed-updates)|\/updates)?$/;
const COMPONENT = /^(?:main|contrib|non-free|non-free-firmware|restricted|universe|multiverse)$/;

/** Paths of mirrors end so; managers of repositories, Nexus and Artifactory, add what theirs is for, and snapshots their date. */
const MIRROR_PATH = new RegExp(
  `/(?:(?:apt|deb|mirror|proxy|remote)[-_])?(?:debian|ubuntu)(?:[-_](?:security|ports|backports|updates|archive|mirror|proxy|remote|virtual|cache|group|${NAMES}))*(?:/\\d{8}(?:T\\d{6}Z)?)?/?$`,
  'i',
);
/** `ubuntu-proxy`, `debian.mirrors.example.org`, `mirror-debian`. */
const MIRROR_HOST =
  /^(?:(?:debian|ubuntu)[-.]?(?:mirrors?|proxy|cache|archive)|(?:mirrors?|proxy|cache)[-.]?(?:debian|ubuntu))(?:\d*$|[-.])/i;

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
  // A cache has the host that it asks in its path.
  if (
    [host, ...path.split('/')].some((one) => HOSTS.test(one)) ||
    MIRRORED.some((archive) => isWithin(address, archive))
  )
    return true;
  if ([host, ...path.split('/')].some((one) => ELSEWHERE.test(one)) || MIRRORED_ELSEWHERE.test(path))
    return false;
  if (!MIRROR_PATH.test(path) && !MIRROR_HOST.test(host)) return false;
  const components = rest.replace(/#.*/, '').split(/\s+/).filter(Boolean);
  if (components.length === 0 || !components.every((one) => COMPONENT.test(one))) return false;
  return CODE_NAME.test(suite) || (BY_AGE.test(suite) && !/ubuntu/i.test(address));
}

/** By whatever scheme: mirrors answer to http and https. */
function isWithin(address: string, archive: string): boolean {
  const [inner, outer] = [address, archive].map((one) => one.replace(/^https?:\/\//i, ''));
  return inner !== undefined && outer !== undefined && (inner === outer || inner.startsWith(`${outer}/`));
}
