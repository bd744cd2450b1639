import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../source/source.ts';
import { secretsIn } from '../../validate/rules/secrets-stay-out-of-the-image.ts';
import { credentialIn } from '../credential-in-address.ts';
import { say, sayOf } from '../finding.ts';
import { includedAddress } from '../forms/include.ts';
import { FILLED, lineSpan, type CloudConfig } from '../part.ts';
import { isPasswordHash } from './accounts-let-people-in.ts';
import { itemsOf, mappingOf, type ConfigRule, type PartRule } from './rule.ts';
import { isBase64, writtenFiles } from './written-files.ts';

/** A value that a shell or a template fills in later is none, nor is a path, a truth value or a placeholder. */
const LITERAL = `["']?(?![$<{%(/\`*!~]|true\\b|false\\b|null\\b|none\\b|changeme|example|your|xxx)[^\\s"'\${}<>]{6,}`;
const ASSIGNED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    new RegExp(`\\b[A-Z0-9_]*(?:SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY)["']?\\s*[=:]\\s*${LITERAL}`),
    'a key or token',
  ],
  [
    new RegExp(`(?:^|[\\s"'_.;-])(?:password|passwd|passphrase|pwd)["']?\\s*[=:]\\s*${LITERAL}`, 'i'),
    'a password',
  ],
  [/\bAccountKey=[A-Za-z0-9+/=]{40,}/, 'a key of a storage account'],
  [/\bPrivateKey\s*=\s*[A-Za-z0-9+/]{43}=/, 'a private key of WireGuard'],
  [/\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/, 'a private key of age'],
  [/\bAIza[A-Za-z0-9_-]{35}\b/, 'an API key'],
  [/\b(?:hvs|hvb)\.[A-Za-z0-9_-]{24,}/, 'a token of Vault'],
];
/** Keys of cloud-config whose values have rules of their own. */
const OWN_KEYS =
  /^\s*(?:-\s+)?\{?["']?(?:lock[_-]passwd|ssh_pwauth|(?:hashed[_-]|plain[_-]text[_-])?passwd|password)["']?\s*:/;
const HINT = 'fetch it at boot, or make it short-lived; whoever reads the metadata service has it';

/** What looks like a secret in the lines of a part. */
export const secretsStayAway: PartRule = ({ source, type }) => {
  const isConfig = type === 'text/cloud-config';
  const isList = type.startsWith('text/x-include');
  return source.text.split('\n').flatMap((line, i) => {
    // A value that cloud-config itself takes is told by its key, below; in a file or command it is text.
    // Comments explain by examples; a key of somebody real is told by its form even there.
    const isTold = /^\s*#/.test(line) || (isConfig && OWN_KEYS.test(line));
    const assigned = isTold
      ? []
      : ASSIGNED.filter(([pattern]) => pattern.test(line) && !line.includes(FILLED)).map(([, what]) => what);
    const inAddress = isList ? credentialIn(includedAddress(line) ?? '') : undefined;
    const found = [...secretsIn(line), ...assigned, ...(inAddress === undefined ? [] : [inAddress])];
    return found.slice(0, 1).map((what) => tell(lineSpan(source, i + 1), what));
  });
};

/** Passwords that cloud-config takes in plain text, and secrets in files that are encoded. */
export const passwordsAreHashed: ConfigRule = (config) => {
  const { value } = config;
  const users = itemsOf(value['users']).flatMap((user, i) =>
    ['passwd', 'hashed_passwd', 'plain_text_passwd', 'plain-text-passwd'].flatMap((key) =>
      isPlain(mappingOf(user)[key]) ? [at(config, ['users', i, key])] : [],
    ),
  );
  const chpasswd = mappingOf(value['chpasswd']);
  const changed = itemsOf(chpasswd['users']).flatMap((user, i) => {
    const { password, type } = mappingOf(user);
    return isPlain(password) && type !== 'RANDOM' ? [at(config, ['chpasswd', 'users', i, 'password'])] : [];
  });
  const { list } = chpasswd;
  const listed = (typeof list === 'string' ? list.split('\n') : []).flatMap((line, n) => {
    const password = /^[^:\s]+:(.+)$/.exec(line.trim())?.[1];
    return isPlain(password) ? [at(config, ['chpasswd', 'list'], n)] : [];
  });
  const items = itemsOf(list).flatMap((line, n) =>
    isPlain(/^[^:\s]+:(.+)$/.exec(String(line))?.[1]) ? [at(config, ['chpasswd', 'list', n])] : [],
  );
  const top = isPlain(value['password']) ? [at(config, ['password'])] : [];
  const encoded = writtenFiles(config)
    .filter(({ encoding }) => isBase64(encoding))
    .flatMap((file) => {
      const [what] = (file.text ?? '').split('\n').flatMap(secretsIn);
      return what === undefined
        ? []
        : [
            sayOf(
              config,
              'B708',
              [...file.path, 'content'],
              `behind the encoding is what looks like ${what}`,
              { hint: HINT },
            ),
          ];
    });
  return [...users, ...changed, ...listed, ...items, ...top, ...encoded];
};

const at = (config: CloudConfig, path: Path, line?: number): Diagnostic =>
  sayOf(config, 'B708', path, 'a password in plain text', {
    hint: 'a hash (openssl passwd -6), or no password and a key of SSH',
    ...(line === undefined ? {} : { line }),
  });

const isPlain = (password: unknown): boolean =>
  typeof password === 'string' &&
  password !== '' &&
  !/^(?:R|RANDOM)$/.test(password) &&
  !isPasswordHash(password);

const tell = (span: Span, what: string): Diagnostic =>
  say('B708', span, `this looks like ${what}`, { hint: HINT });
