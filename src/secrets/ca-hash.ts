import { createHash, X509Certificate, type KeyObject } from 'node:crypto';

/**
 * `sha256:` and 64 hexadecimal digits over the certificate's public key (DER SubjectPublicKeyInfo): what kubeadm calls
 * `--discovery-token-ca-cert-hash` and `caCertHashes` ("kubeadm join" on kubernetes.io, after RFC 7469).
 * Throws where the text is no PEM certificate.
 */
export const caCertHash = (pem: string): string => publicKeyHash(new X509Certificate(pem).publicKey);

/** The same of a bare public key. */
export function publicKeyHash(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(der).digest('hex')}`;
}
