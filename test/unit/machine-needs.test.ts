import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { whyUnreachable } from '../../src/adapters/http.ts';
import type { ImageFormat } from '../../src/catalog/image-formats.ts';
import { needsOf } from '../../src/cli/require-tools.ts';
import { compiled } from '../support/compile-text.ts';

const packagesFor = (profile: Parameters<typeof compiled>[0]): string[] => {
  const { plan, delivery } = compiled(profile);
  return needsOf(plan, delivery).map((need) => need.package);
};

test('a bake from a vendor’s cloud image needs what opens it, and no keyring', () => {
  const bootstrapped = packagesFor({});
  assert.ok(bootstrapped.includes('debian-archive-keyring') && !bootstrapped.includes('fuse2fs'));
  const base = { file: 'vendor.qcow2', sha256: '0'.repeat(64) };
  const fromVendor = packagesFor({ image: { base } });
  assert.ok(fromVendor.includes('fuse2fs') && !fromVendor.includes('debian-archive-keyring'));
});

test('a bake needs zstd for formats that it compresses', () => {
  const isNeeded = (formats: ImageFormat[]): boolean => packagesFor({ image: { formats } }).includes('zstd');
  assert.deepEqual([isNeeded(['ova']), isNeeded(['raw.zst']), isNeeded(['vhd', 'lxd'])], [false, true, true]);
});

test('a probe that is called off says nothing of the address', async () => {
  const server = createServer(() => undefined); // never answers
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const called = new AbortController();
    const probe = whyUnreachable(`http://127.0.0.1:${port}/`, called.signal);
    setTimeout(() => called.abort(), 100);
    await assert.rejects(probe, { name: 'AbortError' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
