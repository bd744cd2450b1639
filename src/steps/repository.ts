import { shellQuote, shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** A package repository of apt, in deb822 form (sources.list(5)). */
export interface RepositoryInput {
  readonly name: string;
  readonly uri: string;
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
  shell: ({ name, uri, suite, components, key }) => {
    const keyring = 'file' in key ? key.file : keyringOf(name);
    // apt itself holds the repository to the fingerprint, so a wrong key in the file is of no use to anyone.
    const signedBy = 'file' in key ? keyring : `${keyring} ${key.fingerprint}`;
    const stanza = [
      'Types: deb',
      `URIs: ${uri}`,
      `Suites: ${suite}`,
      ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
      `Signed-By: ${signedBy}`,
      '',
    ].join('\n');
    return [
      ...('file' in key ? [] : [`bake_fetch_key ${shellWords([key.url, keyring])}`]),
      withInput(`bake_write ${shellWords([sourceOf(name), '0644', 'root', 'root'])}`, stanza),
      `bake_update_repository ${shellQuote(sourceOf(name))} ${shellQuote(uri)}`,
    ].join('\n');
  },
  checks: ({ name, uri }) => [
    {
      check: 'file',
      path: sourceOf(name),
      exists: true,
      type: 'file',
      mode: '0644',
      owner: 'root',
      lines: [`URIs: ${uri}`],
    },
  ],
});

const sourceOf = (name: string): string => `/etc/apt/sources.list.d/bake-${name}.sources`;
const keyringOf = (name: string): string => `/etc/apt/keyrings/bake-${name}.asc`;
