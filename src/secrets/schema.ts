import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import * as t from '../profile/text.ts';
import { authorityProblem, serviceAccountProblem } from './check.ts';

/** The shapes of a secrets file, one for each `kind`. */

const logins = z.record(t.hostName, z.strictObject({ username: t.line, password: t.line }));
const registries = logins.optional();
/** For whom the file is encrypted; kept in it because an encrypted file does not tell. */
const recipients = z.array(z.string().startsWith('age1', 'a recipient such as age1...')).optional();

/** Credentials alone. */
export const credentialsFile = z.strictObject({
  apiVersion: z.literal('bake/v1').optional(),
  kind: z.literal('Secrets').optional(),
  registries,
  recipients,
});

const reads = (read: (value: string) => unknown) => (value: string) => {
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
};

const certificate = z.string().refine(
  reads((pem) => new X509Certificate(pem)),
  'a certificate in PEM',
);
const privateKey = z
  .string()
  .refine(reads(createPrivateKey), 'a private key in PEM that is not encrypted itself');
const publicKey = z.string().refine(reads(createPublicKey), 'a public key in PEM');
const authority = z
  .strictObject({ certificate, key: privateKey })
  .refine(
    (pair) => authorityProblem(pair) === undefined,
    'the certificate of an authority, and the key that belongs to it',
  );
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a time such as 2026-11-21T09:30:00Z')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'a time that there is');
/** What keepalived, haproxy and nginx take as a word of their configuration, unquoted. */
const password = (length: string, expected: string) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9._~-]${length}$`), expected);

export const isClusterName = (name: string | undefined): name is string =>
  t.clusterName.safeParse(name).success;

/** All of a cluster, and credentials beside it. */
export const clusterFile = z.strictObject({
  apiVersion: z.literal('bake/v1').optional(),
  kind: z.literal('ClusterSecrets'),
  cluster: t.clusterName,
  created: time,
  initUntil: time,
  bootstrapToken: z.strictObject({
    token: z.string().regex(/^[a-z0-9]{6}\.[a-z0-9]{16}$/, 'a token such as abcdef.0123456789abcdef'),
    expires: time,
    ttl: z.int().min(1).exactOptional(),
  }),
  authorities: z.strictObject({ kubernetes: authority, frontProxy: authority, etcd: authority }),
  serviceAccount: z
    .strictObject({ privateKey, publicKey })
    .refine(
      (pair) => serviceAccountProblem(pair) === undefined,
      'a private key and the public key that belongs to it',
    ),
  encryptionKey: z
    .string()
    .refine(
      (value) => Buffer.from(value, 'base64').length === 32 && /^[A-Za-z0-9+/]{43}=$/.test(value),
      '32 bytes in base64',
    ),
  vrrpPassword: password('{8}', '8 letters and digits'),
  statsPassword: password('{8,64}', '8 to 64 letters and digits'),
  externalEtcdKey: privateKey.exactOptional(),
  proxies: logins.exactOptional(),
  registries,
  recipients,
});
