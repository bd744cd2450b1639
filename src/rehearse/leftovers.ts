import type { ClusterRole } from '../cluster/cluster.ts';
import { needlesOf, type Secret } from '../secrets/needles.ts';
import type { Engine } from './engine.ts';
import type { Machine } from './machine.ts';

/** A secret in a file where nothing needs it any more. The value is not in it. */
export interface Leftover {
  readonly machine: string;
  readonly secret: string;
  readonly file: string;
}

/** All of a machine's disk that something writes to. What is in memory is gone with the power. */
const FOLDERS = ['/etc', '/home', '/opt', '/root', '/srv', '/tmp', '/usr/local', '/var'];

/** Where a role goes on needing them: a master signs, etcd keeps the token until it runs out, a balancer shows its password. */
const NEEDED: Readonly<Record<ClusterRole, readonly string[]>> = {
  master: ['/etc/kubernetes/', '/var/lib/etcd/'],
  worker: [],
  haproxy: ['/etc/haproxy/', '/etc/nginx/', '/etc/keepalived/'],
};

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
  const grep = ['grep', '--recursive', '--binary-files=text', '--no-messages', '--only-matching', '--null'];
  const { stdout } = await engine.run(
    { name: machine, role, ...rest },
    [...grep, '--with-filename', '--fixed-strings', '--file=-', ...FOLDERS],
    { input: `${[...needles.keys()].join('\n')}\n`, okCodes: [0, 1, 2], timeoutMs: 120_000 },
  );
  const found = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\0'))
    .map(([file = '', needle = '']) => ({ machine, secret: needles.get(needle) ?? 'a secret', file }))
    .filter(({ file }) => !NEEDED[role].some((folder) => file.startsWith(folder)));
  const key = ({ secret, file }: Leftover): string => `${secret} ${file}`;
  return [...new Map(found.map((one) => [key(one), one])).values()];
}
