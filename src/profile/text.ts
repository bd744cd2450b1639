import { z } from 'zod';
import { nearestRelease } from '../catalog/kubernetes.ts';

/**
 * The kinds of string that a profile may hold. Each says in its pattern what can reach the machine, so
 * that a value is either carried unchanged or refused where it stands.
 */

/**
 * What can't come out of every form unchanged: control characters, the separators that YAML 1.1 (which cloud-init reads)
 * takes for line breaks, halves of characters, and what is no character.
 */
const UNFIT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|[\ud800-\udfff]/u;

/** Any text, several lines allowed; no control characters but newline and tab. */
export const text = z
  .string()
  .refine((value) => !UNFIT.test(value), 'a text without control characters (newline and tab are fine)');

const isLine = (value: string): boolean => !UNFIT.test(value) && !/[\t\n]/.test(value);
const ONE_LINE = 'one line, without control characters';

/** One line of free text. */
export const line = z.string().min(1).refine(isLine, ONE_LINE);

/** Nothing more is asked of what does not fit: in a union zod would otherwise say only what this branch wants. */
const named = (pattern: RegExp, expected: string) =>
  z.string().regex(pattern, { error: expected, abort: true });

/** PATH_MAX and NAME_MAX of Linux, with room for the names of files that are being written. */
const hasRoom = (path: string): boolean =>
  Buffer.byteLength(path) <= 4000 && path.split('/').every((part) => Buffer.byteLength(part) <= 240);

/** An absolute path with no `.`/`..` part, no empty part, and no control characters. */
export const absolutePath = named(
  /^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/u,
  'an absolute path such as /etc/motd, without . or .. parts',
)
  .refine(isLine, ONE_LINE)
  .refine(hasRoom, 'a path of at most 4000 bytes, and 240 in a part');
/** passwd(5): a colon would end the field. */
export const shell = named(
  /^(?:\/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+$/,
  'the path of a shell such as /bin/bash',
);

/** deb-control(5): package names. */
export const DEBIAN_PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;
export const debianPackageName = named(DEBIAN_PACKAGE, 'a Debian package name');
/** Of Debian's and of RPMs, which may have capital letters and `_` (NetworkManager-tui). */
export const packageName = named(/^[A-Za-z0-9][A-Za-z0-9+._-]+$/, 'a package name such as tcpdump');
/** deb-version(7); a trailing `*` asks for any revision. */
export const packageVersion = named(/^[0-9][A-Za-z0-9.+:~-]*\*?$/, 'a Debian version such as 1.36.1-1.1');
/** useradd(8), the form that every distribution takes. */
export const userName = named(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  'a user or group name: a-z, 0-9, _ and -, at most 32',
);
export const fileMode = named(
  /^0[0-7]{3}$/,
  "a mode of four octal digits that begins with 0, such as '0644' (no setuid, setgid or sticky bit)",
);
export const sysctlKey = named(
  /^[a-z0-9_]+(?:\.[A-Za-z0-9_*:@/-]+)+$/,
  'a sysctl key such as net.ipv4.ip_forward',
);
export const moduleName = named(/^[a-z0-9][a-z0-9_-]*$/, 'a kernel module name such as br_netfilter');
/** RFC 1123, lower case. */
export const hostName = named(
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
  'a host name such as node-1.example.com (lower case, RFC 1123)',
);
/** Of a cluster: a part of names of machines, files and kubeconfigs. */
export const clusterName = named(
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  'a name of a-z, 0-9 and -, at most 63 characters',
);
/** A registry: host, optional port. */
export const registryHost = named(
  /^(?=.{1,260}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?$/,
  'a registry host such as harbor.example.com:8443, without https:// and without a path',
);
const ADDRESS = 'an http:// or https:// address';
const isUrl = (value: string): boolean => URL.canParse(value);

export const httpUrl = named(/^https?:\/\/[^\u0000-\u0020"'`\\<>^{|}$\u007f-\uffff]+$/, ADDRESS).refine(
  isUrl,
  ADDRESS,
);
/** The address of a repository; `{minor}` in it stands for the minor of Kubernetes, such as v1.35. */
export const repositoryUrl = named(
  /^https?:\/\/(?:[^\u0000-\u0020"'`\\<>^{|}$\u007f-\uffff]|\{minor\})+$/,
  ADDRESS,
).refine((value) => isUrl(value.replaceAll('{minor}', 'v1.35')), ADDRESS);
/** An NTP server or pool: host name or IP address. */
export const address = named(
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/,
  'a host name or an IP address',
);
export const imageReference = named(
  /^[a-z0-9][A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)+(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
  'a full image reference such as registry.k8s.io/pause:3.10',
);
export const sha256 = named(/^[0-9a-f]{64}$/, 'a sha256 of 64 lower-case hexadecimal digits');
export const fingerprint = named(
  /^[0-9A-F]{40}$/,
  'an OpenPGP fingerprint of 40 upper-case hexadecimal digits',
);
export const timezone = named(
  /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/,
  'a time zone such as Etc/UTC or Asia/Shanghai',
);
/** authorized_keys(5): type, base64, comment. Options in front are refused: they can run commands. */
export const sshKey = named(
  /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]{40,}={0,3}(?: .*)?$/u,
  'an OpenSSH public key, such as `ssh-ed25519 AAAA... name`',
).refine(isLine, ONE_LINE);
export const kubernetesVersion = z.string().regex(/^1\.[0-9]{1,2}\.[0-9]{1,2}$/, {
  error: ({ input }) => `an exact version such as ${versionLike(String(input))}`,
});
export const dottedVersion = named(/^[0-9]+\.[0-9]+\.[0-9]+$/, 'an exact version such as 0.4.3');
/** nft(8) strings know no escapes and hold at most 127 bytes. */
export const nftComment = line
  .regex(/^[^"\\]*$/, 'a comment without " and \\, which nftables can’t hold')
  .refine(
    (value) => Buffer.byteLength(value) <= 127,
    'a comment of at most 127 bytes, which is what nftables holds',
  );
/** sources.list(5): one suite; a path ends in a slash. */
export const suite = named(
  /^[A-Za-z0-9.][A-Za-z0-9._/-]*$|^\/$/,
  'a suite such as stable, or / for a flat repository',
);
/** sysctl.d(5) trims blanks around a value. */
export const sysctlValue = line.regex(/^\S(?:.*\S)?$/u, 'a value without blanks at its ends');

/** What was meant by `v1.35.1`, or by `1.35`: its newest patch. */
function versionLike(written: string): string {
  const [, minor, patch] = /^v?(1\.[0-9]{1,2})(?:\.([0-9]{1,2}))?$/.exec(written) ?? [];
  if (minor === undefined) return '1.35.8';
  return patch === undefined ? nearestRelease(`${minor}.99`) : `${minor}.${patch}`;
}
