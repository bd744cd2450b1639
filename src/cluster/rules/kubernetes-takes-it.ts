import { PATCH_TARGETS } from '../../catalog/kubeadm.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { patchTarget } from '../../kubeadm/patches.ts';
import { baseName } from '../complete.ts';
import { finding, placed, type ClusterRule, type Given } from './rule.ts';

/** Source: kubernetes.io, "Labels and Selectors", "Syntax and character set"; taints have the same. */
const NAME = /^(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

function keyMistake(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'has more than one /';
  if (parts.length === 2 && !PREFIX.test(parts[0] ?? ''))
    return 'has something other than a DNS name before its /';
  if (NAME.test(name)) return undefined;
  return 'wants a name of 1 to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit';
}

const valueMistake = (value: string): string | undefined =>
  value === '' || NAME.test(value)
    ? undefined
    : 'wants at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit';

/**
 * `node-role.kubernetes.io/*` is fine: the kubelet may not set such labels of itself (NodeRestriction), so
 * masters put them on (userdata/firstboot/bake-upkeep).
 */
export const labelsAreFit: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }) =>
    Object.entries(node.labels).flatMap(([key, value]) => {
      const at = [...path, 'labels', key];
      return [
        ...said(given, at, `the label ${quote(key)}`, keyMistake(key), 'key'),
        ...said(given, at, `the value ${quote(value)} of a label`, valueMistake(value)),
      ];
    }),
  );

export const taintsAreFit: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }) =>
    (node.taints ?? []).flatMap(({ key, value, effect }, i) => {
      const at = [...path, 'taints', i];
      const first = node.taints?.findIndex((other) => other.key === key && other.effect === effect);
      return [
        ...said(given, at, `the taint ${quote(key)}`, keyMistake(key)),
        ...said(given, at, `the value ${quote(value ?? '')} of a taint`, valueMistake(value ?? '')),
        ...(first === i
          ? []
          : [
              finding(
                given,
                'B607',
                at,
                `a node has one taint with key ${key} and effect ${effect}, and this is the second`,
              ),
            ]),
      ];
    }),
  );

function said(given: Given, path: Path, what: string, mistake: string | undefined, at?: 'key'): Diagnostic[] {
  return mistake === undefined
    ? []
    : [finding(given, 'B607', path, `${what} ${mistake}`, at === undefined ? {} : { at })];
}

/** Which targets a release knows depends on it (src/kubeadm/rules.ts). */
const TARGETS = Object.keys(PATCH_TARGETS);

export const patchesAreNamed: ClusterRule = (given) =>
  (given.file.kubeadm?.patches ?? []).flatMap((file, i): Diagnostic[] => {
    const name = baseName(file);
    if (patchTarget(name) !== undefined) return [];
    const written = name.split(/[0-9+.]/)[0] ?? '';
    return [
      finding(
        given,
        'B607',
        ['kubeadm', 'patches', i],
        `kubeadm takes patches named TARGET[SUFFIX][+TYPE].yaml, such as kube-apiserver0+merge.yaml; ${quote(name)} would be ignored or refused`,
        {
          hint:
            didYouMean(written, TARGETS) ?? `targets: ${TARGETS.join(', ')}; types: strategic, merge, json`,
        },
      ),
    ];
  });
