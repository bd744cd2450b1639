import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { nodeAt } from '../content-place.ts';
import { FILLED, linesOf, type CloudConfig } from '../part.ts';
import { itemsOf, mappingOf, type ConfigRule } from './rule.ts';

/** crypt(5): `$id$…`; `!` and `*` lock; thirteen letters are DES. */
export const isPasswordHash = (text: string): boolean =>
  /^(?:[!*]|\$[\w-]+\$|[./A-Za-z0-9]{13}$)/.test(text) || text.includes(FILLED);

/** A line of authorized_keys: perhaps options, then a type and base64. (sshd(8)) */
const SSH_KEY =
  /^(?:[\w-]+(?:="(?:[^"\\]|\\.)*")?(?:,[\w-]+(?:="(?:[^"\\]|\\.)*")?)*\s+)?(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-[\w-]+@openssh\.com|[\w-]+-cert-v01@openssh\.com)\s+AAAA[A-Za-z0-9+/]+={0,3}(?:\s|$)/;

/** Users, groups and passwords as cloud-init takes them. (cloudinit/distros/__init__.py, create_user) */
export const accountsLetPeopleIn: ConfigRule = (config) => [
  ...keys(config, ['ssh_authorized_keys']),
  ...itemsOf(config.value['users']).flatMap((user, i) => ofUser(config, mappingOf(user), ['users', i])),
  ...itemsOf(mappingOf(config.value['chpasswd'])['users']).flatMap((user, i) => {
    const { password, type } = mappingOf(user);
    const path = ['chpasswd', 'users', i, 'password'];
    return typeof password === 'string' &&
      (type === undefined || type === 'hash') &&
      !isPasswordHash(password)
      ? [noHash(config, path)]
      : [];
  }),
];

function ofUser(
  config: CloudConfig,
  user: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Diagnostic[] {
  const tell = (
    key: string,
    message: string,
    hint: string,
    severity: Diagnostic['severity'] = 'error',
  ): Diagnostic => sayOf(config, 'B713', [...path, key], message, { hint, severity });
  const found: Diagnostic[] = [...keys(config, [...path, 'ssh_authorized_keys'])];
  const hashes = ['passwd', 'hashed_passwd'].filter((key) => typeof user[key] === 'string');
  found.push(
    ...hashes
      .filter((key) => !isPasswordHash(String(user[key])))
      .map((key) => noHash(config, [...path, key])),
  );
  const [secret] = [...hashes, 'plain_text_passwd'].filter(
    (key) => typeof user[key] === 'string' && /^[^!*]/.test(String(user[key])),
  );
  if (secret !== undefined && user['lock_passwd'] === undefined && user['lock-passwd'] === undefined)
    found.push(
      tell(
        secret,
        'the password is locked unless told otherwise, so that nobody gets in by it',
        'lock_passwd: false',
        'warning',
      ),
    );
  const { groups, sudo, expiredate } = user;
  if (typeof groups === 'string' && !groups.includes(',') && /\S\s+\S/.test(groups))
    found.push(tell('groups', 'one group with a blank in its name', 'put commas between groups'));
  for (const [i, rule] of [sudo].flat().entries())
    if (typeof rule === 'string' && !/^\s*\S+\s*=\s*\S/.test(rule) && !rule.includes(FILLED))
      found.push(
        sayOf(
          config,
          'B713',
          Array.isArray(sudo) ? [...path, 'sudo', i] : [...path, 'sudo'],
          'no rule of sudoers, and sudo refuses to work with a file that has one',
          {
            hint: "'ALL=(ALL) NOPASSWD:ALL'",
          },
        ),
      );
  if (expiredate !== undefined && isUnquotedDate(config, [...path, 'expiredate']))
    found.push(
      sayOf(config, 'B711', [...path, 'expiredate'], 'YAML reads a date, and cloud-init wants text', {
        hint: 'put it in quotes',
      }),
    );
  return found;
}

const noHash = (config: CloudConfig, path: Path): Diagnostic =>
  sayOf(config, 'B713', path, 'no hash of a password, so that no password fits it', {
    hint: 'make one: openssl passwd -6',
  });

function keys(config: CloudConfig, path: Path): readonly Diagnostic[] {
  const value = path.reduce<unknown>(
    (all, step) => (Array.isArray(all) ? (all as unknown[])[Number(step)] : mappingOf(all)[step]),
    config.value,
  );
  return itemsOf(value).flatMap((key, i) => {
    if (
      typeof key !== 'string' ||
      key.includes(FILLED) ||
      key.trim().startsWith('#') ||
      SSH_KEY.test(key.trim())
    )
      return [];
    const message = /PRIVATE KEY/.test(key)
      ? 'a private key where the public one belongs'
      : 'no public key of SSH';
    return [
      sayOf(config, 'B713', [...path, i], message, {
        hint: 'the whole line of a .pub file: ssh-ed25519 AAAA… name',
      }),
    ];
  });
}

function isUnquotedDate({ tree }: CloudConfig, path: Path): boolean {
  const span = nodeAt(tree, path)?.span;
  if (!span) return false;
  const line = linesOf(span.source)[span.start.line - 1] ?? '';
  return /^\d{4}-\d\d?-\d\d?/.test(line.slice(span.start.column - 1));
}
