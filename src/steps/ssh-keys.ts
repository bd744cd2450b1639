import { defineStep } from './kind.ts';

/** Public keys for the distribution's default user, at boot. */
export interface SshKeysInput {
  readonly keys: readonly string[];
}

export const sshKeys = defineStep<SshKeysInput>({
  title: ({ keys }) => `let ${keys.length} ssh ${keys.length === 1 ? 'key' : 'keys'} in`,
  shell: () => '',
  cloudConfig: ({ keys }) => ({ ssh_authorized_keys: keys }),
  checks: ({ keys }, { os }) => [
    {
      check: 'file',
      path: `/home/${os.defaultUser}/.ssh/authorized_keys`,
      exists: true,
      mode: '0600',
      owner: os.defaultUser,
      lines: keys,
    },
  ],
});
