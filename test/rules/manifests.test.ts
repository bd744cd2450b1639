import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCluster } from '../../src/cluster/read.ts';
import type { Addon } from '../../src/cluster/cluster.ts';

const SHA256 = '0f4c2f6e0d3f2f9bb8b93b0c8c5b8d0f3b3e6c1e5a3d1f2c4b5a697887960514';
const INSECURE = { find: '--kubelet-use-node-status-port', with: '--kubelet-insecure-tls' };

/** Codes of what is said of an add-on, and what is replaced in it. */
function addon(
  text: string,
  manifest = '',
  more = '',
): { said: string[]; replace: Addon['replace'] | undefined } {
  const network = `{ name: net, url: 'https://example.com/net.yaml', sha256: ${SHA256} }`;
  const file = `name: demo\nnodes: [{ name: m1, role: master, address: 10.0.0.11 }]\n${more}addons: [${text}, ${network}]\n`;
  const { value, diagnostics } = readCluster(
    { id: 'cluster.yaml', path: 'cluster.yaml', text: file },
    {
      text: (name) => ({ source: { id: name, path: name, text: `apiVersion: v1\nkind: List\n${manifest}` } }),
    },
  );
  return { said: diagnostics.map(({ code }) => code), replace: value?.cluster.addons[0]?.replace };
}

describe('metrics-server and certificates of kubelets', () => {
  const fetched = `{ name: metrics-server, sha256: ${SHA256} }`;
  const bootstrap = 'kubeadm: { kubelet: { serverTLSBootstrap: true } }\n';
  const own = `{ name: metrics-server, sha256: ${SHA256}, replace: [{ find: ${INSECURE.find}, with: ${INSECURE.with} }] }`;
  const local = '{ name: metrics-server, file: m.yaml }';

  test('believes them, and that is told', () =>
    assert.deepEqual(addon(fetched), { said: ['B611'], replace: [INSECURE] }));
  test('is left alone where kubelets ask for others', () =>
    assert.deepEqual(addon(fetched, '', bootstrap), { said: [], replace: [] }));
  test('who writes the replacement has decided', () =>
    assert.deepEqual(addon(own), { said: [], replace: [INSECURE] }));
  test('a file is taken as it is, and told when it can’t work', () => {
    assert.deepEqual(addon(local, 'args: [--secure-port=10250]\n'), { said: ['B611'], replace: [] });
    assert.deepEqual(addon(local, 'args: [--kubelet-insecure-tls]\n'), { said: [], replace: [] });
    assert.deepEqual(addon(local, 'args: [--secure-port=10250]\n', bootstrap), { said: [], replace: [] });
  });
});

describe('texts to replace in a file', () => {
  const pods = 'networks: { pods: 10.200.0.0/16 }\n';
  const flannel = '{ name: flannel, file: f.yaml }';

  test('the pod network of flannel is replaced, or is there already, or is missed', () => {
    const replace = [{ find: '10.244.0.0/16', with: '10.200.0.0/16' }];
    assert.deepEqual(addon(flannel, 'Network: 10.244.0.0/16\n', pods), { said: [], replace });
    assert.deepEqual(addon(flannel, 'Network: 10.200.0.0/16\n', pods), { said: [], replace: [] });
    assert.deepEqual(addon(flannel, 'Network: 10.42.0.0/16\n', pods), { said: ['B615'], replace: undefined });
  });

  test('one is looked for in what those before it have made', () => {
    const chain = (first: string): string =>
      `{ name: mine, file: f.yaml, replace: [{ find: ${first}, with: b$& }, { find: b$&, with: c }] }`;
    assert.deepEqual(addon(chain('q'), 'kind: q\n').said, []);
    assert.deepEqual(addon(chain('z'), 'kind: q\n').said, ['B615', 'B615']);
  });
});
