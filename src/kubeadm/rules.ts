import { KUBE_PROXY_FIELDS, KUBELET_FIELDS, type Life } from '../catalog/component-fields.ts';
import {
  EXTERNAL_ETCD_FLOOR,
  KUBEADM_FEATURE_GATES,
  lifeText,
  lives,
  minorNumber,
  PATCH_TARGETS,
  PROXY_MODES,
  REMOVED_KUBELET_FLAGS,
} from '../catalog/kubeadm.ts';
import { isBelow } from '../catalog/version.ts';
import type { ResolvedCluster } from '../cluster/cluster.ts';
import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { clientProblem } from '../secrets/check.ts';
import type { ClusterSecrets } from '../secrets/cluster-secrets.ts';
import { ownedFields } from './owned-fields.ts';
import { ownedFlag } from './owned-flags.ts';
import { patchTarget } from './patches.ts';

type Found = Pick<Diagnostic, 'code' | 'message' | 'hint' | 'path'> & {
  readonly at?: 'key';
  readonly severity?: 'warning';
};
type Rule = (cluster: ResolvedCluster['cluster'], version: string) => readonly Found[];

/** What of a cluster's `kubeadm:` a Kubernetes of this exact version would refuse or overlook. Pure, in no particular order. */
export function kubeadmRules(resolved: ResolvedCluster, version: string): Diagnostic[] {
  return RULES.flatMap((rule) => rule(resolved.cluster, version)).map(({ at, ...found }) => ({
    severity: 'error' as const,
    ...found,
    span: resolved.spanOf(found.path, at ?? 'value'),
  }));
}

/** Whether the secrets have the key that an etcd outside of the cluster asks for, and the right one. Pure. */
export function externalEtcdRules(
  { cluster, spanOf }: ResolvedCluster,
  { externalEtcdKey }: Pick<ClusterSecrets, 'externalEtcdKey'>,
): Diagnostic[] {
  const { externalEtcd } = cluster.kubeadm;
  if (!externalEtcd) return [];
  const above = ['kubeadm', 'externalEtcd'];
  const found = (path: Path, message: string, hint: string): Diagnostic[] => [
    { code: 'B613', severity: 'error', message, hint, path, span: spanOf(path) },
  ];
  const set = 'bake secrets rotate external-etcd --external-etcd-key FILE';
  if (externalEtcdKey === undefined) {
    const missing =
      'masters reach this etcd by its client certificate, and the secrets file has no externalEtcdKey that belongs to it';
    return found(above, missing, `${set} puts the key there; so does bake secrets new with that option`);
  }
  const certificate = [...above, 'certificate'];
  switch (clientProblem(externalEtcd.certificate, externalEtcdKey)) {
    case 'certificate':
      return found(
        certificate,
        'this file is no certificate in PEM',
        'name the certificate of etcd’s client',
      );
    case 'key':
      return found(
        certificate,
        'the externalEtcdKey of the secrets file does not belong to this certificate',
        `${set} puts another key there`,
      );
    case undefined:
      return [];
  }
}

const featureGatesAreKnown: Rule = ({ kubeadm }, version) =>
  Object.keys(kubeadm.featureGates).flatMap((gate) =>
    judged(['kubeadm', 'featureGates', gate], version, KUBEADM_FEATURE_GATES, gate, {
      what: 'kubeadm’s feature gate',
      unknown: 'B203',
      source: 'kubeadm features, 2026-08',
      hint: 'gates of other components belong into extraArgs or kubelet.featureGates',
    }),
  );

const kubeletFieldsAreKnown: Rule = ({ kubeadm }, version) =>
  Object.keys(kubeadm.kubelet).flatMap((field) =>
    judged(['kubeadm', 'kubelet', field], version, KUBELET_FIELDS, field, {
      what: 'KubeletConfiguration’s field',
      unknown: 'B201',
      source: 'k8s.io/kubelet, 2026-07',
    }),
  );

const kubeProxyFieldsAreKnown: Rule = ({ kubeadm }, version) =>
  Object.keys(kubeadm.kubeProxy).flatMap((field) =>
    judged(['kubeadm', 'kubeProxy', field], version, KUBE_PROXY_FIELDS, field, {
      what: 'KubeProxyConfiguration’s field',
      unknown: 'B201',
      source: 'k8s.io/kube-proxy, 2026-07',
    }),
  );

/** Settings that have a place of their own: written twice, they could differ. */
const settingsHaveOnePlace: Rule = ({ kubeadm }) => [
  ...('cgroupDriver' in kubeadm.kubelet
    ? [
        {
          code: 'B402' as const,
          path: ['kubeadm', 'kubelet', 'cgroupDriver'],
          at: 'key' as const,
          message: 'the kubelet’s cgroupDriver must be the runtime’s, so the profile says it for both',
          hint: 'set runtime.cgroupDriver in the profile',
        },
      ]
    : []),
  ...('mode' in kubeadm.kubeProxy
    ? [
        {
          code: 'B402' as const,
          path: ['kubeadm', 'kubeProxy', 'mode'],
          at: 'key' as const,
          message: 'kube-proxy’s mode has a key of its own',
          hint: 'set kubeadm.proxyMode',
        },
      ]
    : []),
];

const kubeletFlagsAreKnown: Rule = ({ kubeadm }, version) =>
  Object.keys(kubeadm.extraArgs.kubelet).flatMap((flag): Found[] => {
    const gone = removedIn(flag);
    if (gone === undefined || minorNumber(version) < gone) return [];
    return [
      {
        code: 'B501',
        path: ['kubeadm', 'extraArgs', 'kubelet', flag],
        at: 'key',
        message: `the kubelet of ${version} has no flag --${flag}; it went in 1.${gone}, and the kubelet ends at a flag that it does not know [Kubernetes release notes 1.${gone}]`,
      },
    ];
  });

/** Flags that a person repeats with two dashes would become `----flag`. */
const flagsHaveNoDashes: Rule = ({ kubeadm }) =>
  Object.entries(kubeadm.extraArgs).flatMap(([component, flags]) =>
    Object.keys(flags)
      .filter((flag) => flag.startsWith('-'))
      .map((flag): Found => ({
        code: 'B203',
        path: ['kubeadm', 'extraArgs', component, flag],
        at: 'key',
        message: `a flag is written without its dashes here, and this is ${JSON.stringify(flag)}`,
        hint: `write ${flag.replace(/^-+/, '')}`,
      })),
  );

const PROGRAMS = {
  apiServer: 'kube-apiserver',
  controllerManager: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  etcd: 'etcd',
  kubelet: 'the kubelet',
} as const;

/** kubeadm lets a person's flag take the place of its own without a word. */
const flagsAreTheirsToSet: Rule = (cluster) =>
  (Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]).flatMap((component) =>
    Object.entries(cluster.kubeadm.extraArgs[component]).flatMap(([flag, value]): Found[] => {
      const owned = ownedFlag(component, flag, value, cluster);
      if (owned === undefined) return [];
      return [
        {
          code: 'B614',
          path: ['kubeadm', 'extraArgs', component, flag],
          at: 'key',
          message: `--${flag} of ${PROGRAMS[component]} can’t be ${quote(value)}: ${owned.because}`,
          hint: owned.instead,
        },
      ];
    }),
  );

const CONFIGURATIONS = { kubelet: 'KubeletConfiguration', kubeProxy: 'KubeProxyConfiguration' } as const;

/** The same of what kubeadm fills into configurations. */
const fieldsAreTheirsToSet: Rule = (cluster) =>
  (Object.keys(CONFIGURATIONS) as (keyof typeof CONFIGURATIONS)[]).flatMap((component) =>
    ownedFields(component, cluster).map(({ path, value, because, instead }): Found => {
      const shown = quote(typeof value === 'string' ? value : JSON.stringify(value));
      return {
        code: 'B614',
        path: ['kubeadm', component, ...path],
        at: 'key',
        message: `${path.join('.')} of ${CONFIGURATIONS[component]} can’t be ${shown}: ${because}`,
        hint: instead,
      };
    }),
  );

const proxyModeExists: Rule = ({ kubeadm }, version) => {
  const { proxyMode } = kubeadm;
  if (proxyMode === undefined) return [];
  const path = ['kubeadm', 'proxyMode'];
  const { since, deprecated } = PROXY_MODES[proxyMode];
  const minor = minorNumber(version);
  if (minor < since) {
    const message = `kube-proxy of Kubernetes ${version} has no ${proxyMode} mode; it came with 1.${since} [KEP-3866, 2026-07]`;
    return [{ code: 'B501', path, message, hint: 'use iptables' }];
  }
  if (deprecated !== undefined && minor >= deprecated) {
    const message = `kube-proxy’s ${proxyMode} mode is deprecated from Kubernetes 1.${deprecated} on and planned to be off in 1.40 [KEP-5495, 2026-07]`;
    return [{ code: 'B503', severity: 'warning', path, message, hint: 'nftables is its successor' }];
  }
  return [];
};

/** Their names are right when they get here; the file lists them in this order. */
const patchesAreApplied: Rule = ({ kubeadm }, version) =>
  Object.keys(kubeadm.patches).flatMap((name, i): Found[] => {
    const target = patchTarget(name);
    const life = target === undefined ? undefined : PATCH_TARGETS[target];
    if (target === undefined || life === undefined || lives(life, version)) return [];
    const message = `kubeadm ${version} does not patch ${target}; it does ${lifeText(life)} [kubernetes.io kubeadm patches, 2026]`;
    return [{ code: 'B501', path: ['kubeadm', 'patches', i], message }];
  });

const externalEtcdIsNewEnough: Rule = ({ kubeadm }, version) => {
  const { since, version: floor } = EXTERNAL_ETCD_FLOOR;
  const theirs = kubeadm.externalEtcd?.version;
  if (theirs === undefined || minorNumber(version) < since || !isBelow(theirs, floor)) return [];
  const message = `kubeadm ${version} needs etcd ${floor} or newer: it asks for /livez and /readyz from 1.${since} on [Kubernetes release notes 1.${since}]`;
  return [{ code: 'B501', path: ['kubeadm', 'externalEtcd', 'version'], message }];
};

const RULES: readonly Rule[] = [
  featureGatesAreKnown,
  kubeletFieldsAreKnown,
  kubeProxyFieldsAreKnown,
  settingsHaveOnePlace,
  kubeletFlagsAreKnown,
  flagsHaveNoDashes,
  flagsAreTheirsToSet,
  fieldsAreTheirsToSet,
  proxyModeExists,
  patchesAreApplied,
  externalEtcdIsNewEnough,
];

interface Table {
  readonly what: string;
  readonly unknown: 'B201' | 'B203';
  readonly source: string;
  readonly hint?: string;
}

/** Whether a name is in a table, and in this version. */
function judged(
  path: Path,
  version: string,
  lifes: Readonly<Record<string, Life>>,
  name: string,
  table: Table,
): Found[] {
  const life = Object.hasOwn(lifes, name) ? lifes[name] : undefined;
  if (life === undefined) {
    const hint = didYouMean(name, Object.keys(lifes)) ?? table.hint;
    const message = `${table.what} ${JSON.stringify(name)} is not in any version known here`;
    return [{ code: table.unknown, path, at: 'key', message, ...(hint === undefined ? {} : { hint }) }];
  }
  if (lives(life, version)) return [];
  const message = `${table.what} ${name} is not in Kubernetes ${version}; it is there ${lifeText(life)} [${table.source}]`;
  return [{ code: 'B501', path, at: 'key', message }];
}

/** The first minor that does not know a flag of the kubelet; undefined where it still does. */
function removedIn(flag: string): number | undefined {
  if (Object.hasOwn(REMOVED_KUBELET_FLAGS, flag)) return REMOVED_KUBELET_FLAGS[flag];
  return Object.entries(REMOVED_KUBELET_FLAGS).find(
    ([name]) => name.endsWith('*') && flag.startsWith(name.slice(0, -1)),
  )?.[1];
}
