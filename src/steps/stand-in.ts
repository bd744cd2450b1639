import { shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/**
 * Stand-ins: packages that carry the names and versions of Kubernetes' own and go through the motions. They are made
 * on the machine as proper debs in a repository signed by a key that is thrown away at once, so that the steps which
 * install and pin the real ones install and pin these.
 */
export interface StandInInput {
  readonly packages: readonly StandInPackage[];
}

export interface StandInPackage {
  readonly name: string;
  readonly version: string;
  readonly depends: readonly string[];
  readonly files: readonly { readonly path: string; readonly mode: string; readonly content: string }[];
}

export const STAND_IN_FOLDER = '/usr/share/bake/stand-in';
export const STAND_IN_KEYRING = `${STAND_IN_FOLDER}/keyring.gpg`;

export const standIn = defineStep<StandInInput>({
  title: ({ packages }) =>
    `make stand-in packages: ${packages.map(({ name, version }) => `${name}=${version}`).join(' ')}`,
  shell: ({ packages }) =>
    [
      'bake_stand_in_begin && return 0',
      ...packages.flatMap(({ name, version, depends, files }) => [
        `bake_stand_in_package ${shellWords([name, version, depends.join(', ')])}`,
        ...files.map(({ path, mode, content }) =>
          withInput(`bake_stand_in_file ${shellWords([name, path, mode])}`, content),
        ),
        `bake_stand_in_build ${shellWords([name])}`,
      ]),
      'bake_stand_in_end',
    ].join('\n'),
  checks: ({ packages }) => [
    ...packages.map(({ name, version }) => ({ check: 'package' as const, name, installed: true, version })),
    { check: 'file', path: `${STAND_IN_FOLDER}/InRelease`, exists: true, lines: ['Label: bake stand-in'] },
  ],
});
