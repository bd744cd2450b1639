import { shellQuote, shellWords, withInput } from '../text/shell.ts';
import { defineStep, type StepContext } from './kind.ts';

/** A package repository of apt, in deb822 form (sources.list(5)), or of dnf (dnf.conf(5), "Repo options"). */
export interface RepositoryInput {
  readonly name: string;
  readonly uri: string;
  /** Of apt's; `/` for a flat repository and for dnf's, which have no suites. */
  readonly suite: string;
  readonly components: readonly string[];
  /**
   * The signing key: fetched from `url` and believed for `fingerprint` only, or a keyring that an earlier step has
   * made on the machine.
   */
  readonly key: { readonly url: string; readonly fingerprint: string } | { readonly file: string };
}

export const repository = defineStep<RepositoryInput>({
  title: ({ name, uri }) => `add the ${name} repository, ${uri}`,
  shell: (input, { os }) => {
    const { name, uri, key } = input;
    const { entry, keyring, text } = FORMS[os.packageManager];
    const file = 'file' in key ? key.file : keyring(name);
    return [
      ...('file' in key ? [] : [`bake_fetch_key ${shellWords([key.url, file, key.fingerprint])}`]),
      withInput(`bake_write ${shellWords([entry(name), '0644', 'root', 'root'])}`, text(input, file)),
      `bake_update_repository ${shellQuote(entry(name))} ${shellQuote(uri)}`,
    ].join('\n');
  },
  checks: ({ name, uri }, { os }) => [
    {
      check: 'file',
      path: FORMS[os.packageManager].entry(name),
      exists: true,
      type: 'file',
      mode: '0644',
      owner: 'root',
      lines: [FORMS[os.packageManager].address(uri)],
    },
  ],
});

interface Form {
  readonly entry: (name: string) => string;
  readonly keyring: (name: string) => string;
  readonly address: (uri: string) => string;
  readonly text: (input: RepositoryInput, keyring: string) => string;
}

const FORMS: Readonly<Record<StepContext['os']['packageManager'], Form>> = {
  apt: {
    entry: (name) => `/etc/apt/sources.list.d/bake-${name}.sources`,
    keyring: (name) => `/etc/apt/keyrings/bake-${name}.asc`,
    address: (uri) => `URIs: ${uri}`,
    text: ({ uri, suite, components, key }, keyring) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
        // apt itself holds the repository to the fingerprint, so a wrong key in the file is of no use to anyone.
        `Signed-By: ${'file' in key ? keyring : `${keyring} ${key.fingerprint}`}`,
        '',
      ].join('\n'),
  },
  dnf: {
    entry: (name) => `/etc/yum.repos.d/bake-${name}.repo`,
    keyring: (name) => `/etc/pki/rpm-gpg/RPM-GPG-KEY-bake-${name}`,
    address: (uri) => `baseurl=${uri}`,
    // Each package is signed; nothing of the file but this one key was let in.
    text: ({ name, uri }, keyring) =>
      `[bake-${name}]\nname=${name}, added by bake\nbaseurl=${uri}\nenabled=1\ngpgcheck=1\ngpgkey=file://${keyring}\n`,
  },
};
