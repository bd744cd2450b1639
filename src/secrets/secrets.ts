import { hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { load } from '../load/load.ts';
import { plainValue } from '../load/tree.ts';
import type { Source } from '../source/source.ts';
import { uriPart } from '../text/uri.ts';
import { validateShape } from '../validate/shape.ts';
import type { ClusterSecrets } from './cluster-secrets.ts';
import { redacted } from './redact.ts';
import { clusterFile, credentialsFile } from './schema.ts';
import type { SecretText } from './secret-text.ts';

/** What a secrets file holds: credentials of registries, and in a file of kind `ClusterSecrets` all of a cluster. */
export interface Secrets {
  readonly registries: Readonly<Record<string, { readonly username: string; readonly password: SecretText }>>;
  readonly cluster?: ClusterSecrets;
  /** age recipients that the file is encrypted for; none: it is not encrypted. */
  readonly recipients?: readonly string[];
}

/** Reads the text of a secrets file. No message quotes a value of it, and no excerpt shows one. */
export function readSecrets(source: Source): Outcome<Secrets> {
  const { value: tree, diagnostics } = load(source);
  if (!tree || hasErrors(diagnostics)) return { diagnostics: diagnostics.map(redacted) };
  const written = plainValue(tree) as Readonly<Record<string, unknown>> | undefined;
  return written?.['kind'] === 'ClusterSecrets'
    ? take(
        validateShape(tree, clusterFile),
        ({ apiVersion: _, kind: __, registries, recipients, ...rest }) => ({
          registries: registries ?? {},
          cluster: rest,
          ...(recipients ? { recipients } : {}),
        }),
      )
    : take(validateShape(tree, credentialsFile), ({ registries, recipients }) => ({
        registries: registries ?? {},
        ...(recipients ? { recipients } : {}),
      }));
}

function take<F>({ value, diagnostics }: Outcome<F>, give: (file: F) => Secrets): Outcome<Secrets> {
  return value ? { value: give(value), diagnostics: [] } : { diagnostics: diagnostics.map(redacted) };
}

/**
 * Every value, with a name to speak of it. Of the token also the half behind the dot alone: Kubernetes keeps the two
 * halves apart, and the first is no secret.
 */
export function secretValuesOf({
  registries = {},
  cluster,
}: Partial<Secrets>): { readonly name: string; readonly value: SecretText }[] {
  return [
    ...(cluster ? valuesOfCluster(cluster) : []),
    ...Object.entries(registries).map(([name, { password }]) => ({
      name: `password of ${name}`,
      value: password,
    })),
  ];
}

function valuesOfCluster(cluster: ClusterSecrets): { readonly name: string; readonly value: SecretText }[] {
  const { bootstrapToken, authorities, serviceAccount, externalEtcdKey } = cluster;
  return [
    { name: 'bootstrap token', value: bootstrapToken.token },
    { name: 'secret half of the bootstrap token', value: bootstrapToken.token.slice('abcdef.'.length) },
    { name: 'key of the kubernetes authority', value: authorities.kubernetes.key },
    { name: 'key of the front-proxy authority', value: authorities.frontProxy.key },
    { name: 'key of the etcd authority', value: authorities.etcd.key },
    { name: 'service-account key', value: serviceAccount.privateKey },
    { name: 'encryption key', value: cluster.encryptionKey },
    { name: 'VRRP password', value: cluster.vrrpPassword },
    { name: 'stats password', value: cluster.statsPassword },
    ...(externalEtcdKey === undefined ? [] : [{ name: 'external etcd key', value: externalEtcdKey }]),
    // As it is written on machines: in an address.
    ...Object.entries(cluster.proxies ?? {}).flatMap(([name, { password }]) =>
      [...new Set([password, uriPart(password)])].map((value) => ({
        name: `password of the proxy ${name}`,
        value,
      })),
    ),
  ];
}
