import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { leftoversOn } from '../../src/rehearse/leftovers.ts';
import type { Machine } from '../../src/rehearse/machine.ts';
import { bigTempFolder } from '../support/programs.ts';
import { BehindAProxy, ENCODED_LOGIN, LOGIN, OUTSIDE, PRELOADED_IMAGE } from './behind-a-proxy.ts';

const PROXY = `http://${ENCODED_LOGIN}@proxy.near.example:3128`;
const NO_PROXY = [
  ...['localhost', '127.0.0.1', '169.254.169.254', '100.100.100.200', 'kubeapi.behind.example'],
  ...['master-1', '10.88.0.11', 'worker-1', '10.88.0.21', OUTSIDE, 'proxy.near.example'],
  ...['mirror.near.example', '10.244.0.0/16', '10.96.0.0/12', '.svc', '.cluster.local'],
].join();

/** What every program is told that is told of it. */
const VARIABLES = {
  ...{ http_proxy: PROXY, https_proxy: PROXY, no_proxy: NO_PROXY },
  ...{ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: NO_PROXY },
};

/** Lists that are far and near, beside none of the image's. */
const UPDATE = `
printf 'deb [trusted=yes] http://%s debs/\\n' packages.far.example mirror.near.example >/etc/apt/test.list
options=(-o Dir::Etc::SourceList=/etc/apt/test.list -o Dir::Etc::SourceParts=/dev/null)
apt-get --quiet "\${options[@]}" -o APT::Update::Error-Mode=any update
apt-cache "\${options[@]}" show from-afar from-nearby
`;

/**
 * A master with containerd and a worker with Docker, baked from real packages with stand-ins for Kubernetes and booted as containers on
 * a network whose only way out is a proxy that wants a password. What fetches something there is asked to.
 */
describe('machines behind a proxy', () => {
  const temp = bigTempFolder();
  let cluster: BehindAProxy;
  before(async () => {
    cluster = await BehindAProxy.open(temp.path);
  });
  after(async () => {
    await cluster?.close();
    temp.remove();
  });

  test('first boot has fetched an add-on by it', async () => {
    assert.deepEqual(
      cluster.asked.filter(({ what }) => what.includes('addon')),
      [{ by: 'proxy', from: '10.88.0.11', what: 'GET http://addons.far.example/addon.yaml', isKnown: true }],
    );
    const get = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system get configmap';
    assert.equal(await cluster.said(cluster.master, `${get} from-afar -o name`), 'configmap/from-afar');
  });

  for (const { role, units, pull } of [
    // By the daemon: ctr, which would pull by itself, has no proxy in its environment here.
    { role: 'master', units: ['containerd', 'kubelet'], pull: 'ctr -n k8s.io images pull --local=false' },
    { role: 'worker', units: ['docker', 'cri-docker', 'kubelet'], pull: 'docker pull' },
  ] as const)
    describe(`the ${role}`, () => {
      const here = (): Machine => cluster[role];
      const said = (script: string, okCodes?: readonly number[]) => cluster.said(here(), script, okCodes);
      const asked = (act: () => Promise<unknown>) => cluster.askedDuring(here(), act);

      test('updates the lists of apt by it, and those of a mirror nearby directly', async () => {
        const settings = await said('apt-config dump');
        for (const scheme of ['http', 'https']) {
          assert.ok(settings.includes(`Acquire::${scheme}::Proxy "${PROXY}";`), settings);
          assert.ok(settings.includes(`Acquire::${scheme}::Proxy::mirror.near.example "DIRECT";`), settings);
        }
        const asks = await asked(async () => assert.match(await said(UPDATE), /^Package: from-nearby$/m));
        assert.ok(asks.includes('proxy (login): GET http://packages.far.example/debs/Packages'), asks.join());
        assert.ok(asks.includes('server: GET http://mirror.near.example/debs/Packages'), asks.join());
        for (const one of asks)
          assert.match(
            one,
            /^(?:proxy \(login\): \w+ http:\/\/packages\.far|server: \w+ http:\/\/mirror\.near)/,
          );
      });

      for (const unit of units)
        test(`runs ${unit} with it, and its unit shows no password`, async () => {
          const shown = await said(`systemctl show ${unit} -p Environment -p EnvironmentFiles -p MainPID`);
          assert.match(shown, /^EnvironmentFiles=\/etc\/bake\/proxy\.env /m);
          assert.doesNotMatch(shown, /_proxy/i);
          const [, pid] = /^MainPID=([1-9]\d*)$/m.exec(shown) ?? [];
          assert.ok(pid, shown);
          assert.deepEqual(proxyOf(await said(`tr '\\0' '\\n' </proc/${pid}/environ`)), VARIABLES);
        });

      test('pulls images by it, and from a registry nearby directly', async () => {
        const asks = await asked(async () => {
          assert.match(await said(`${pull} registry.far.example/a:1`, [1]), /Bad Gateway/);
          const near = await said(`${pull} mirror.near.example/a:1`, [1]);
          assert.match(near, /dial tcp 10\.88\.0\.254:443: connect: connection refused/);
        });
        assert.deepEqual([...new Set(asks)], ['proxy (login): CONNECT registry.far.example:443']);
      });

      test('tells shells of it that may know the password, and others nothing', async () => {
        assert.deepEqual(proxyOf(await said('bash -lc env')), VARIABLES);
        assert.deepEqual(proxyOf(await said('setpriv --reuid nobody --clear-groups bash -lc env')), {});
      });

      test('asks the cluster’s own addresses without it', async () => {
        const curl = (url: string, okCodes?: readonly number[]) =>
          said(`bash -lc 'curl --silent --show-error --insecure --max-time 5 ${url}'`, okCodes);
        const asks = await asked(async () => {
          for (const host of ['kubeapi.behind.example', 'master-1', '10.88.0.11'])
            assert.equal(await curl(`https://${host}:6443/readyz`), 'ok');
          // Of pods and Services. Nobody is there, and curl finds that out by itself.
          for (const address of ['10.244.7.7', '10.96.0.10'])
            assert.match(await curl(`--connect-timeout 1 http://${address}/`, [7, 28]), /^curl: /);
          assert.match(await curl('http://packages.far.example/debs/Packages'), /from-afar/);
        });
        assert.deepEqual(asks, ['proxy (login): GET http://packages.far.example/debs/Packages']);
      });

      test('has the password where something needs it, and nowhere else', async () => {
        const password = { name: 'password of the proxy corp', value: LOGIN.password };
        assert.deepEqual(await leftoversOn(cluster.engine, here(), [password]), []);
      });
    });

  test('Docker has the preloaded image, and the checks of the machine know', async () => {
    const { engine, worker } = cluster;
    const images = await cluster.said(worker, "docker image ls --format '{{.Repository}}:{{.Tag}}'");
    assert.equal(images, PRELOADED_IMAGE);
    assert.equal(await cluster.said(worker, "docker info --format '{{.Driver}}'"), 'overlay2');
    const script = readFileSync(join(temp.path, 'out/stand-in/worker/verify.sh'), 'utf8');
    // Others fail: a container sets no clock and loads no modules.
    const checked = async (): Promise<string> =>
      (await engine.run(worker, ['bash', '-s'], { input: script, okCodes: [0, 1] })).stdout;
    assert.match(await checked(), /^ok \d+ - docker has the images of preloaded\.tar$/m);
    await cluster.said(worker, `docker image rm ${PRELOADED_IMAGE}`);
    assert.match(await checked(), /^not ok \d+ - docker has the images of preloaded\.tar$/m);
  });
});

/** The variables of an environment that are about a proxy. */
function proxyOf(environment: string): Record<string, string> {
  const lines = environment.split('\n').map((line) => /^(\w*_proxy)=(.*)$/i.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found ? [[found[1], found[2]]] : [])));
}
