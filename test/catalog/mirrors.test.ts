import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dnsImageRepository } from '../../src/catalog/kubeadm.ts';
import { firstWith, kubernetesImages, registryMirrors } from '../../src/catalog/mirrors/choose.ts';
import { MIRROR_NAMES, MIRROR_SETS } from '../../src/catalog/mirrors/index.ts';
import { MIRROR_SET } from '../../src/catalog/mirrors/mirror-set.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import {
  dockerRepository,
  kubernetesRepository,
  type RepositoryAnswer,
} from '../../src/catalog/repositories.ts';
import { ARCHES, OS_IDS } from '../../src/profile/schema.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';

const keyOf = (answer: RepositoryAnswer): string | undefined =>
  'repository' in answer ? answer.repository.fingerprint : undefined;

describe('every set of mirrors', () => {
  test('is a file that is listed, and every file is', () => {
    const files = readdirSync(join(ROOT, 'src/catalog/mirrors')).map((file) => file.replace(/\.ts$/, ''));
    assert.deepEqual(
      files.filter((name) => !['choose', 'index', 'mirror-set'].includes(name)).sort(),
      [...MIRROR_NAMES].sort(),
    );
  });

  for (const name of MIRROR_NAMES) {
    test(name, () => {
      MIRROR_SET.parse(MIRROR_SETS[name]);
      const { archives, kubernetes, docker, images } = MIRROR_SETS[name];
      assert.ok(archives ?? kubernetes ?? docker ?? images, 'it has something');
    });

    test(`${name} changes nobody who is believed`, () => {
      const { docker, kubernetes } = MIRROR_SETS[name];
      for (const version of ['1.20.2', '1.24.17', '1.37.1'])
        assert.ok(
          [undefined, version === '1.20.2' ? LEGACY_KEY : KUBERNETES_KEY].includes(
            keyOf(kubernetesRepository(name, version, OPERATING_SYSTEMS['debian-13'])),
          ),
          version,
        );
      assert.equal(
        'repository' in kubernetesRepository(name, '1.35.8', OPERATING_SYSTEMS['rocky-9']),
        kubernetes?.perMinor !== undefined,
      );
      assert.equal(
        'repository' in kubernetesRepository(name, '1.20.2', OPERATING_SYSTEMS['debian-13']),
        kubernetes?.legacy !== undefined,
      );
      for (const id of OS_IDS)
        assert.equal(
          keyOf(dockerRepository(OPERATING_SYSTEMS[id], 'amd64', name)),
          docker === undefined ? undefined : DOCKER_KEYS[OPERATING_SYSTEMS[id].packageManager],
        );
    });

    test(`${name} has every release and architecture of the archives that it has`, () => {
      for (const id of OS_IDS)
        for (const arch of ARCHES) {
          const os = OPERATING_SYSTEMS[id];
          if (os.packageManager === 'dnf') {
            const has = MIRROR_SETS[name].archives?.rocky;
            if (has === undefined) assert.throws(() => os.archive(name), /has no archives/);
            else assert.equal(new URL(os.archive(name)).href, has);
            continue;
          }
          const archives = () => os.archives(arch, name);
          if (!MIRROR_SETS[name].archives) {
            assert.throws(archives, /has no archives/);
            continue;
          }
          const all = archives();
          assert.equal(all.length, 3);
          for (const { uri } of all)
            if (name !== 'official') assert.equal(new URL(uri).protocol, 'https:', uri);
          if (id.startsWith('ubuntu'))
            assert.equal(
              all.every(({ uri }) => uri.includes('ports')),
              arch !== 'amd64',
            );
          else assert.match(all[2]?.uri ?? '', /debian-security$/);
        }
    });
  }
});

const KUBERNETES_KEY = 'DE15B14486CD377B9E876E1A234654DA9A296436';
const LEGACY_KEY = 'A362B822F6DEDC652817EA46B53DC80D13EDEF05';
const DOCKER_KEYS = {
  apt: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  dnf: '060A61C51B558A7F742B77AAC52FEB6B621E9F35',
};

describe('of several sets', () => {
  test('the first that has something; the first of all where none has', () => {
    const archives = (names: Parameters<typeof firstWith>[0]) =>
      firstWith(names, (set) => set.archives !== undefined);
    assert.equal(archives(['daocloud', 'ustc', 'tuna']), 'ustc');
    assert.equal(archives(['daocloud']), 'daocloud');
  });

  test('images of Kubernetes: by their own names where a mirror stands behind them', () => {
    assert.equal(kubernetesImages(['official'], 'docker'), 'registry.k8s.io');
    assert.equal(kubernetesImages(['daocloud'], 'containerd'), 'registry.k8s.io');
    assert.equal(kubernetesImages(['daocloud'], 'docker'), 'k8s.m.daocloud.io');
    assert.equal(
      kubernetesImages(['tuna', 'aliyun', 'daocloud'], 'containerd'),
      'registry.aliyuncs.com/google_containers',
    );
  });

  test('CoreDNS lies one folder deeper where a mirror keeps the original’s layout', () => {
    assert.equal(dnsImageRepository('1.35.8', 'k8s.m.daocloud.io'), 'k8s.m.daocloud.io/coredns');
    assert.equal(dnsImageRepository('1.35.8', 'registry.aliyuncs.com/google_containers'), undefined);
  });

  test('registries: of what stands before official', () => {
    assert.equal(registryMirrors(['aliyun', 'daocloud']).get('docker.io'), 'https://docker.m.daocloud.io');
    assert.equal(registryMirrors(['official', 'daocloud']).size, 0);
    assert.equal(registryMirrors(['tuna']).size, 0);
  });
});

describe('bake mirrors', () => {
  test('lists every set, explains one, and knows no other', async () => {
    const list = await bake(['mirrors'], ROOT);
    assert.deepEqual(
      list.out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      MIRROR_NAMES,
    );
    assert.match(list.out, /^daocloud +DaoCloud +- +- +- +images +registries$/m);
    const one = await bake(['mirrors', 'aliyun'], ROOT);
    assert.match(one.out, /^Kubernetes +https:\/\/mirrors\.aliyun\.com\/kubernetes-new/m);
    const json = await bake(['mirrors', 'huawei', '--json'], ROOT);
    assert.deepEqual(JSON.parse(json.out), { name: 'huawei', ...MIRROR_SETS.huawei });
    const none = await bake(['mirrors', 'alyun'], ROOT);
    assert.equal(none.code, 2);
    assert.match(none.err, /no set of mirrors "alyun"; did you mean "aliyun"\?/);
  });
});
