import { shellWords, withInput } from '../text/shell.ts';
import { tomlTable } from '../text/toml.ts';
import { defineStep } from './kind.ts';

/**
 * /etc/containerd/config.toml. Version 3 of the format where the installed containerd is 2.x, version 2 before:
 * only the machine knows, since Ubuntu moved from 1.7 to 2.2 inside a release. (containerd docs/cri/config.md)
 */
export interface ContainerdConfigInput {
  readonly pauseImage: string;
  readonly systemdCgroup: boolean;
}

const PATH = '/etc/containerd/config.toml';
const IMPORTS = ['/etc/containerd/conf.d/*.toml'];
/** Where kubernetes-cni puts its plugins; Debian's containerd would look in /usr/lib/cni. */
const CNI_BIN = '/opt/cni/bin';
const CNI_CONF = '/etc/cni/net.d';

export const containerdConfig = defineStep<ContainerdConfigInput>({
  title: () => 'configure containerd',
  shell: (input) =>
    [
      'local major',
      'major=$(bake_containerd_major)',
      'if [ "$major" -ge 2 ]; then',
      withInput(`bake_write ${shellWords([PATH, '0644', 'root', 'root'])}`, version3(input)),
      'else',
      withInput(`bake_write ${shellWords([PATH, '0644', 'root', 'root'])}`, version2(input)),
      'fi',
      'bake_directory /etc/containerd/conf.d 0700 root root',
      'bake_directory /etc/containerd/certs.d 0755 root root',
      'bake_restart_if_changed containerd.service',
    ].join('\n'),
  checks: ({ pauseImage, systemdCgroup }) => [
    {
      check: 'file',
      path: PATH,
      exists: true,
      mode: '0644',
      owner: 'root',
      lines: [`SystemdCgroup = ${systemdCgroup}`],
    },
    {
      check: 'command',
      title: `containerd uses the sandbox image ${pauseImage}`,
      script: `containerd config dump | grep -qF ${shellWords([JSON.stringify(pauseImage)])} || containerd config dump | grep -qF "'${pauseImage}'"`,
    },
    {
      check: 'command',
      title: 'containerd offers the CRI',
      script: `ctr plugins ls | grep -E '[[:space:]]cri[[:space:]].*[[:space:]]ok[[:space:]]*$'`,
    },
  ],
});

const HEADER = '# Written by bake. Additions go into /etc/containerd/conf.d, registries into certs.d.';

function version2({ pauseImage, systemdCgroup }: ContainerdConfigInput): string {
  const cri = ['plugins', 'io.containerd.grpc.v1.cri'];
  return document([
    `${HEADER}\nversion = 2\n${tomlTable([], { imports: IMPORTS })}`,
    tomlTable(cri, { sandbox_image: pauseImage }),
    tomlTable([...cri, 'cni'], { bin_dir: CNI_BIN, conf_dir: CNI_CONF }),
    tomlTable([...cri, 'containerd', 'runtimes', 'runc'], { runtime_type: 'io.containerd.runc.v2' }),
    tomlTable([...cri, 'containerd', 'runtimes', 'runc', 'options'], { SystemdCgroup: systemdCgroup }),
    tomlTable([...cri, 'registry'], { config_path: '/etc/containerd/certs.d' }),
  ]);
}

function version3({ pauseImage, systemdCgroup }: ContainerdConfigInput): string {
  const images = ['plugins', 'io.containerd.cri.v1.images'];
  const runtime = ['plugins', 'io.containerd.cri.v1.runtime'];
  return document([
    `${HEADER}\nversion = 3\n${tomlTable([], { imports: IMPORTS })}`,
    tomlTable([...images, 'pinned_images'], { sandbox: pauseImage }),
    tomlTable([...images, 'registry'], { config_path: '/etc/containerd/certs.d' }),
    // bin_dirs came with 2.1; 2.0 knows bin_dir, whose default is the same folder.
    tomlTable([...runtime, 'cni'], { bin_dirs: [CNI_BIN], conf_dir: CNI_CONF }),
    tomlTable([...runtime, 'containerd', 'runtimes', 'runc'], { runtime_type: 'io.containerd.runc.v2' }),
    tomlTable([...runtime, 'containerd', 'runtimes', 'runc', 'options'], { SystemdCgroup: systemdCgroup }),
  ]);
}

const document = (tables: readonly string[]): string => `${tables.join('\n\n')}\n`;
