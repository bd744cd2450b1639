import { defineStep } from './kind.ts';

/**
 * SELinux tells what it would refuse, and refuses nothing, as kubeadm's documentation wants it (kubernetes.io, "Installing kubeadm":
 * containers must reach the host's files, and the kubelet's support is not complete). For systems that have it on.
 */
export type SelinuxInput = Readonly<Record<string, never>>;

export const selinux = defineStep<SelinuxInput>({
  title: () => 'have SELinux permit and tell',
  shell: () => 'bake_selinux_permissive',
  checks: () => [
    {
      check: 'command',
      title: 'SELinux does not enforce',
      script: `! grep -qs '^SELINUX=enforcing' /etc/selinux/config && [ "$(cat /sys/fs/selinux/enforce 2>/dev/null || echo 0)" = 0 ]`,
    },
  ],
});
