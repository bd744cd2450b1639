import { finding, type Rule } from './rule.ts';

/** Credentials that a registry names come from the secrets file; without one, user-data is written without them. */
export const secretsAreGiven: Rule = (resolved, { secrets }) =>
  (resolved.profile.runtime?.registries ?? []).flatMap(({ host, credentials }, i) => {
    if (credentials === undefined || Object.hasOwn(secrets?.registries ?? {}, credentials)) return [];
    const path = ['runtime', 'registries', i, 'credentials'];
    return secrets
      ? [
          finding(
            resolved,
            'B411',
            path,
            `the secrets file has no registry credentials named ${JSON.stringify(credentials)}`,
            {
              hint: `it has: ${Object.keys(secrets.registries).join(', ') || 'none'}`,
            },
          ),
        ]
      : [
          finding(resolved, 'B411', path, `user-data is written without the credentials of ${host}`, {
            severity: 'warning',
            hint: 'give them with --secrets FILE',
          }),
        ];
  });
