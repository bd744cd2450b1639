import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checksumOf, knownVersions, type Component } from '../../src/catalog/checksums.ts';
import {
  containerdCriApis,
  containerdStanding,
  recommendedContainerd,
  runcFor,
} from '../../src/catalog/containerd.ts';
import { CATALOG_DATE, isOver } from '../../src/catalog/date.ts';
import { downloadUrl } from '../../src/catalog/downloads.ts';
import { KUBERNETES_MINORS } from '../../src/catalog/kubernetes-minors.ts';
import {
  defaultPauseImage,
  KUBERNETES_VERSIONS,
  kubernetesRelease,
  nearestRelease,
} from '../../src/catalog/kubernetes.ts';
import { kernelModules, roleSysctls } from '../../src/catalog/modules.ts';
import { OPERATING_SYSTEMS, type DebianId } from '../../src/catalog/operating-systems.ts';
import { CNI_PORTS, ROLE_PORTS } from '../../src/catalog/ports.ts';
import {
  dockerRepository,
  kubernetesRepository,
  type RepositoryAnswer,
} from '../../src/catalog/repositories.ts';
import {
  containerdVersion,
  DEFAULT_CRI_DOCKERD,
  DEFAULT_UPSTREAM_CONTAINERD,
  dockerVersion,
} from '../../src/catalog/runtime.ts';
import { compareVersions, isAtLeast, minorOf, patchOf } from '../../src/catalog/version.ts';
import { ARCHES, OS_IDS, ROLES } from '../../src/profile/schema.ts';
import * as text from '../../src/profile/text.ts';

const DAY = /^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/;
const COMPONENTS: readonly Component[] = [
  'kubeadm',
  'kubelet',
  'kubectl',
  'crictl',
  'cni-plugins',
  'containerd',
  'runc',
  'cri-dockerd',
];

test('versions compare by number', () => {
  assert.ok(compareVersions('1.9.0', '1.10.0') < 0);
  assert.ok(compareVersions('0.3.26', '0.4.0') < 0);
  assert.equal(compareVersions('2.3', '2.3.0'), 0);
  assert.equal(minorOf('1.35.8'), '1.35');
  assert.equal(patchOf('1.35.8'), 8);
});

test('the last day of support is still supported', () => {
  assert.equal(isOver(CATALOG_DATE), false);
  assert.equal(isOver('2026-11-19'), true);
});

describe('kubernetes', () => {
  test('every minor of the range has a row, in order', () => {
    assert.deepEqual(
      KUBERNETES_VERSIONS,
      Array.from({ length: 21 }, (_, i) => `1.${17 + i}`),
    );
  });

  for (const row of KUBERNETES_MINORS) {
    test(`${row.minor} is whole`, () => {
      assert.match(row.released, DAY);
      assert.match(row.supportEnds, DAY);
      assert.ok(row.released < row.supportEnds);
      for (const skipped of row.skipped ?? []) {
        assert.ok(skipped > 0 && skipped < row.lastPatch);
        assert.equal(kubernetesRelease(`${row.minor}.${skipped}`), undefined);
      }
      for (const values of [row.etcd, row.coredns]) {
        const patches = values.map(([patch]) => patch);
        assert.deepEqual(
          [...patches].sort((a, b) => a - b),
          patches,
        );
        assert.ok((patches.at(-1) ?? 0) <= row.lastPatch);
      }
      const release = kubernetesRelease(`${row.minor}.${row.lastPatch}`);
      assert.ok(release?.isKnown);
      assert.match(release.pause, /^3\.[0-9]+(\.[0-9]+)?$/);
      assert.match(release.etcd, /^3\.[0-9]+\.[0-9]+-[0-9]$/);
      // CoreDNS tags have a v from 1.21 on.
      assert.match(release.coredns, isAtLeast(row.minor, '1.21') ? /^v1\./ : /^1\./);
      assert.ok(recommendedContainerd(row.minor).length > 0, 'containerd is recommended for it');
      for (const companion of [release.cniPackage, release.criToolsPackage]) {
        if (companion !== undefined) assert.ok(text.packageVersion.safeParse(companion).success);
      }
    });
  }

  test('values follow the patch', () => {
    assert.equal(kubernetesRelease('1.31.0')?.coredns, 'v1.11.1');
    assert.equal(kubernetesRelease('1.31.1')?.coredns, 'v1.11.3');
    assert.equal(kubernetesRelease('1.31.13')?.etcd, '3.5.15-0');
    assert.equal(kubernetesRelease('1.31.14')?.etcd, '3.5.24-0');
  });

  test('interfaces change where they did', () => {
    const of = (version: string) => {
      const release = kubernetesRelease(version);
      return [release?.kubeadmApi, release?.criApi.join(), release?.dockershim, release?.packageStyle];
    };
    assert.deepEqual(of('1.21.0'), ['v1beta2', 'v1alpha2', true, 'legacy']);
    assert.deepEqual(of('1.22.0'), ['v1beta3', 'v1alpha2', true, 'legacy']);
    assert.deepEqual(of('1.23.0'), ['v1beta3', 'v1,v1alpha2', true, 'legacy']);
    assert.deepEqual(of('1.24.0'), ['v1beta3', 'v1,v1alpha2', false, 'per-minor']);
    assert.deepEqual(of('1.26.0'), ['v1beta3', 'v1', false, 'per-minor']);
    assert.deepEqual(of('1.31.0'), ['v1beta4', 'v1', false, 'per-minor']);
  });

  test('what does not exist is not made up', () => {
    for (const version of ['1.16.0', '1.38.0', '1.30.15', '2.0.0', '1.17.10'])
      assert.equal(kubernetesRelease(version), undefined, version);
    assert.equal(kubernetesRelease('1.35.10')?.isKnown, false);
    assert.ok(kubernetesRelease(nearestRelease('1.17.10')));
  });

  test('the pause image', () => {
    assert.equal(defaultPauseImage('1.35.8', 'registry.k8s.io'), 'registry.k8s.io/pause:3.10.1');
    assert.equal(defaultPauseImage('1.17.10', 'registry.k8s.io'), undefined);
  });
});

describe('checksums and downloads', () => {
  for (const component of COMPONENTS) {
    test(`${component}`, () => {
      for (const arch of ARCHES) {
        const versions = knownVersions(component, arch);
        assert.ok(versions.length > 0);
        assert.deepEqual(
          [...versions].sort((a, b) => compareVersions(b, a)),
          versions,
          'newest first',
        );
        for (const version of versions) {
          assert.match(checksumOf(component, arch, version) ?? '', /^[0-9a-f]{64}$/);
          const url = new URL(downloadUrl(component, arch, version));
          assert.equal(url.protocol, 'https:');
          assert.ok(url.href.includes(`v${version}/`) && url.href.includes(arch));
        }
      }
      assert.deepEqual(knownVersions(component, 'amd64'), knownVersions(component, 'arm64'));
    });
  }

  test('no two files have one checksum', () => {
    const all = COMPONENTS.flatMap((component) =>
      ARCHES.flatMap((arch) =>
        knownVersions(component, arch).map((version) => checksumOf(component, arch, version)),
      ),
    );
    assert.equal(new Set(all).size, all.length);
  });

  test('unknown versions have none, whatever their name', () => {
    assert.equal(checksumOf('kubeadm', 'amd64', '1.33.0'), undefined);
    assert.equal(checksumOf('kubeadm', 'amd64', 'constructor'), undefined);
  });

  test('addresses as the projects publish them', () => {
    assert.equal(
      downloadUrl('kubelet', 'amd64', '1.35.8'),
      'https://dl.k8s.io/release/v1.35.8/bin/linux/amd64/kubelet',
    );
    assert.equal(
      downloadUrl('runc', 'arm64', '1.4.3'),
      'https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.arm64',
    );
    assert.equal(
      downloadUrl('cni-plugins', 'amd64', '1.8.0'),
      'https://github.com/containernetworking/plugins/releases/download/v1.8.0/cni-plugins-linux-amd64-v1.8.0.tgz',
    );
    assert.equal(
      downloadUrl('cri-dockerd', 'amd64', '0.3.26'),
      'https://github.com/Mirantis/cri-dockerd/releases/download/v0.3.26/cri-dockerd-0.3.26.amd64.tgz',
    );
  });

  test('what the catalog chooses by itself can be checked', () => {
    for (const arch of ARCHES) {
      assert.ok(checksumOf('containerd', arch, DEFAULT_UPSTREAM_CONTAINERD));
      assert.ok(checksumOf('cri-dockerd', arch, DEFAULT_CRI_DOCKERD));
      for (const version of knownVersions('containerd', arch))
        assert.ok(checksumOf('runc', arch, runcFor(version)));
      for (const version of knownVersions('kubeadm', arch)) {
        const release = kubernetesRelease(version);
        assert.ok(release?.isKnown, version);
        assert.ok(checksumOf('cni-plugins', arch, release.cni?.version ?? ''), version);
        assert.ok(checksumOf('crictl', arch, release.criTools?.version ?? ''), version);
      }
    }
  });
});

describe('repositories', () => {
  const repositoryIn = (answer: RepositoryAnswer) => ('repository' in answer ? answer.repository : undefined);
  const APT = { packageManager: 'apt' } as const;
  const DNF = { packageManager: 'dnf' } as const;
  type Asked = Parameters<typeof kubernetesRepository>;
  const repository = (source: Asked[0], version: Asked[1], manager: Asked[2] = APT) =>
    repositoryIn(kubernetesRepository(source, version, manager));

  test('official: a flat repository per minor, its key from a newer one', () => {
    assert.deepEqual(repository('official', '1.24.17'), {
      uri: 'https://pkgs.k8s.io/core:/stable:/v1.24/deb/',
      suite: '/',
      components: [],
      keyUrl: 'https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key',
      fingerprint: 'DE15B14486CD377B9E876E1A234654DA9A296436',
    });
  });

  test('of RPMs: the same key, and nothing before 1.24', () => {
    assert.deepEqual(repository('official', '1.35.8', DNF), {
      uri: 'https://pkgs.k8s.io/core:/stable:/v1.35/rpm/',
      suite: '/',
      components: [],
      keyUrl: 'https://pkgs.k8s.io/core:/stable:/v1.36/rpm/repodata/repomd.xml.key',
      fingerprint: 'DE15B14486CD377B9E876E1A234654DA9A296436',
    });
    assert.equal(repository('aliyun', '1.23.17', DNF), undefined);
    assert.equal(
      repositoryIn(dockerRepository(OPERATING_SYSTEMS['rocky-9'], 'amd64', 'official'))?.uri,
      'https://download.docker.com/linux/centos/9/x86_64/stable/',
    );
  });

  test('aliyun: two layouts', () => {
    assert.equal(
      repository('aliyun', '1.24.0')?.uri,
      'https://mirrors.aliyun.com/kubernetes-new/core/stable/v1.24/deb/',
    );
    const old = repository('aliyun', '1.23.17');
    assert.deepEqual(
      [old?.uri, old?.suite, old?.components],
      ['https://mirrors.aliyun.com/kubernetes/apt/', 'kubernetes-xenial', ['main']],
    );
  });

  test('none says why', () => {
    for (const source of ['official', 'tuna', 'binaries'] as const) {
      const answer = kubernetesRepository(source, '1.23.17', APT);
      assert.ok('reason' in answer && answer.reason.length > 10, source);
    }
  });

  test('your own, with the minor filled in', () => {
    const own = {
      url: 'https://r.example.com/{minor}/deb/',
      keyUrl: 'https://r.example.com/{minor}.key',
      fingerprint: 'B'.repeat(40),
    };
    assert.deepEqual(repository(own, '1.35.8'), {
      uri: 'https://r.example.com/v1.35/deb/',
      suite: '/',
      components: [],
      keyUrl: 'https://r.example.com/v1.35.key',
      fingerprint: own.fingerprint,
    });
  });

  test('fingerprints and addresses are well-formed', () => {
    const all = [
      ...OS_IDS.map((id) => repositoryIn(dockerRepository(OPERATING_SYSTEMS[id], 'amd64', 'official'))),
      ...(['official', 'tuna', 'aliyun'] as const).map((source) => repository(source, '1.35.8')),
      repository('aliyun', '1.20.2'),
    ];
    for (const one of all) {
      assert.ok(one);
      assert.match(one.fingerprint, /^[0-9A-F]{40}$/);
      assert.equal(new URL(one.uri).protocol, 'https:');
      assert.equal(new URL(one.keyUrl).protocol, 'https:');
    }
  });
});

describe('operating systems', () => {
  for (const id of OS_IDS) {
    const os = OPERATING_SYSTEMS[id];
    test(`${os.title}`, () => {
      assert.equal(os.id, id);
      assert.equal(id, `${os.family}-${os.version}`);
      assert.match(os.supportEnds, DAY);
      // Floors that rules rely on: nftables kube-proxy 5.13, cgroup v2 5.8 and systemd 244.
      assert.ok(isAtLeast(os.kernel, '5.13'));
      assert.ok(os.systemd >= 244);
      if (os.packageManager === 'dnf') {
        assert.equal(os.archive('http://mirror.example.com/rocky/'), 'http://mirror.example.com/rocky');
        return;
      }
      for (const arch of ARCHES) {
        const archives = os.archives(arch);
        assert.deepEqual(
          archives.map(({ suite }) => suite),
          [os.codename, `${os.codename}-updates`, `${os.codename}-security`],
        );
        for (const { uri } of archives) assert.doesNotMatch(new URL(uri).href, /\/$/);
        assert.match(os.kernelPackage(arch), /^linux-image-/);
        const [first] = os.archives(arch, 'http://mirror.example.com/x/');
        assert.equal(first?.uri, 'http://mirror.example.com/x');
      }
    });
  }

  test('archives', () => {
    const uris = (...[id, arch, mirror]: [DebianId, (typeof ARCHES)[number], string?]) =>
      OPERATING_SYSTEMS[id].archives(arch, mirror).map(({ uri }) => uri);
    const debian = 'http://deb.debian.org/debian';
    assert.deepEqual(uris('debian-13', 'arm64'), [debian, debian, `${debian}-security`]);
    assert.deepEqual(uris('debian-13', 'amd64', 'http://m.example.com/debian'), [
      'http://m.example.com/debian',
      'http://m.example.com/debian',
      `${debian}-security`,
    ]);
    assert.deepEqual(uris('ubuntu-24.04', 'amd64'), [
      'http://archive.ubuntu.com/ubuntu',
      'http://archive.ubuntu.com/ubuntu',
      'http://security.ubuntu.com/ubuntu',
    ]);
    assert.deepEqual(
      new Set(uris('ubuntu-24.04', 'arm64')),
      new Set(['http://ports.ubuntu.com/ubuntu-ports']),
    );
  });
});

describe('runtime', () => {
  const debian = OPERATING_SYSTEMS['debian-13'];
  test('where the version comes from', () => {
    assert.equal(containerdVersion(debian, { source: 'distribution' }), '1.7.24');
    assert.equal(containerdVersion(debian, { source: 'upstream', version: '2.2.7' }), '2.2.7');
    assert.equal(containerdVersion(debian, { source: 'upstream' }), DEFAULT_UPSTREAM_CONTAINERD);
    assert.equal(dockerVersion(debian, { source: 'distribution' }), '26.1.5');
    assert.equal(dockerVersion(debian, { source: 'docker', version: '28.3.0' }), '28.3.0');
  });

  test('what changes with containerd’s version', () => {
    assert.deepEqual(
      [containerdCriApis('1.5.18'), containerdCriApis('1.6.0'), containerdCriApis('2.0.0')],
      [['v1alpha2'], ['v1', 'v1alpha2'], ['v1']],
    );
    assert.deepEqual([runcFor('2.2.7'), runcFor('2.3.0')], ['1.3.6', '1.4.3']);
    assert.deepEqual(
      ['2.4.0', '2.1.5', '2.1.4', '2.0.11', '1.7.28', '1.7.27'].map((version) =>
        containerdStanding(version, '1.35'),
      ),
      ['recommended', 'recommended', 'old-patch', 'other-branch', 'recommended', 'old-patch'],
    );
  });
});

describe('ports', () => {
  const all = [...Object.values(ROLE_PORTS), ...Object.values(CNI_PORTS)];
  test('are ports', () => {
    for (const { port, protocol } of all.flat()) {
      assert.equal(port === undefined, protocol === 'vrrp' || protocol === 'ipip');
      const [from = 1, to = from] = String(port ?? 1)
        .split('-')
        .map(Number);
      assert.ok(from >= 1 && from <= to && to <= 65535);
    }
  });

  test('none twice in a list', () => {
    for (const list of all) {
      const names = list.map(({ port, protocol }) => `${protocol} ${port}`);
      assert.equal(new Set(names).size, names.length);
    }
  });

  test('every role lets ssh in, masters the API, and etcd is for nodes only', () => {
    for (const role of ROLES) assert.ok(ROLE_PORTS[role].some(({ port }) => port === 22));
    for (const role of ['master', 'standalone', 'haproxy'] as const)
      assert.ok(ROLE_PORTS[role].some(({ port }) => port === 6443));
    assert.equal(ROLE_PORTS.master.find(({ port }) => port === '2379-2380')?.from, 'nodes');
    assert.ok(!ROLE_PORTS.worker.some(({ port }) => port === 6443));
  });
});

describe('kernel', () => {
  const names = (...args: Parameters<typeof kernelModules>) => kernelModules(...args).map(({ name }) => name);
  test('modules', () => {
    assert.deepEqual(names('worker', 'iptables', '6.12'), ['overlay', 'br_netfilter', 'nf_conntrack']);
    assert.ok(names('worker', 'iptables', '4.18').includes('nf_conntrack_ipv4'));
    assert.ok(!names('worker', 'iptables', '4.18').includes('nf_conntrack'));
    assert.ok(names('master', 'nftables', '6.12').includes('nf_tables'));
    assert.deepEqual(names('haproxy', 'ipvs', '6.12'), []);
    const ipvs = names('worker', 'ipvs', '6.12').filter((name) => name.startsWith('ip_vs'));
    assert.deepEqual(ipvs, ['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_sh']);
  });

  test('settings are well-formed and each has its reason', () => {
    for (const role of ROLES) {
      const sysctls = roleSysctls(role);
      assert.equal(new Set(sysctls.map(({ key }) => key)).size, sysctls.length);
      for (const { key, reason } of sysctls) {
        assert.ok(text.sysctlKey.safeParse(key).success);
        assert.ok(reason.length > 10);
      }
    }
    assert.ok(roleSysctls('worker').some(({ key, value }) => key === 'net.ipv4.ip_forward' && value === 1));
    assert.ok(roleSysctls('haproxy').some(({ key }) => key === 'net.ipv4.ip_nonlocal_bind'));
  });
});
