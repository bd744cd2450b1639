import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { DEBIAN_PACKAGE } from '../../profile/text.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

/** Stand-ins are made as Debian packages. */
export const standInsArePackages: Rule = (resolved, { standIn }) => {
  const { title, packageManager } = OPERATING_SYSTEMS[resolved.profile.os];
  if (!standIn || packageManager === 'apt') return [];
  return [
    finding(resolved, 'B409', ['os'], `${title} can’t have stand-ins: they are Debian packages`, {
      hint: 'rehearse with a profile of Debian or Ubuntu',
    }),
  ];
};

/** mmdebstrap bootstraps from archives of apt (its manual page). */
export const systemBootstraps: Rule = (resolved) => {
  const { os, image } = resolved.profile;
  const { title, packageManager } = OPERATING_SYSTEMS[os];
  if (image.base !== 'bootstrap' || packageManager === 'apt') return [];
  return [
    finding(resolved, 'B409', ['image', 'base'], `${title} can’t be bootstrapped`, {
      hint: 'delete it, or say vendor: Packer starts from the vendor’s image or installer',
    }),
  ];
};

/** Its unit, its modules and its user are elsewhere in the Red Hat family. */
export const systemBalances: Rule = (resolved) => {
  const { os, balancer } = resolved.profile;
  const { title, packageManager } = OPERATING_SYSTEMS[os];
  if (balancer?.engine !== 'nginx' || packageManager === 'apt') return [];
  const path = usersOwn(resolved, ['balancer', 'engine'], ['os']);
  return [
    finding(resolved, 'B409', path, `on ${title} bake knows haproxy only, not nginx`, {
      hint: 'use haproxy, or another operating system',
    }),
  ];
};

/** Repositories of RPMs are flat. */
export const repositoryHasSuites: Rule = (resolved) => {
  const { os, kubernetes } = resolved.profile;
  const { title, packageManager } = OPERATING_SYSTEMS[os];
  if (packageManager === 'apt' || typeof kubernetes?.source !== 'object') return [];
  const { suite, components } = kubernetes.source;
  return Object.entries({ suite, components })
    .filter(([, value]) => value !== undefined)
    .map(([key]) =>
      finding(
        resolved,
        'B403',
        ['kubernetes', 'source', key],
        `kubernetes.source.${key} means nothing to ${title}, whose repositories are flat`,
        { at: 'key', hint: 'delete it' },
      ),
    );
};

/** Names of RPMs may have more in them. */
export const packagesHaveNamesOfTheSystem: Rule = (resolved) => {
  const { os, packages } = resolved.profile;
  const { title, packageManager } = OPERATING_SYSTEMS[os];
  if (packageManager !== 'apt') return [];
  return packages.flatMap((name, i) =>
    DEBIAN_PACKAGE.test(name)
      ? []
      : [
          finding(
            resolved,
            'B203',
            ['packages', i],
            `no package of ${title} is called ${JSON.stringify(name)}: expected small letters, digits, +, - and .`,
          ),
        ],
  );
};
