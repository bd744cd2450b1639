import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';

/** Files below the folder, and texts, of a CA and of a server certificate by it. */
export interface TestAuthority {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * A CA like kubeadm's, and one certificate with the names that every API server has, by openssl. Beside them in the folder, two
 * that nobody should believe: `named`, by the same CA with another name, and `foreign`, with the right names by itself.
 */
export async function makeAuthority(folder: string): Promise<TestAuthority> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];
  const days = ['-days', '2'];
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  const names = 'subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubeapi.example.com';
  const selfSigned = (name: string, ...more: string[]) =>
    openssl(
      'req',
      '-x509',
      ...key,
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
      ...days,
      ...more,
    );
  const signed = async (name: string, extensions: string): Promise<void> => {
    writeFileSync(join(folder, `${name}.ext`), `${extensions}\n`);
    await openssl('req', ...key, `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
      ...days,
    );
  };
  await selfSigned('ca');
  await selfSigned('foreign', '-addext', names);
  await signed('api', names);
  await signed('named', 'subjectAltName=DNS:kubelet.example.com');
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { ca: text('ca.crt'), certificate: text('api.crt'), key: text('api.key') };
}
