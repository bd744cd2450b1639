import { defineStep } from './kind.ts';

/**
 * Modules of the kernel that are in packages of their own, one for each kernel: br_netfilter, xt_comment and others of Red Hat
 * Enterprise Linux 10 (k3s-ansible #684, kubespray #12355).
 */
export type KernelModulesExtraInput = Readonly<Record<string, never>>;

export const kernelModulesExtra = defineStep<KernelModulesExtraInput>({
  title: () => 'install the modules that the kernel keeps apart: kernel-modules-extra',
  shell: () => 'bake_kernel_modules_extra',
  checks: () =>
    ['kernel-modules-extra', 'kernel-modules-extra-matched'].map((name) => ({
      check: 'package',
      name,
      installed: true,
    })),
});
