import { shellQuote, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** The distribution's own archives, for a machine that takes its packages from somewhere else than its image says. */
export interface ArchivesInput {
  /** The release first, then its updates and security. */
  readonly archives: readonly {
    readonly uri: string;
    readonly suite: string;
    readonly components: readonly string[];
  }[];
  /** On the machine; brought by the distribution's own package. Whoever mirrors can't sign. */
  readonly keyring: string;
}

export const archives = defineStep<ArchivesInput>({
  title: (input) => `take packages from ${placesOf(input).join(' and ')}`,
  shell: ({ archives: list, keyring }) => {
    const stanzas = list.map(({ uri, suite, components }) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        `Components: ${components.join(' ')}`,
        `Signed-By: ${keyring}`,
        '',
      ].join('\n'),
    );
    return withInput('bake_archives', stanzas.join('\n'));
  },
  // Before the first package is installed, which is before any script runs (cc_apt_configure).
  cloudConfig: ({ archives: list }) => {
    const from = (uri: string | undefined) => [{ arches: ['default'], uri }];
    return {
      apt: {
        preserve_sources_list: false,
        primary: from(list[0]?.uri),
        security: from(list.at(-1)?.uri),
      },
    };
  },
  checks: (input) =>
    placesOf(input).map((uri) => ({
      check: 'command',
      title: `apt takes packages from ${uri}`,
      // Debian's cloud-init writes the addresses into lists of mirrors of their own.
      script: `grep -rqsF -- ${shellQuote(uri)} /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/mirrors`,
    })),
});

const placesOf = (input: ArchivesInput): string[] => [...new Set(input.archives.map(({ uri }) => uri))];
