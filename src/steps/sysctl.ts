import { withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** Kernel settings applied at every boot (sysctl.d(5)). Values as they are written there. */
export interface SysctlInput {
  readonly values: Readonly<Record<string, string>>;
}

/** Late in the order, so that no package's file overrides it. */
const PATH = '/etc/sysctl.d/99-bake-kubernetes.conf';

export const sysctl = defineStep<SysctlInput>({
  title: ({ values }) => `set ${Object.keys(values).length} kernel settings`,
  shell: ({ values }) =>
    [
      withInput(
        `bake_write ${PATH} 0644 root root`,
        Object.entries(values)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join(''),
      ),
      'if bake_is_live; then sysctl --quiet --system; fi',
    ].join('\n'),
  checks: ({ values }) => Object.entries(values).map(([key, value]) => ({ check: 'sysctl', key, value })),
});
