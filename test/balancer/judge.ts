/**
 * judge.ts FILE: every set of files in a JSON file, each laid over this machine's root and judged by the programs that
 * read it. Runs in namespaces of its own (consumers.test.ts); prints what each program said, as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BalancerFile } from '../../src/balancer/file.ts';
import { machineRoot } from './machine-root.ts';

export interface Sentence {
  readonly name: string;
  readonly files: readonly BalancerFile[];
  readonly checks: readonly (readonly string[])[];
}
export interface Verdict {
  readonly name: string;
  readonly check: string;
  readonly code: number | null;
  readonly output: string;
}

for (const name of ['eth0', 'eth1'])
  execFileSync('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-peer`]);
const folder = join(tmpdir(), `bake-judge-${process.pid}`);
execFileSync('mkdir', [folder]);
execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
const sentences = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Sentence[];
const verdicts = sentences.flatMap(({ name, files, checks }, i): Verdict[] => {
  const root = machineRoot(join(folder, String(i)), files);
  return checks.map((check) => {
    const { status, stdout, stderr, error } = spawnSync('chroot', [root, ...check], { encoding: 'utf8' });
    return {
      name,
      check: check.join(' '),
      code: status,
      output: `${stdout}${stderr}${error?.message ?? ''}`,
    };
  });
});
console.log(JSON.stringify(verdicts));
execFileSync('umount', ['--lazy', folder]);
execFileSync('rmdir', [folder]);
