import type { ResolvedProfile } from '../profile/profile.ts';
import type { FirstBootInput } from '../steps/first-boot.ts';
import type { Draft } from './draft.ts';

/** Identity and access, at first boot: nothing of it is in an image. */
export function planBoot({ profile }: ResolvedProfile, member?: FirstBootInput): Draft[] {
  const { sshKeys = [] } = profile.boot;
  // A node's name in its cluster is its name.
  const hostname = member?.node ?? profile.boot.hostname;
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
    ...(member === undefined
      ? []
      : [
          {
            phase: 'boot' as const,
            because: ['role'],
            step: { kind: 'first-boot' as const, input: member },
          },
        ]),
  ];
}
