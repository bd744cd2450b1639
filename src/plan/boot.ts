import type { ResolvedProfile } from '../profile/profile.ts';
import type { Draft } from './draft.ts';

/** Identity and access, at first boot: nothing of it is in an image. */
export function planBoot({ profile }: ResolvedProfile): Draft[] {
  const { hostname, sshKeys = [] } = profile.boot;
  return [
    ...(hostname === undefined
      ? []
      : [
          {
            phase: 'boot' as const,
            because: ['boot', 'hostname'],
            step: { kind: 'hostname' as const, input: { hostname } },
          },
        ]),
    ...(sshKeys.length === 0
      ? []
      : [
          {
            phase: 'boot' as const,
            because: ['boot', 'sshKeys'],
            step: { kind: 'ssh-keys' as const, input: { keys: sshKeys } },
          },
        ]),
    ...(profile.runtime?.registries ?? []).flatMap(({ host, credentials }, i) =>
      credentials === undefined
        ? []
        : [
            {
              phase: 'boot' as const,
              because: ['runtime', 'registries', i, 'credentials'],
              step: { kind: 'registry-login' as const, input: { host, credentials } },
            },
          ],
    ),
  ];
}
