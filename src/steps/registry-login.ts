import { defineStep } from './kind.ts';

/**
 * Credentials of a private registry, at boot. The step names them; their values come from the secrets file when user-data is
 * written, and are nowhere in a plan or an image.
 */
export interface RegistryLoginInput {
  readonly host: string;
  /** Their name in the secrets file. */
  readonly credentials: string;
}

/** The program of the image that hands credentials to the runtime (userdata/registry-login). */
export const REGISTRY_LOGIN = '/usr/lib/bake/registry-login';

export const registryLogin = defineStep<RegistryLoginInput>({
  title: ({ host, credentials }) => `log in to ${host} with the credentials ${credentials}`,
  shell: () => '',
  cloudConfig: ({ host, credentials }, { secrets }) => {
    const login = secrets?.registries[credentials];
    // Without a secrets file the machine does without: the compiler has said so.
    if (!login) return {};
    return {
      write_files: [
        {
          path: `/etc/bake/registries/${host}.json`,
          content: `${JSON.stringify({ username: login.username, password: login.password })}\n`,
          owner: 'root:root',
          permissions: '0600',
        },
      ],
      runcmd: [[REGISTRY_LOGIN, host]],
    };
  },
  checks: ({ host }) => [{ check: 'file', path: `/etc/bake/registries/${host}.json`, exists: false }],
});
