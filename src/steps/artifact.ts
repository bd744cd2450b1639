import { shellWords } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** Something fetched by URL and believed for its sha256. */
export interface ArtifactInput {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  /** A bare program, or members of a tar archive put below a folder. */
  readonly install:
    | { readonly as: 'file'; readonly path: string }
    | {
        readonly as: 'archive';
        /** One at a time is on a machine: another version of it replaces what this one put there. */
        readonly component: string;
        readonly folder: string;
        readonly stripComponents: number;
        readonly members: readonly string[];
      };
}

export const artifact = defineStep<ArtifactInput>({
  title: ({ name, url }) => `install ${name} from ${url}`,
  shell: ({ url, sha256, install }) =>
    install.as === 'file'
      ? `bake_install_file ${shellWords([url, sha256, install.path])}`
      : `bake_install_archive ${shellWords([install.component, url, sha256, install.folder, String(install.stripComponents), ...install.members])}`,
  checks: ({ install, sha256 }) =>
    install.as === 'file'
      ? [
          {
            check: 'file',
            path: install.path,
            exists: true,
            type: 'file',
            mode: '0755',
            owner: 'root',
            sha256,
          },
        ]
      : install.members.map((member) => ({
          check: 'file' as const,
          path: `${install.folder}/${member.split('/').slice(install.stripComponents).join('/')}`,
          exists: true,
          owner: 'root',
        })),
});
