import type { ResolvedProfile } from '../profile/profile.ts';
import { inLayer, rootFile, type Draft } from './draft.ts';
import { criSocket, pauseImage } from './runtime.ts';

const draft = inLayer('profile');

/** Users, packages, files and commands of the person's own, in this order, after everything else. */
export function planOwn(resolved: ResolvedProfile): Draft[] {
  const { users, packages, files, commands } = resolved.profile;
  return [
    ...users.map((user, i) =>
      draft(['users', i], {
        kind: 'user',
        input: {
          name: user.name,
          gecos: user.gecos ?? '',
          groups: user.groups ?? [],
          shell: user.shell ?? '/bin/bash',
          sudo: user.sudo ?? 'none',
          sshKeys: user.sshKeys ?? [],
        },
      }),
    ),
    ...(packages.length > 0
      ? [
          draft(['packages'], {
            kind: 'package',
            input: { purpose: 'extra packages', packages: packages.map((name) => ({ name })) },
          }),
        ]
      : []),
    ...files.map((file, i) =>
      draft(['files', i], {
        kind: 'file',
        input: {
          path: file.path,
          content: file.content ?? resolved.attachments.get(JSON.stringify(['files', i, 'source'])) ?? '',
          mode: file.mode ?? '0644',
          owner: file.owner ?? 'root',
          group: file.group ?? file.owner ?? 'root',
        },
      }),
    ),
    ...commands.map(({ name, run, creates, unless }, i) =>
      draft(['commands', i], {
        kind: 'command',
        input: {
          name,
          run,
          ...(creates === undefined ? {} : { creates }),
          ...(unless === undefined ? {} : { unless }),
        },
      }),
    ),
  ];
}

/** /etc/bake/release, in the form of os-release(5): what this machine is, for people and for first boot. */
export function planRelease({ profile }: ResolvedProfile, standIn: boolean): Draft[] {
  const { runtime, kubernetes } = profile;
  const facts: Record<string, string> = {
    BAKE_PROFILE: profile.name,
    BAKE_ROLE: profile.role,
    BAKE_OS: profile.os,
    ...(runtime && kubernetes
      ? {
          BAKE_KUBERNETES: kubernetes.version,
          BAKE_RUNTIME: runtime.engine,
          BAKE_CRI_SOCKET: criSocket(runtime, kubernetes),
          BAKE_PAUSE_IMAGE: pauseImage(runtime, kubernetes),
        }
      : {}),
    BAKE_STAND_IN: standIn ? 'yes' : 'no',
  };
  const release = Object.entries(facts)
    .map(([key, value]) => `${key}="${value}"\n`)
    .join('');
  const warning =
    'This machine has STAND-INS in place of Kubernetes. They go through the motions for rehearsals and tests.\n';
  return [
    draft(['role'], rootFile('/etc/bake/release', release)),
    ...(standIn
      ? [
          draft(['kubernetes'], rootFile('/etc/motd.d/bake-stand-in', warning)),
          draft(['kubernetes'], rootFile('/etc/issue.d/bake-stand-in.issue', warning)),
        ]
      : []),
  ];
}
