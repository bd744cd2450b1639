import { shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** Kernel modules loaded at every boot (modules-load.d(5)). */
export interface KernelModulesInput {
  readonly modules: readonly string[];
}

const PATH = '/etc/modules-load.d/bake-kubernetes.conf';

export const kernelModules = defineStep<KernelModulesInput>({
  title: ({ modules }) => `load kernel modules ${modules.join(' ')}`,
  shell: ({ modules }) =>
    [
      withInput(`bake_write ${PATH} 0644 root root`, `${modules.join('\n')}\n`),
      `bake_modprobe ${shellWords(modules)}`,
    ].join('\n'),
  checks: ({ modules }) => [
    { check: 'file', path: PATH, exists: true, mode: '0644', owner: 'root', lines: modules },
    ...modules.map((name) => ({ check: 'kernel-module' as const, name })),
  ],
});
