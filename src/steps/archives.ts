import { shellQuote, shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** The distribution's own archives, for a machine that takes its packages from somewhere else than its image says. */
export type ArchivesInput = AptArchives | DnfArchives;

interface AptArchives {
  /** The release first, then its updates and security. */
  readonly archives: readonly {
    readonly uri: string;
    readonly suite: string;
    readonly components: readonly string[];
  }[];
  /** On the machine; brought by the distribution's own package. Whoever mirrors can't sign. */
  readonly keyring: string;
}

interface DnfArchives {
  /** What `RELEASE/BaseOS/ARCH/os/` and the others are below. The distribution's own entries keep their keys. */
  readonly base: string;
}

const SOURCES = '/etc/apt/sources.list.d/bake-archives.sources';

/** What distributions and mmdebstrap write; the person's own entries have other names. Lists that other archives have given are old. */
const NO_OTHERS = `for old in /etc/apt/sources.list.d/{debian,ubuntu}.sources; do
  [ ! -e "$old" ] || { rm -f -- "$old" && BAKE_CHANGED=yes; }
done
if grep -qs '^[^#]' /etc/apt/sources.list; then
  sed 's/^[^#]/# bake: is in bake-archives.sources: &/' /etc/apt/sources.list >/etc/apt/.sources.list.old
  bake_write /etc/apt/sources.list 0644 root root </etc/apt/.sources.list.old
  rm -f -- /etc/apt/.sources.list.old
fi
[ "$BAKE_CHANGED" = no ] || rm -f -- /var/lib/apt/lists/.bake-updated`;

export const archives = defineStep<ArchivesInput>({
  title: (input) => `take packages from ${placesOf(input).join(' and ')}`,
  shell: (input) => {
    if ('base' in input) return `bake_mirror ${shellQuote(input.base)}`;
    const { archives: list, keyring } = input;
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
    const write = `bake_write ${shellWords([SOURCES, '0644', 'root', 'root'])}`;
    return `${withInput(write, stanzas.join('\n'))}\n${NO_OTHERS}`;
  },
  // Before the first package is installed, which is before any script runs (cc_apt_configure).
  cloudConfig: (input) => {
    if ('base' in input) return undefined;
    const { archives: list } = input;
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
      title: `${'base' in input ? 'dnf' : 'apt'} takes packages from ${uri}`,
      script: 'base' in input ? DNF_ASKS(uri) : APT_ASKS(uri),
    })),
});

// Debian's cloud-init writes the addresses into lists of mirrors of their own.
const APT_ASKS = (uri: string): string =>
  `grep -rqsF -- ${shellQuote(uri)} /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/mirrors`;

const DNF_ASKS = (base: string): string =>
  `grep -qsF -- ${shellQuote(`baseurl=${base}/`)} /etc/yum.repos.d/rocky.repo && ! grep -qs '^mirrorlist=' /etc/yum.repos.d/rocky*.repo`;

const placesOf = (input: ArchivesInput): string[] =>
  'base' in input ? [input.base] : [...new Set(input.archives.map(({ uri }) => uri))];
