import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { knownAddon } from '../../catalog/addons.ts';
import { NOWHERE } from '../complete.ts';
import { finding, type ClusterRule } from './rule.ts';

/** A manifest is applied with an administrator's rights: who can change it owns the cluster. */
export const addonsArePinned: ClusterRule = (given) =>
  given.cluster.addons.flatMap(({ name, from }, i): Diagnostic[] => {
    if ('text' in from) return [];
    const path = ['addons', i];
    const known = knownAddon(name);
    if (from.url === NOWHERE)
      return [
        finding(
          given,
          'B610',
          path,
          name === 'cilium'
            ? 'cilium publishes no manifest: it is made by its own tool'
            : `nothing says where the add-on ${name} comes from`,
          {
            hint:
              name === 'cilium'
                ? '{name: cilium, file: cilium.yaml}, made by `helm template`'
                : 'give it a file beside this one, or url and sha256',
          },
        ),
      ];
    if (from.sha256 !== NOWHERE) return [];
    if (known?.kind === 'tool')
      return [
        finding(given, 'B610', path, `no sha256 is known for that version of ${name}`, {
          hint: `known: ${Object.keys(known.checksums.amd64).join(', ')}; or give its sha256`,
        }),
      ];
    return [
      finding(
        given,
        'B610',
        path,
        `the manifest of ${name} has no sha256; whoever can change it would have every right in the cluster`,
        {
          hint: `{name: ${name}, ${known ? '' : 'url: ..., '}sha256: ...}; curl -fsSL ${from.url} | sha256sum`,
        },
      ),
    ];
  });

export const kubeVipIsPinned: ClusterRule = (given) => {
  const image = given.cluster.virtualIp?.image;
  if (image === undefined) return [];
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1];
  const isPinned = image.includes('@sha256:') || (tag !== undefined && tag !== 'latest' && tag !== 'main');
  if (isPinned) return [];
  return [
    finding(
      given,
      'B610',
      ['virtualIp', 'image'],
      `${image} names no exact version; masters that boot on different days would run different ones`,
      { hint: 'add a tag such as :v1.2.3, or a digest' },
    ),
  ];
};
