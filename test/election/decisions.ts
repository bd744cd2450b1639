import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/programs.ts';

export const NEEDED = 5;

/** What bake_decide is told; see userdata/firstboot/decide.sh. */
export interface Observation {
  readonly may: 'yes' | 'no';
  readonly disk: 'fresh' | 'initialising' | 'joining';
  readonly etcd: 'begun' | 'none';
  readonly window: 'open' | 'early' | 'over';
  readonly peers: 'ours' | 'foreign' | 'silent';
  /** 0 to {@link NEEDED}. */
  readonly quiet: number;
}

export type Decide = (seen: Observation) => 'init' | 'resume' | 'join' | 'wait';

const key = ({ may, disk, etcd, window, peers, quiet }: Observation): string =>
  [may, disk, etcd, window, peers, quiet, NEEDED].join(' ');

/**
 * The shipped decision code as a function: bash is asked once about everything that can be observed (it is pure, so its
 * answers are the whole of it), and the simulation looks the answers up.
 */
export function shippedDecision(): Decide {
  const questions: string[] = [];
  for (const may of ['yes', 'no'] as const)
    for (const disk of ['fresh', 'initialising', 'joining'] as const)
      for (const etcd of ['begun', 'none'] as const)
        for (const window of ['open', 'early', 'over'] as const)
          for (const peers of ['ours', 'foreign', 'silent'] as const)
            for (let quiet = 0; quiet <= NEEDED; quiet += 1)
              questions.push(key({ may, disk, etcd, window, peers, quiet }));
  const script = 'set -euo pipefail; . "$1"; while read -r -a seen; do bake_decide "${seen[@]}"; done';
  const answers = execFileSync('bash', ['-c', script, 'decide', join(ROOT, 'userdata/firstboot/decide.sh')], {
    input: `${questions.join('\n')}\n`,
    encoding: 'utf8',
  })
    .trimEnd()
    .split('\n');
  if (answers.length !== questions.length) throw new Error('one answer to each question was expected');
  const table = new Map(questions.map((question, i) => [question, (answers[i] ?? '').split(' ')[0]]));
  return (seen) => {
    const action = table.get(key({ ...seen, quiet: Math.min(seen.quiet, NEEDED) }));
    if (action === 'init' || action === 'resume' || action === 'join' || action === 'wait') return action;
    throw new Error(`no decision for ${key(seen)}: ${action}`);
  };
}
