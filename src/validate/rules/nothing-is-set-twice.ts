import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../../profile/profile.ts';
import { finding, type Rule } from './rule.ts';

interface Named {
  /** What two entries may not share; said in the message. */
  readonly name: string;
  readonly path: Path;
}

/** Lists grow along `extends`, so the second entry may be in another file than the first: both are shown. */
export const nothingIsSetTwice: Rule = (resolved) => {
  const { files, users, commands, kubernetes, runtime, system } = resolved.profile;
  const lists: Named[][] = [
    files.map(({ path }, i) => ({ name: `the file ${path}`, path: ['files', i, 'path'] })),
    users.map(({ name }, i) => ({ name: `the user ${name}`, path: ['users', i, 'name'] })),
    commands.map(({ name }, i) => ({
      name: `the command ${JSON.stringify(name)}`,
      path: ['commands', i, 'name'],
    })),
    (kubernetes?.images ?? []).map(({ sha256 }, i) => ({
      name: `the archive of images with sha256 ${sha256}`,
      path: ['kubernetes', 'images', i, 'sha256'],
    })),
    (runtime?.registries ?? []).map(({ host }, i) => ({
      name: `the registry ${host.toLowerCase()}`,
      path: ['runtime', 'registries', i, 'host'],
    })),
    system.firewall.allow.flatMap(({ port, protocol, from }, i) =>
      [...new Set(from ?? ['any address'])].map((source) => ({
        name: `${protocol ?? 'tcp'} port ${port} from ${source}`,
        path: ['system', 'firewall', 'allow', i, 'port'],
      })),
    ),
  ];
  return lists.flatMap((list) => repeated(resolved, list));
};

function repeated(resolved: ResolvedProfile, list: readonly Named[]): Diagnostic[] {
  const first = new Map<string, Named>();
  return list.flatMap((entry) => {
    const earlier = first.get(entry.name);
    if (!earlier) {
      first.set(entry.name, entry);
      return [];
    }
    const related = [{ message: 'first set here', span: resolved.spanOf(earlier.path) }];
    return [
      finding(resolved, 'B406', entry.path, `${entry.name} is set twice`, {
        related,
        hint: 'delete one; !replace before a list drops the inherited entries',
      }),
    ];
  });
}
