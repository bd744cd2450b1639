import { KeyObject, webcrypto } from 'node:crypto';
// The library's own library wants it, and before anything else.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Authority } from './cluster-secrets.ts';

/** kubeadm's default key (`encryptionAlgorithm: RSA-2048`), and the one that its older releases know. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const MINUTE = 60_000;
/** kubeadm's `caCertificateValidityPeriod`: 87600h. */
const TEN_YEARS = 10 * 365 * 24 * 60 * MINUTE;
/** kubeadm sets certificates back as much, so that machines with clocks a little apart agree (1.28 and newer). */
const BACK = 5 * MINUTE;

/** kubeadm's subjects ("PKI certificates and requirements" on kubernetes.io). */
export type AuthorityName = 'kubernetes' | 'front-proxy-ca' | 'etcd-ca';

/** A self-signed authority with the fields that kubeadm gives its own (`NewSelfSignedCACert` of its pkiutil). */
export async function makeAuthority(commonName: AuthorityName, now: Date): Promise<Authority> {
  const keys = await makeKeys();
  const start = wholeSeconds(now).getTime() - BACK;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${commonName}`,
      keys,
      notBefore: new Date(start),
      notAfter: new Date(start + BACK + TEN_YEARS),
      signingAlgorithm: RSA,
      extensions: [
        new KeyUsagesExtension(
          KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign,
          true,
        ),
        new BasicConstraintsExtension(true, undefined, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: commonName }]),
      ],
    },
    webcrypto,
  );
  return { certificate: `${certificate.toString('pem').trim()}\n`, key: privatePem(keys.privateKey) };
}

/** The pair that signs tokens of service accounts: `sa.key` and `sa.pub` as kubeadm writes them. */
export async function makeServiceAccount(): Promise<{ privateKey: string; publicKey: string }> {
  const { privateKey, publicKey } = await makeKeys();
  const spki = KeyObject.from(publicKey).export({ type: 'spki', format: 'pem' });
  return { privateKey: privatePem(privateKey), publicKey: spki.toString() };
}

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);

/** PKCS #1, `RSA PRIVATE KEY`: the form that kubeadm itself writes. */
const privatePem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs1', format: 'pem' }).toString();

/** X.509 knows no parts of a second. */
const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);
