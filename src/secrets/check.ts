import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { Authority, ClusterSecrets } from './cluster-secrets.ts';

/**
 * What is wrong with an authority; `undefined` where nothing is. With `now` also whether it has expired. No message
 * holds a part of a key.
 */
export function authorityProblem({ certificate, key }: Authority, now?: Date): string | undefined {
  const parsed = attempt(() => new X509Certificate(certificate));
  if (!parsed) return 'the certificate is no certificate in PEM';
  const privateKey = attempt(() => createPrivateKey(key));
  if (!privateKey) return 'the key is no private key in PEM, or is encrypted';
  if (!parsed.checkPrivateKey(privateKey)) return 'the key does not belong to the certificate';
  if (!parsed.ca) return 'the certificate is not that of an authority (CA:TRUE)';
  if (now && Date.parse(parsed.validTo) <= now.getTime()) return `it expired on ${parsed.validTo}`;
  return undefined;
}

/** The same of the pair that signs tokens of service accounts. */
export function serviceAccountProblem(pair: ClusterSecrets['serviceAccount']): string | undefined {
  const privateKey = attempt(() => createPrivateKey(pair.privateKey));
  if (!privateKey) return 'the private key is none in PEM, or is encrypted';
  const publicKey = attempt(() => createPublicKey(pair.publicKey));
  if (!publicKey) return 'the public key is none in PEM';
  return createPublicKey(privateKey).equals(publicKey)
    ? undefined
    : 'the public key does not belong to the private key';
}

/** The same of the client certificate of an etcd outside and its key out of the secrets file. */
export function clientProblem(certificate: string, key: string): 'certificate' | 'key' | undefined {
  const parsed = attempt(() => new X509Certificate(certificate));
  if (!parsed) return 'certificate';
  const privateKey = attempt(() => createPrivateKey(key));
  return privateKey && parsed.checkPrivateKey(privateKey) ? undefined : 'key';
}

/** Whether a text is a private key in PEM that is not encrypted itself. */
export const isPrivateKey = (text: string): boolean => attempt(() => createPrivateKey(text)) !== undefined;

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
