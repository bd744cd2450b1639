import type { Cluster } from '../cluster/cluster.ts';
import { yamlText } from '../text/yaml.ts';
import {
  AUDIT_LOG_FOLDER,
  AUDIT_POLICY_FILE,
  ENCRYPTION_FILE,
  EXTERNAL_ETCD_FOLDER,
  type KubeadmFile,
  type KubeadmInput,
} from './input.ts';

/** Logs of audits are rotated by the API server itself: after 100 MiB, ten are kept, none longer than 30 days. */
const AUDIT_FLAGS = {
  'audit-policy-file': AUDIT_POLICY_FILE,
  'audit-log-path': `${AUDIT_LOG_FOLDER}/audit.log`,
  'audit-log-maxsize': '100',
  'audit-log-maxbackup': '10',
  'audit-log-maxage': '30',
};

interface Volume {
  readonly wanted: (cluster: Cluster) => boolean;
  readonly volume: Readonly<Record<string, unknown>>;
}

/** What the API server's pod must see of its machine, by need. */
export const API_SERVER_VOLUMES: readonly Volume[] = [
  {
    wanted: audits,
    volume: {
      name: 'audit-policy',
      hostPath: AUDIT_POLICY_FILE,
      mountPath: AUDIT_POLICY_FILE,
      readOnly: true,
      pathType: 'File',
    },
  },
  {
    wanted: audits,
    volume: {
      name: 'audit-log',
      hostPath: AUDIT_LOG_FOLDER,
      mountPath: AUDIT_LOG_FOLDER,
      pathType: 'DirectoryOrCreate',
    },
  },
  {
    wanted: ({ kubeadm }) => kubeadm.encryptSecrets,
    volume: {
      name: 'encryption',
      hostPath: ENCRYPTION_FILE,
      mountPath: ENCRYPTION_FILE,
      readOnly: true,
      pathType: 'File',
    },
  },
];

/** Flags of the API server that belong to the files below. */
export function apiServerFlags(cluster: Cluster): Record<string, string> {
  return {
    ...(audits(cluster) ? AUDIT_FLAGS : {}),
    ...(cluster.kubeadm.encryptSecrets ? { 'encryption-provider-config': ENCRYPTION_FILE } : {}),
  };
}

/** What the API server reads, on every master: audit policy, encryption at rest, certificates of an etcd outside. */
export function apiServerFiles({ cluster, secrets }: KubeadmInput): KubeadmFile[] {
  const { auditPolicy, encryptSecrets, externalEtcd } = cluster.kubeadm;
  return [
    ...(auditPolicy === undefined ? [] : [file(AUDIT_POLICY_FILE, auditPolicy, false)]),
    ...(encryptSecrets
      ? [
          file(
            ENCRYPTION_FILE,
            `# Written by bake.\n${encryptionConfiguration(needed(secrets.encryptionKey, 'key for encryption at rest'))}`,
            true,
          ),
        ]
      : []),
    ...(externalEtcd
      ? [
          file(`${EXTERNAL_ETCD_FOLDER}/ca.crt`, externalEtcd.ca, false),
          file(`${EXTERNAL_ETCD_FOLDER}/client.crt`, externalEtcd.certificate, false),
          file(
            `${EXTERNAL_ETCD_FOLDER}/client.key`,
            needed(secrets.externalEtcdKey, 'key of etcd’s client'),
            true,
          ),
        ]
      : []),
  ];
}

/**
 * Secrets are written with secretbox, which every version since 1.7 has: the other provider with a key of ours, aescbc, is
 * called weak by the documentation (kubernetes.io "Encrypting Confidential Data at Rest"), and a provider that changed with
 * the version could not read what was written before. `identity` reads what was written before encryption was asked for.
 */
function encryptionConfiguration(key: string): string {
  return yamlText({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: 'bake', secret: key }] } }, { identity: {} }],
      },
    ],
  });
}

function audits({ kubeadm }: Cluster): boolean {
  return kubeadm.auditPolicy !== undefined;
}

function file(path: string, text: string, secret: boolean): KubeadmFile {
  return { path, mode: '0600', text: text.endsWith('\n') ? text : `${text}\n`, secret };
}

/** The secrets file is checked against the cluster before anything is written. */
function needed(value: string | undefined, what: string): string {
  if (value === undefined)
    throw new Error(`the secrets have no ${what}; the check of secrets let it through`);
  return value;
}
