import type { ClusterRole } from '../cluster/cluster.ts';
import { needlesOf, type Secret } from '../secrets/needles.ts';
import type { Engine } from './engine.ts';
import type { Machine } from './machine.ts';
import { isNeeded } from './needed.ts';

/** A secret in a file where nothing needs it any more. The value is not in it. */
export interface Leftover {
  readonly machine: string;
  readonly secret: string;
  readonly file: string;
}

/** All of a machine's disk that something writes to. What is in memory is gone with the power. */
const FOLDERS = ['/etc', '/home', '/opt', '/root', '/srv', '/tmp', '/usr/local', '/var'];

/** What etcd keeps is the cluster's own: 64 MiB at least, which change all the time. */
const PASSED_OVER: Readonly<Record<ClusterRole, readonly string[]>> = {
  master: ['/var/lib/etcd'],
  worker: [],
  haproxy: [],
};

// PASSED-OVER... -- FOLDER..., and the needles by standard input, which are in memory while they are needed. Bytes, not characters: grep
// is many times faster.
export const SEARCH = `
set -euo pipefail
needles=$(umask 077 && mktemp --tmpdir=/run)
trap 'rm -f "$needles"' EXIT
cat >"$needles"
# A search for nothing would find nothing.
[ -s "$needles" ]
over=()
for folder; do
  shift
  [ "$folder" != -- ] || break
  over+=(-o -path "$folder")
done
find "$@" '(' -false "\${over[@]}" ')' -prune -o -type f -print0 2>/dev/null |
  LC_ALL=C xargs --null --no-run-if-empty grep --binary-files=text --no-messages --only-matching --null --with-filename \
    --fixed-strings --file="$needles" || case $? in
    # Nothing found; files or folders that aren't there, or are no more.
    1 | 123) ;;
    *) exit 2 ;;
  esac
`;

/**
 * Looks through the files of a machine for secrets of its cluster, as they are and in base64, wherever their role does not go
 * on needing them (DESIGN: P11). Rejects with ToolFailure where the machine can't be asked.
 */
export async function leftoversOn(
  engine: Engine,
  { name: machine, role, ...rest }: Machine,
  secrets: readonly Secret[],
): Promise<Leftover[]> {
  const needles = new Map(
    secrets
      .flatMap(needlesOf)
      .map(({ bytes, secret }) => [bytes.toString('latin1'), secret] as const)
      // grep takes lines; a key's bytes as they are would be in no text.
      .filter(([text]) => /^[\x20-\x7e]+$/.test(text)),
  );
  const { stdout } = await engine.run(
    { name: machine, role, ...rest },
    ['bash', '-c', SEARCH, 'search', ...PASSED_OVER[role], '--', ...FOLDERS],
    { input: `${[...needles.keys()].join('\n')}\n`, timeoutMs: 120_000 },
  );
  const found = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\0'))
    .map(([file = '', needle = '']) => ({ machine, secret: needles.get(needle) ?? 'a secret', file }))
    .filter(({ secret, file }) => !isNeeded(role, secret, file));
  const key = ({ secret, file }: Leftover): string => `${secret} ${file}`;
  return [...new Map(found.map((one) => [key(one), one])).values()];
}
