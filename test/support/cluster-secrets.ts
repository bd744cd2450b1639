import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';

/** The certificate of an authority whose key was never kept. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUYinrXtFQaG/taMjAviqEmBf0mWcwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjExNDEwMDZaGA8yMTI2MTAy
ODE0MTAwNlowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBu6n9wQv6y6Nkr2uUosas9amf7SORwnDowo4X5Slit6VHSuYKTz
TgWwlR0jxsoQaPjMYGe/ve46nU62HHYybm2jUzBRMB0GA1UdDgQWBBTG0xumYZcG
50nekCvyli6gEzADdTAfBgNVHSMEGDAWgBTG0xumYZcG50nekCvyli6gEzADdTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIEyDmpjzbkTIY2YeHH89
5pq1dSZ3vfdgfyRZyfp7sIgAAiBjTPGMCQlXD3vSz/aWdvV3JrBhBx6BL6FVDPhO
lc1Rbw==
-----END CERTIFICATE-----
`;

const authority = (name: string) => ({ certificate: CERTIFICATE, key: `no key at all: ${name}\n` });

/** What stands for the secrets of a cluster in golden cases: always the same, and good for nothing. */
export const sampleSecrets = (cluster: string): ClusterSecrets => ({
  cluster,
  created: '2026-01-01T00:00:00Z',
  initUntil: '2026-01-01T01:00:00Z',
  bootstrapToken: { token: 'abcdef.0123456789abcdef', expires: '2026-01-02T00:00:00Z' },
  authorities: {
    kubernetes: authority('kubernetes'),
    frontProxy: authority('front-proxy'),
    etcd: authority('etcd'),
  },
  serviceAccount: { privateKey: 'no key at all: sa\n', publicKey: 'no key at all: sa.pub\n' },
  encryptionKey: 'c2FtcGxlLWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXM=',
  vrrpPassword: 'sampleps',
  statsPassword: 'sample-of-the-tests',
});
