import { finding, type Rule } from './rule.ts';

/**
 * Provisioning may be run again, and killed anywhere. An error and not a warning, because only the person knows whether
 * their command bears a second run, and a word from them settles it: `unless: 'false'`.
 */
export const commandsAreGuarded: Rule = (resolved) =>
  resolved.profile.commands.flatMap(({ name, creates, unless }, i) => {
    if (creates !== undefined || unless !== undefined) return [];
    const message = `the command ${JSON.stringify(name)} has no guard, so every run of the provisioning would run it again`;
    return [
      finding(resolved, 'B410', ['commands', i], message, {
        hint: "add creates or unless; unless: 'false' if running it again is harmless",
      }),
    ];
  });
