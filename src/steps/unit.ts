import { createHash } from 'node:crypto';
import { shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** A systemd unit of ours, or a drop-in for somebody else's. */
export interface UnitInput {
  /** `cri-docker.service`, or the unit that the drop-in is for. */
  readonly unit: string;
  /** File name below `<unit>.d/`; absent for a whole unit. */
  readonly dropIn?: string;
  readonly content: string;
}

export const unit = defineStep<UnitInput>({
  title: (input) => `write ${pathOf(input)}`,
  shell: (input) =>
    [
      withInput(`bake_write ${shellWords([pathOf(input), '0644', 'root', 'root'])}`, input.content),
      'bake_reload_if_changed',
    ].join('\n'),
  checks: (input) => [
    {
      check: 'file',
      path: pathOf(input),
      exists: true,
      type: 'file',
      mode: '0644',
      owner: 'root',
      group: 'root',
      sha256: createHash('sha256').update(input.content).digest('hex'),
    },
  ],
});

const pathOf = ({ unit: name, dropIn }: UnitInput): string =>
  dropIn === undefined ? `/etc/systemd/system/${name}` : `/etc/systemd/system/${name}.d/${dropIn}`;
