import { finding, type Rule } from './rule.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;

/** A file of anything else would let every pull fail. */
export const authorityIsACertificate: Rule = (resolved) =>
  (resolved.profile.runtime?.registries ?? []).flatMap(({ ca }, i) => {
    const path = ['runtime', 'registries', i, 'ca'];
    const text = resolved.attachments.get(JSON.stringify(path));
    if (ca === undefined || text === undefined || holdsCertificate(text)) return [];
    const message = `${ca} holds no certificate: expected PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----`;
    return [
      finding(resolved, 'B203', path, message, {
        hint: 'openssl x509 -in FILE -inform der makes PEM of DER',
      }),
    ];
  });

/** DER of a certificate is a SEQUENCE, 0x30 (RFC 5280, 4.1). */
function holdsCertificate(text: string): boolean {
  const body = CERTIFICATE.exec(text)?.[1];
  return body !== undefined && Buffer.from(body, 'base64')[0] === 0x30;
}
