import { shellWords, withInput } from '../text/shell.ts';
import type { Check } from './check.ts';
import { defineStep } from './kind.ts';

/** A person's account, without a password. */
export interface UserInput {
  readonly name: string;
  readonly gecos: string;
  readonly groups: readonly string[];
  readonly shell: string;
  readonly sudo: 'none' | 'nopasswd';
  readonly sshKeys: readonly string[];
}

const SUDO_RULE = 'ALL=(ALL) NOPASSWD:ALL';

export const user = defineStep<UserInput>({
  title: ({ name }) => `create user ${name}`,
  shell: ({ name, gecos, groups, shell, sudo, sshKeys }) =>
    [
      `bake_user ${shellWords([name, gecos, shell, groups.join(',')])}`,
      ...(sshKeys.length > 0
        ? [withInput(`bake_ssh_keys ${shellWords([name])}`, sshKeys.map((key) => `${key}\n`).join(''))]
        : []),
      ...(sudo === 'nopasswd'
        ? [
            withInput(
              `bake_write ${shellWords([sudoers(name), '0440', 'root', 'root'])}`,
              `${name} ${SUDO_RULE}\n`,
            ),
          ]
        : []),
    ].join('\n'),
  // cloud-init writes sudo rules into a file of its own name; a file of ours keeps both routes alike.
  cloudConfig: ({ name, gecos, groups, shell, sudo, sshKeys }) => ({
    users: [
      {
        name,
        gecos,
        shell,
        lock_passwd: true,
        ...(groups.length > 0 ? { groups } : {}),
        ...(sshKeys.length > 0 ? { ssh_authorized_keys: sshKeys } : {}),
      },
    ],
    ...(sudo === 'nopasswd'
      ? {
          write_files: [
            {
              path: sudoers(name),
              content: `${name} ${SUDO_RULE}\n`,
              owner: 'root:root',
              permissions: '0440',
              defer: true,
            },
          ],
        }
      : {}),
  }),
  checks: ({ name, groups, shell, sudo, sshKeys }) => [
    { check: 'user', name, shell, home: `/home/${name}`, ...(groups.length > 0 ? { groups } : {}) },
    ...(sshKeys.length > 0
      ? [
          {
            check: 'file',
            path: `/home/${name}/.ssh/authorized_keys`,
            exists: true,
            mode: '0600',
            owner: name,
            lines: sshKeys,
          } satisfies Check,
        ]
      : []),
    ...(sudo === 'nopasswd'
      ? [
          {
            check: 'file',
            path: sudoers(name),
            exists: true,
            mode: '0440',
            owner: 'root',
            lines: [`${name} ${SUDO_RULE}`],
          } satisfies Check,
        ]
      : []),
  ],
});

const sudoers = (name: string): string => `/etc/sudoers.d/bake-${name}`;
