import { covering, MANAGED_PATHS, PASSING_PATHS } from './managed-paths.ts';
import { finding, type Rule } from './rule.ts';

/** A file must not fight with what bake writes, and must still be there on the machine. */
export const pathsAreFreeToWrite: Rule = (resolved) => {
  const { profile } = resolved;
  return profile.files.flatMap(({ path }, i) => {
    const at = ['files', i, 'path'];
    const passing = covering(PASSING_PATHS, path, profile);
    if (passing)
      return [finding(resolved, 'B407', at, `${path} would not be on the machine: ${passing.instead}`)];
    const managed = covering(MANAGED_PATHS, path, profile);
    if (managed)
      return [finding(resolved, 'B407', at, `${path} is managed by bake`, { hint: managed.instead })];
    return [];
  });
};

/** A guard that vanishes with the bake guards nothing: the command would run again. */
export const guardsOutliveTheBake: Rule = (resolved) =>
  resolved.profile.commands.flatMap(({ creates }, i) => {
    const passing = creates === undefined ? undefined : covering(PASSING_PATHS, creates, resolved.profile);
    if (!passing) return [];
    return [
      finding(
        resolved,
        'B407',
        ['commands', i, 'creates'],
        `${creates} can’t show that the command has run: ${passing.instead}`,
      ),
    ];
  });

/** One path can't be both a file and the folder of another. */
export const filesAreNotFolders: Rule = (resolved) => {
  const { files } = resolved.profile;
  return files.flatMap(({ path }, i) => {
    const inside = files.find((other) => other.path.startsWith(`${path}/`));
    if (!inside) return [];
    return [
      finding(
        resolved,
        'B402',
        ['files', i, 'path'],
        `${path} is a file here and a folder in ${inside.path}`,
      ),
    ];
  });
};
