import { finding, type Rule } from './rule.ts';

export const fileHasOneContent: Rule = (resolved) =>
  resolved.profile.files.flatMap(({ path, content, source }, i) => {
    if ((content === undefined) !== (source === undefined)) return [];
    const message =
      content === undefined
        ? `${path} has neither content nor source`
        : `${path} has both content and source`;
    return [
      finding(resolved, 'B402', ['files', i], message, {
        hint: 'a file needs exactly one of content and source',
      }),
    ];
  });
