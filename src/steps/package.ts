import { shellWords, withInput } from '../text/shell.ts';
import type { Check } from './check.ts';
import { defineStep } from './kind.ts';

/** Packages of apt or dnf, installed without recommended ones. */
export interface PackageInput {
  readonly packages: readonly { readonly name: string; readonly version?: string }[];
  /** Kept at their version against upgrades: `apt-mark hold` and a pin of priority 1000, or dnf's versionlock. */
  readonly hold?: boolean;
  /** Name of the repository step that must have gone before; absent for the distribution's own. */
  readonly repository?: string;
  /** What the packages are for, in the title. */
  readonly purpose: string;
}

const spec = ({ name, version }: PackageInput['packages'][number]): string =>
  version === undefined ? name : `${name}=${version}`;

export const packages = defineStep<PackageInput>({
  title: ({ packages: list, purpose }) => `install ${purpose}: ${list.map(spec).join(' ')}`,
  shell: ({ packages: list, hold, repository }, { os }) => {
    const names = list.map(({ name }) => name);
    const lines = [`bake_install ${shellWords(list.map(spec))}`];
    if (hold && os.packageManager === 'apt') {
      const pins = list.flatMap(({ name, version }) =>
        version === undefined ? [] : [`Package: ${name}\nPin: version ${version}\nPin-Priority: 1000\n`],
      );
      if (pins.length > 0) {
        const text = `# A cluster changes its version by a new image, or on purpose; never by an upgrade in the night.\n${pins.join('\n')}`;
        lines.unshift(
          withInput(`bake_write ${shellWords([pinFile(repository), '0644', 'root', 'root'])}`, text),
        );
      }
    }
    if (hold) lines.push(`bake_hold ${shellWords(names)}`);
    return lines.join('\n');
  },
  // With dnf cloud-init would ask the distribution's own repositories, before a step could name others.
  cloudConfig: ({ packages: list, hold, repository }, { os }) =>
    hold || repository !== undefined || os.packageManager === 'dnf'
      ? undefined
      : {
          packages: list.map(({ name, version }) =>
            version === undefined ? name : ([name, version] as const),
          ),
        },
  checks: ({ packages: list, hold }) =>
    list.map(({ name, version }): Check => ({
      check: 'package',
      name,
      installed: true,
      ...(version === undefined || version.endsWith('*') ? {} : { version }),
      ...(hold ? { held: true } : {}),
    })),
});

const pinFile = (repository = 'packages'): string => `/etc/apt/preferences.d/bake-${repository}`;
