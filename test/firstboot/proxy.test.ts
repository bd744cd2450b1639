import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { proxyFiles } from '../../src/firstboot/proxy.ts';
import type { MachineInput } from '../../src/firstboot/machine.ts';
import type { PlacedFile } from '../../src/firstboot/placed-files.ts';
import { parse } from 'yaml';
import type { WriteFile } from '../../src/steps/kind.ts';
import { compileCase } from '../support/golden.ts';
import { readClusterText } from '../support/cluster-case.ts';
import { sampleSecrets } from '../support/cluster-secrets.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** What a password may hold that shells, addresses, apt and systemd trip over. */
const PASSWORD = `p@ss:w/rd '"$HOME%20\\#!()*;ü`;
const LOGIN = `Basic ${Buffer.from(`it's me:${PASSWORD}`).toString('base64')}`;

interface Seen {
  readonly url: string;
  readonly login: string | undefined;
}

/** A proxy that answers by itself, and remembers who came. */
const seen: Seen[] = [];
let proxy: Server;
let direct: Server;
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
before(async () => {
  proxy = createServer(({ url = '', headers }, response) => {
    seen.push({ url, login: headers['proxy-authorization'] });
    response.end('by the proxy');
  });
  direct = createServer((_, response) => response.end('directly'));
  for (const server of [proxy, direct])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
after(() => {
  proxy.close();
  direct.close();
});

const inputOf = (
  settings: (port: number) => string,
  more: Partial<MachineInput> = {},
): Parameters<typeof proxyFiles>[0] => {
  const { value, diagnostics } = readClusterText(
    [
      'name: demo',
      'endpoint: api.example.com',
      'nodes:',
      '  - { name: m, role: master, address: 10.0.0.11 }',
      'addons: []',
      `proxy: ${settings(portOf(proxy))}`,
    ].join('\n'),
  );
  assert.ok(value, JSON.stringify(diagnostics.map(({ message }) => message)));
  const secrets = {
    ...sampleSecrets('demo'),
    proxies: { corp: { username: "it's me", password: PASSWORD } },
  };
  return {
    cluster: value.cluster,
    secrets,
    role: 'master',
    packageManager: 'apt',
    packageHosts: [],
    ...more,
  };
};

const both = (port: number): string =>
  `{ http: 'http://127.0.0.1:${port}', https: 'http://127.0.0.1:${port}', noProxy: [near.example.com, .corp.example.com] }`;
const withLogin = (port: number): string => both(port).replace('{', '{ credentials: corp,');

/** Puts the files into a folder as into a root, with the variables' file where the others look for it. */
async function placed<T>(files: readonly PlacedFile[], look: (root: string) => Promise<T>): Promise<T> {
  return inTempFolder(async (root) => {
    for (const { path, mode, text } of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text.replaceAll('/etc/bake/', `${root}/etc/bake/`));
      chmodSync(join(root, path), Number.parseInt(mode, 8));
    }
    return look(root);
  });
}

const BARE = { PATH: '/usr/bin:/bin' };

describe('the proxy', () => {
  for (const shell of ['bash', 'dash'] as const)
    test(`reaches a login of ${shell}, and curl in it, with a password too`, async () => {
      await placed(proxyFiles(inputOf(withLogin)), async (root) => {
        const fetched = async (url: string, ...options: string[]): Promise<string> =>
          (
            await run(
              'env',
              [
                ...[
                  '-i',
                  'PATH=/usr/bin:/bin',
                  shell,
                  '-euc',
                  `. ${root}/etc/profile.d/bake-proxy.sh; exec "$@"`,
                  shell,
                ],
                ...['curl', '--silent', '--max-time', '5', ...options, url],
              ],
              { env: BARE },
            )
          ).stdout;
        assert.equal(await fetched('http://far.example.com/a'), 'by the proxy');
        assert.deepEqual(seen.at(-1), { url: 'http://far.example.com/a', login: LOGIN });
        const port = portOf(direct);
        assert.equal(await fetched(`http://127.0.0.1:${port}/`), 'directly');
        for (const host of ['m', 'near.example.com', 'x.corp.example.com', 'api.example.com', 'api.demo.svc'])
          assert.equal(
            await fetched(`http://${host}:${port}/`, '--resolve', `${host}:${port}:127.0.0.1`),
            'directly',
            host,
          );
        const there = await run(shell, ['-c', `. ${root}/etc/profile.d/bake-proxy.sh; env`], { env: BARE });
        for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'])
          assert.match(there.stdout, new RegExp(`^${name}=.`, 'm'));
      });
    });

  test('reaches apt, which goes to the hosts that are within by itself', async () => {
    const input = inputOf(withLogin, {
      packageHosts: ['localhost', 'far.example.com', 'mirror.corp.example.com'],
    });
    await placed(proxyFiles(input), async (root) => {
      const conf = join(root, 'etc/apt/apt.conf.d/80bake-proxy');
      const fetched = async (url: string): Promise<string> => {
        const target = join(root, `fetched-${Math.random()}`);
        await run(
          '/usr/lib/apt/apt-helper',
          ['-q', '-o', 'APT::Sandbox::User=root', 'download-file', url, target],
          {
            env: { ...BARE, APT_CONFIG: conf },
          },
        );
        return readFileSync(target, 'utf8');
      };
      assert.equal(await fetched('http://far.example.com/b'), 'by the proxy');
      assert.deepEqual(seen.at(-1), { url: 'http://far.example.com/b', login: LOGIN });
      assert.equal(await fetched(`http://localhost:${portOf(direct)}/`), 'directly');
      const { stdout } = await run('apt-config', ['dump'], { env: { ...BARE, APT_CONFIG: conf } });
      assert.match(stdout, /^Acquire::https::Proxy::mirror\.corp\.example\.com "DIRECT";$/m);
      assert.match(stdout, /^Acquire::http::Proxy::near\.example\.com "DIRECT";$/m);
      assert.doesNotMatch(stdout, /Proxy::far/);
    });
  });

  test('for one scheme is none for the other', async () => {
    await placed(proxyFiles(inputOf((port) => `{ http: 'http://127.0.0.1:${port}/' }`)), async (root) => {
      const conf = join(root, 'etc/apt/apt.conf.d/80bake-proxy');
      const { stdout } = await run('apt-config', ['dump'], { env: { ...BARE, APT_CONFIG: conf } });
      assert.match(stdout, /^Acquire::https::Proxy "DIRECT";$/m);
      assert.match(stdout, new RegExp(`^Acquire::http::Proxy "http://127.0.0.1:${portOf(proxy)}";$`, 'm'));
      assert.doesNotMatch(readFileSync(join(root, 'etc/bake/proxy.env'), 'utf8'), /https_proxy/i);
    });
  });

  test('with a password is root’s to read; without one everybody’s, in the same files', () => {
    const modes = (settings: typeof both): Record<string, string> =>
      Object.fromEntries(proxyFiles(inputOf(settings)).map(({ path, mode }) => [path, mode]));
    assert.deepEqual(modes(withLogin), {
      '/etc/bake/proxy.env': '0600',
      '/etc/apt/apt.conf.d/80bake-proxy': '0600',
      '/etc/profile.d/bake-proxy.sh': '0644',
      '/etc/systemd/system/bake-upkeep.service.d/http-proxy.conf': '0644',
    });
    assert.equal(modes(both)['/etc/bake/proxy.env'], '0644');
    const holders = proxyFiles(inputOf(withLogin)).filter(({ text }) => text.includes('p%40ss'));
    assert.deepEqual(
      holders.map(({ mode }) => mode),
      ['0600', '0600'],
    );
  });

  test('reaches what pulls images, which is restarted for it; a balancer has none of that', () => {
    const runtime = {
      criSocket: '/run/x.sock',
      cgroupDriver: 'systemd',
      logMaxSize: '50MiB',
      logMaxFiles: 3,
    } as const;
    const kubernetes = (engine: 'containerd' | 'docker') => ({
      version: '1.35.8',
      imageRepository: 'registry.k8s.io',
      pauseImage: 'registry.k8s.io/pause:3.10.1',
      proxyMode: 'iptables' as const,
      runtime: { ...runtime, engine },
    });
    const units = (more: Partial<MachineInput>): readonly string[] => {
      const files = proxyFiles(inputOf(both, { role: 'worker', ...more }));
      const dropIns = files.flatMap(({ path }) => /system\/(.*)\.d\/http-proxy\.conf/.exec(path)?.[1] ?? []);
      assert.deepEqual(files[0]?.units, dropIns);
      return dropIns;
    };
    assert.deepEqual(units({ kubernetes: kubernetes('containerd') }), [
      'containerd.service',
      'kubelet.service',
    ]);
    assert.deepEqual(units({ kubernetes: kubernetes('docker') }), [
      'docker.service',
      'cri-docker.service',
      'kubelet.service',
    ]);
    assert.deepEqual(units({ role: 'haproxy' }), []);
  });

  test('is on a stock machine before its first package, and first boot finds it so', () => {
    const { artifacts = [] } = compileCase('cluster-worker-behind-a-proxy').value ?? {};
    const read = (name: string) =>
      (parse(artifacts.find((one) => one.name === name)?.text ?? '') as { write_files: WriteFile[] })
        .write_files;
    const stock = read('user-data.stock');
    const early = stock.slice(0, 5);
    assert.deepEqual(
      early.map(({ path }) => path),
      [
        '/etc/bake/proxy.env',
        '/etc/apt/apt.conf.d/80bake-proxy',
        '/etc/profile.d/bake-proxy.sh',
        '/etc/systemd/system/containerd.service.d/http-proxy.conf',
        '/etc/systemd/system/kubelet.service.d/http-proxy.conf',
      ],
    );
    for (const { path, content, defer } of early) {
      assert.equal(defer, undefined, `${path} waits for packages`);
      const name = path.slice(path.lastIndexOf('/') + 1);
      assert.ok(
        stock.some(
          (one) => one.path.includes(`/files/0`) && one.path.endsWith(`-${name}`) && one.content === content,
        ),
        path,
      );
    }
    assert.ok(read('user-data').every(({ path }) => path.startsWith('/run/bake/firstboot/')));
    for (const { name, text, secret } of artifacts)
      if (!secret) assert.doesNotMatch(text, /proxy\.example\.com/, `${name} is baked`);
  });

  test('is nowhere where there is none', () => {
    const { proxy: _, ...cluster } = inputOf(both).cluster;
    assert.deepEqual(proxyFiles({ ...inputOf(both), cluster }), []);
  });
});
