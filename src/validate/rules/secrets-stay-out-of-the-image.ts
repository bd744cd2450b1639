import type { Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../../profile/profile.ts';
import { finding, type Rule } from './rule.ts';

interface Pattern {
  readonly what: string;
  readonly pattern: RegExp;
}

/** A value that a shell or a template fills in later is no secret: `$TOKEN`, `${TOKEN}`, `{{ token }}`, `<token>`, `%s`. */
const FILLED_IN = '(?![$<{%])';

/** Bounded where two parts could share letters: a text of a megabyte must not take minutes. */
const PATTERNS: readonly Pattern[] = [
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  {
    what: 'an access token',
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,}|glpat-[A-Za-z0-9_-]{20}|xox[abprs]-[A-Za-z0-9-]{10,})/,
  },
  { what: 'a JSON web token', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  {
    what: 'an authorization header',
    pattern: new RegExp(
      `\\bauthorization["']?\\s*[:=]\\s*["']?(?:basic|bearer|token)\\s+${FILLED_IN}[A-Za-z0-9+/=._~-]{8,}`,
      'i',
    ),
  },
  { what: 'a registry login', pattern: /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}={0,2}"/ },
  {
    what: 'a password in an address',
    pattern: new RegExp(`\\b[a-z][a-z0-9+.-]{0,20}://[^\\s/:@"']{1,256}:${FILLED_IN}[^\\s/@"']{1,256}@`, 'i'),
  },
  { what: 'a kubeadm certificate key', pattern: /certificate-?key["']?[\s:=]+["']?[0-9a-f]{64}\b/i },
];

/** kubeadm's form of a token, standing alone. */
const BOOTSTRAP_TOKEN = /(?<![\w./-])[a-z0-9]{6}\.([a-z0-9]{16})(?![\w./-])/;

/** All that is baked goes through here, so any text of the profile is looked at; `boot` is not baked. */
export const secretsStayOutOfTheImage: Rule = (resolved) =>
  bakedTexts(resolved).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, i) =>
      secretsIn(line).map((what) => {
        const where = lines.length > 1 ? ` (line ${i + 1} of the text)` : '';
        const hint = 'secrets come at boot, from the secrets file';
        return finding(
          resolved,
          'B408',
          path,
          `this looks like ${what}${where} and would be in every copy of the image`,
          { hint },
        );
      }),
    );
  });

/** What a line looks like that should be nowhere but in a secrets file: `a private key`; empty for most lines. */
export function secretsIn(line: string): string[] {
  const found = PATTERNS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => what);
  return isBootstrapToken(line) ? [...found, 'a bootstrap token'] : found;
}

/** File names have this form now and then (`engine.authorizationdrv`); digits in the second half, or the word itself, tell them apart. */
function isBootstrapToken(line: string): boolean {
  const secret = BOOTSTRAP_TOKEN.exec(line)?.[1];
  return secret !== undefined && (/[0-9]/.test(secret) || /token/i.test(line));
}

interface Text {
  readonly path: Path;
  readonly text: string;
}

function bakedTexts({ profile, attachments }: ResolvedProfile): Text[] {
  const { boot: _, ...baked } = profile;
  const attached = [...attachments].map(([path, text]) => ({ path: JSON.parse(path) as Path, text }));
  return [...stringsIn(baked, []), ...attached];
}

function stringsIn(value: unknown, path: Path): Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => stringsIn(item, [...path, i]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]));
  return [];
}
