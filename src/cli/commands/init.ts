import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { writeIfChanged } from '../../adapters/output.ts';
import { OS_IDS } from '../../profile/schema.ts';
import { clusterTemplate } from '../cluster-template.ts';
import { clusterJsonSchema, profileJsonSchema } from './schema.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { cannotWrite } from '../write-artifacts.ts';

const PROFILES = { master: 'control-plane machines', worker: 'workers', haproxy: 'balancers' } as const;

export interface InitOptions {
  /** With a cluster file. */
  readonly cluster?: boolean;
  /** Print `{"folder":…,"files":[…]}` instead of what comes next. */
  readonly json?: boolean;
}

/** `bake init DIR`: three profiles that extend ours, with all that an editor and git need; on request a cluster file. */
export function initCommand(dir: string, options: InitOptions, io: Io): void {
  if (dir === '')
    throw new Stop(EXIT.usage, 'say which folder to make: bake init my-cluster (. for the one you are in)');
  const folder = resolve(io.cwd, dir);
  if (namesIn(folder).some((name) => name !== '.git'))
    throw new Stop(EXIT.input, `${dir} is there and not empty; nothing was written. Choose a new folder`);
  const files: Record<string, string> = {
    '.gitignore':
      '# Images and other products of bake\nout/\n# Keys never belong into a repository\nsecrets.yaml\n',
    'profile.schema.json': profileJsonSchema(),
    'README.md': readme(options),
    ...(options.cluster
      ? { 'cluster.yaml': clusterTemplate(), 'cluster.schema.json': clusterJsonSchema() }
      : {}),
    ...Object.fromEntries(
      Object.entries(PROFILES).map(([role, what]) => [`${role}.yaml`, profile(role, what)]),
    ),
  };
  try {
    for (const [name, text] of Object.entries(files)) writeIfChanged(folder, name, text, 0o644);
  } catch (error) {
    throw cannotWrite(error, folder, 'choose another folder');
  }
  if (options.json) {
    io.out(`${JSON.stringify({ folder, files: Object.keys(files).sort() }, null, 2)}\n`);
    return;
  }
  const shown = relative(io.cwd, folder) || '.';
  const at = (name: string): string => join(shown, name).replace(/^(?=[^/]*$)/, './');
  const cluster = `--cluster ${at('cluster.yaml')}`;
  const next = options.cluster
    ? [
        `secrets new ${cluster} --out ${at('secrets.yaml')}`,
        `rehearse ${cluster} --stand-in`,
        `cluster render ${cluster}`,
      ]
    : [`plan --profile ${at('worker.yaml')}`, `--profile ${at('worker.yaml')} --stand-in`];
  const lines = next.map((line) => `  npx bake ${line}\n`);
  io.out(
    `Wrote ${Object.keys(files).length} files to ${shown === '.' ? 'this folder' : shown}. Next:\n\n${lines.join('')}`,
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        return [];
      case 'ENOTDIR':
        throw new Stop(
          EXIT.input,
          `${folder} is a file, or below one; nothing was written. Choose another folder`,
        );
      default:
        throw cannotWrite(error, folder, 'choose another folder');
    }
  }
}

function profile(role: string, what: string): string {
  const own =
    role === 'haproxy'
      ? '# packages: [tcpdump]\n'
      : `# kubernetes:\n#   version: 1.35.8\n#   source: official # or aliyun, tuna, binaries, or a repository of yours\n\n# runtime:\n#   engine: containerd # or docker, with cri-dockerd\n`;
  return `# yaml-language-server: $schema=./profile.schema.json\n# Our ${what}. What is not said here comes from bake’s own profile ${role} (bake plan shows all of it).\nextends: ${role}\n\n# os: debian-13 # or ${OS_IDS.filter((id) => id !== 'debian-13').join(', ')}\n\n${own}\n# users:\n#   - name: ops\n#     sudo: nopasswd\n#     sshKeys: [ssh-ed25519 AAAA...]\n`;
}

const CLUSTER_COMMANDS = `
    bake secrets new --cluster cluster.yaml  # keys, tokens and passwords, in secrets.yaml
    bake rehearse --stand-in                 # the whole cluster, on this computer
    bake cluster render                      # what each machine is told, in out/NAME/
`;

function readme({ cluster }: InitOptions): string {
  return `# Machine images of our cluster

Made by bake from these files:

| file | what |
| --- | --- |
${Object.entries(PROFILES)
  .map(([role, what]) => `| ${role}.yaml | ${what} |`)
  .join('\n')}${cluster ? '\n| cluster.yaml | who they are together: addresses, networks, endpoint |' : ''}

With bake on the path, or \`npx bake\` and the paths of these files where it is kept:

    bake plan --profile ./worker.yaml        # what would be done
    bake --profile ./worker.yaml             # the image, in out/worker/
    bake verify out/worker/worker.qcow2      # boots it and checks it
${cluster ? CLUSTER_COMMANDS : ''}
Where Kubernetes' packages can't be reached, \`--stand-in\` bakes an image to try things with.
`;
}
