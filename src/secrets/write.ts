import { yamlText } from '../text/yaml.ts';
import type { Secrets } from './secrets.ts';

const HEADER = [
  'Whoever has this file can do everything in the cluster. Keep it to yourself (mode 0600), never commit it, and',
  'keep a copy in a safe place: the authorities in it can’t be made again. No image holds any of it; user-data does.',
  'bake secrets show lists what is in it, bake secrets rotate makes parts of it anew.',
];

/** The text of a secrets file. Reading it (secrets.ts) gives the same secrets. */
export function secretsText({ cluster, registries, recipients }: Secrets): string {
  const title = cluster ? `Secrets of the cluster ${cluster.cluster}.` : 'Credentials of registries.';
  const content = {
    apiVersion: 'bake/v1',
    kind: cluster ? 'ClusterSecrets' : 'Secrets',
    ...cluster,
    ...(Object.keys(registries).length === 0 ? {} : { registries }),
    ...(recipients ? { recipients } : {}),
  };
  return `${[title, ...HEADER].map((line) => `# ${line}\n`).join('')}${yamlText(content)}`;
}
