import type { Plan } from '../plan/plan.ts';
import {
  attributes,
  block,
  hclText,
  variable,
  type HclBlock,
  type HclBody,
  type HclValue,
} from '../text/hcl.ts';
import { beside, type Builder, type MachineFacts } from './builder.ts';

/** The name of every source of ours: `source.qemu.golden`. */
export const SOURCE = 'golden';

/** What the sources are told of the image, and the sources, one a builder. */
export function sourcesFile(builders: readonly Builder[], machine: MachineFacts, plan: Plan): string {
  const tags = tagsOf(plan);
  const pairs = (entries: readonly (readonly [string, string])[]): HclValue => Object.fromEntries(entries);
  return hclText([
    block(
      ['locals'],
      [
        attributes({
          description: descriptionOf(plan),
          tags: pairs(tags),
          labels: pairs(tags.map(([key, value]) => [key, labelText(value)])),
        }),
      ],
      'What the finished image is made of. Labels are tags for platforms that take small letters, digits, - and _ only.',
    ),
    ...builders.map((builder) => sourceBlock(builder, machine)),
  ]);
}

export const sourceBlock = (builder: Builder, machine: MachineFacts): HclBlock =>
  block(['source', builder.name, SOURCE], [...builder.source(machine), ...loginOf(builder)], builder.title);

function loginOf({ login }: Builder): HclBody {
  const ssh_timeout = variable('ssh_timeout');
  switch (login) {
    case 'build-key':
      return [
        attributes(
          { ssh_username: 'root', ssh_private_key_file: beside('seed/key'), ssh_timeout },
          'root, so that no user has to be taken out of the image; sealing takes the key out.',
        ),
      ];
    case 'platform-key':
      return [
        attributes(
          { ssh_username: 'root', ssh_timeout },
          'root, so that no user has to be taken out of the image. Packer makes the key, and sealing takes it out.',
        ),
      ];
    case 'build-user':
      return [attributes({ ssh_username: variable('build_user'), ssh_timeout })];
  }
}

/**
 * Name and value of each tag: profile, operating system, plan, versions. Packer takes them for templates of Go's; their shapes
 * (src/profile/text.ts) leave no braces in them.
 */
function tagsOf({ profile, os, hash, versions, standIn }: Plan): [string, string][] {
  return [
    ['bake-profile', profile],
    ['bake-os', os],
    ['bake-plan', hash.slice(0, 12)],
    ...Object.entries(versions).map(([name, version]): [string, string] => [`bake-${name}`, version]),
    ...(standIn ? [['bake-stand-ins', 'yes'] as [string, string]] : []),
  ];
}

/** At most 63 characters, as Google's labels and Hetzner's: these begin and end with a letter or digit. */
const labelText = (value: string): string =>
  value
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 63)
    .replace(/^[-_]+|[-_]+$/g, '');

function descriptionOf({ profile, os, hash, versions, standIn }: Plan): string {
  const of = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = [`${profile} on ${os}`, ...of, `plan ${hash.slice(0, 12)}`, 'made by bake'];
  return `${parts.join(', ')}${standIn ? '; STAND-INS in place of Kubernetes' : ''}`;
}
