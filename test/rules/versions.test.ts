import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import { cgroupDriverIsSystemd, kubernetesKnowsCgroup2 } from '../../src/validate/rules/cgroups-fit.ts';
import {
  containerdIsRecommended,
  containerdSpeaksTheKubeletsCri,
} from '../../src/validate/rules/containerd-fits-kubernetes.ts';
import {
  criDockerdTellsCgroupDriver,
  criDockerdIsUsable,
  dockershimKnowsDocker,
} from '../../src/validate/rules/docker-fits-kubernetes.ts';
import { kubernetesReleaseExists } from '../../src/validate/rules/kubernetes-release-exists.ts';
import { logFilesSuitTheKubelet } from '../../src/validate/rules/log-files-suit-the-kubelet.ts';
import { proxyModeFitsKubernetes } from '../../src/validate/rules/proxy-mode-fits-kubernetes.ts';
import {
  haproxyCanListen,
  sysctlsKeepPodsConnected,
} from '../../src/validate/rules/sysctls-keep-pods-connected.ts';
import {
  containerdIsSupported,
  kubernetesIsSupported,
  operatingSystemIsSupported,
} from '../../src/validate/rules/versions-are-supported.ts';
import { resolved, said } from './resolved.ts';
import { ruleCases } from './table.ts';

const kubernetes = (version: string) => ({ kubernetes: { version } });
const upstream = (version: string) => ({ engine: 'containerd', source: 'upstream', version }) as const;
const docker = (criDockerd: string, version?: string) =>
  ({
    engine: 'docker',
    criDockerd,
    ...(version === undefined ? {} : { source: 'docker' as const, version }),
  }) as const;

ruleCases('kubernetes release exists', kubernetesReleaseExists, [
  { name: 'a release', profile: kubernetes('1.35.8'), says: [] },
  { name: 'no Kubernetes at all', profile: { extends: 'haproxy' }, says: [] },
  {
    name: 'a skipped patch',
    profile: kubernetes('1.18.7'),
    says: ['error B404 kubernetes.version'],
    message: /1\.18 has no patch 7/,
  },
  {
    name: 'after the last patch of an ended minor',
    profile: kubernetes('1.30.15'),
    says: ['error B404 kubernetes.version'],
  },
  {
    name: 'an unknown minor',
    profile: kubernetes('1.53.1'),
    says: ['error B404 kubernetes.version'],
    message: /bake knows 1\.17 to 1\.37/,
  },
  { name: 'before the first minor', profile: kubernetes('1.16.0'), says: ['error B404 kubernetes.version'] },
  {
    name: 'a newer patch of a living minor',
    profile: kubernetes('1.35.10'),
    says: ['warning B404 kubernetes.version'],
  },
  {
    name: 'a newer patch of a minor whose end was not seen',
    profile: kubernetes('1.34.12'),
    says: ['warning B404 kubernetes.version'],
  },
]);

test('the nearest release is offered', () => {
  const hint = (version: string): string | undefined =>
    kubernetesReleaseExists(resolved(kubernetes(version)), { standIn: false })[0]?.hint;
  assert.equal(hint('1.30.15'), 'the nearest is 1.30.14');
  assert.equal(hint('1.18.7'), 'the nearest is 1.18.8');
  assert.equal(hint('1.53.1'), 'the nearest is 1.37.1');
  assert.equal(hint('1.16.3'), 'the nearest is 1.17.17');
});

ruleCases('kubernetes is supported', kubernetesIsSupported, [
  { name: 'a supported minor', profile: kubernetes('1.35.8'), says: [] },
  {
    name: 'a minor that ended last month',
    profile: kubernetes('1.34.11'),
    says: ['warning B502 kubernetes.version'],
    message: /since 2026-10-27/,
  },
  { name: 'a release that does not exist is told by another rule', profile: kubernetes('1.18.7'), says: [] },
]);

ruleCases('containerd is supported', containerdIsSupported, [
  { name: 'the distribution’s own', profile: { os: 'debian-12' }, says: [] },
  { name: 'the long-term branch', profile: { runtime: upstream('2.3.4') }, says: [] },
  { name: 'the newest of Docker’s repository', profile: { runtime: { source: 'docker' } }, says: [] },
  {
    name: 'an ended branch',
    profile: { runtime: upstream('2.2.7') },
    says: ['warning B502 runtime.version'],
    message: /since 2026-11-06/,
  },
  {
    name: 'an ended branch from Docker’s repository',
    profile: { runtime: { source: 'docker', version: '1.7.27' } },
    says: ['warning B502 runtime.version'],
  },
  {
    name: 'longer support for one minor',
    profile: { ...kubernetes('1.33.1'), runtime: upstream('2.0.11') },
    says: [],
  },
  {
    name: 'longer support is for that minor only',
    profile: { ...kubernetes('1.32.1'), runtime: upstream('2.0.11') },
    says: ['warning B502 runtime.version'],
  },
  {
    name: 'a branch older than the table',
    profile: { runtime: { source: 'docker', version: '1.4.1' } },
    says: ['warning B502 runtime.version'],
  },
]);

test('an operating system out of support is told', () => {
  assert.deepEqual(said(operatingSystemIsSupported, resolved({})), []);
  // All that the catalog has is in support, so one is aged for the test.
  const system = OPERATING_SYSTEMS['debian-12'] as { supportEnds: string };
  const { supportEnds } = system;
  system.supportEnds = '2026-11-19';
  try {
    assert.deepEqual(said(operatingSystemIsSupported, resolved({ os: 'debian-12' })), ['warning B502 os']);
  } finally {
    system.supportEnds = supportEnds;
  }
});

ruleCases('containerd speaks the kubelet’s CRI', containerdSpeaksTheKubeletsCri, [
  { name: 'both v1', profile: {}, says: [] },
  { name: 'kubelet 1.22 and containerd 1.7', profile: kubernetes('1.22.17'), says: [] },
  {
    name: 'kubelet 1.22 and an upstream 2.x',
    profile: { ...kubernetes('1.22.17'), runtime: upstream('2.0.0') },
    says: ['error B501 runtime.version'],
  },
  {
    name: 'kubelet 1.22 and the distribution’s 2.x',
    profile: { ...kubernetes('1.22.17'), os: 'ubuntu-24.04' },
    says: ['error B501 kubernetes.version'],
    message: /Ubuntu 24.04/,
  },
  {
    name: 'kubelet 1.23 falls back',
    profile: { ...kubernetes('1.23.17'), runtime: { source: 'docker', version: '1.5.11' } },
    says: [],
  },
  {
    name: 'kubelet 1.26 and containerd 1.5',
    profile: { ...kubernetes('1.26.0'), runtime: { source: 'docker', version: '1.5.11' } },
    says: ['error B501 runtime.version'],
  },
  {
    name: 'Docker is not asked',
    profile: { ...kubernetes('1.22.17'), os: 'ubuntu-24.04', runtime: { engine: 'docker' } },
    says: [],
  },
]);

ruleCases('containerd is recommended', containerdIsRecommended, [
  { name: 'a low patch of a recommended branch, the distribution’s own', profile: {}, says: [] },
  {
    name: 'the same patch, pinned',
    profile: { runtime: upstream('1.7.24') },
    says: ['warning B503 runtime.version'],
    message: /1\.7\.28 or newer 1\.7/,
  },
  { name: 'the first recommended patch', profile: { runtime: upstream('1.7.28') }, says: [] },
  {
    name: 'the distribution’s branch is not recommended',
    profile: { os: 'debian-12' },
    says: ['warning B503 os'],
    message: /1\.6\.20 of Debian 12/,
  },
  { name: '1.7 with 1.36', profile: kubernetes('1.36.4'), says: ['warning B503 kubernetes.version'] },
  {
    name: 'a branch between recommended ones',
    profile: { runtime: upstream('2.0.11') },
    says: ['warning B503 runtime.version'],
  },
  {
    name: 'newer than all recommended ones',
    profile: { runtime: { source: 'docker', version: '2.4.0' } },
    says: [],
  },
]);

const bad = ['error B501 runtime.criDockerd'];
ruleCases('cri-dockerd is usable', criDockerdIsUsable, [
  { name: 'the newest known', profile: { runtime: docker('0.3.26') }, says: [] },
  { name: 'ours where none is named', profile: { runtime: { engine: 'docker' } }, says: [] },
  { name: 'the dockershim', profile: { ...kubernetes('1.23.17'), runtime: { engine: 'docker' } }, says: [] },
  { name: '0.3.12', profile: { runtime: docker('0.3.12') }, says: bad, message: /issue 345/ },
  {
    name: '0.2.0',
    profile: { ...kubernetes('1.24.17'), runtime: docker('0.2.0', '20.10.24') },
    says: bad,
    message: /cri-docker\.sock/,
  },
  {
    name: '0.2.6 with 1.25',
    profile: { ...kubernetes('1.25.16'), runtime: docker('0.2.6', '20.10.24') },
    says: [],
  },
  {
    name: '0.2.6 with 1.26',
    profile: { ...kubernetes('1.26.15'), runtime: docker('0.2.6', '20.10.24') },
    says: bad,
    message: /v1alpha2 only/,
  },
  { name: '0.3.9 with Docker 24', profile: { runtime: docker('0.3.9', '24.0.9') }, says: [] },
  {
    name: '0.3.9 with Docker 25',
    profile: { runtime: docker('0.3.9', '25.0.0') },
    says: bad,
    message: /VirtualSize/,
  },
  { name: '0.3.15 with Docker 28', profile: { runtime: docker('0.3.15', '28.3.0') }, says: [] },
  {
    name: '0.3.15 with Docker 29',
    profile: { runtime: docker('0.3.15', '29.0.0') },
    says: bad,
    message: /1\.44/,
  },
  {
    name: '0.3.15 with the newest Docker',
    profile: { runtime: { ...docker('0.3.15'), source: 'docker' } },
    says: bad,
  },
  {
    name: '0.3.22 with 1.22',
    profile: { ...kubernetes('1.22.17'), runtime: docker('0.3.22', '20.10.24') },
    says: bad,
    message: /CRI v1 only/,
  },
  {
    name: '0.3.22 with 1.23',
    profile: { ...kubernetes('1.23.17'), runtime: docker('0.3.22', '20.10.24') },
    says: [],
  },
  {
    name: '0.4.1 with 1.22',
    profile: { ...kubernetes('1.22.17'), runtime: docker('0.4.1', '20.10.24') },
    says: [],
  },
  {
    name: '0.4.2 with 1.22',
    profile: { ...kubernetes('1.22.17'), runtime: docker('0.4.2', '20.10.24') },
    says: bad,
  },
  {
    name: 'two flaws at once',
    profile: { runtime: docker('0.2.6', '29.0.0') },
    says: [...bad, ...bad, ...bad],
  },
]);

ruleCases('dockershim knows docker', dockershimKnowsDocker, [
  {
    name: 'Debian 12’s',
    profile: { ...kubernetes('1.23.17'), os: 'debian-12', runtime: { engine: 'docker' } },
    says: [],
  },
  { name: 'through cri-dockerd', profile: { ...kubernetes('1.23.17'), runtime: docker('0.3.22') }, says: [] },
  {
    name: 'Debian 13’s',
    profile: { ...kubernetes('1.23.17'), runtime: { engine: 'docker' } },
    says: ['warning B503 kubernetes.version'],
  },
]);

ruleCases('proxy mode fits kubernetes', proxyModeFitsKubernetes, [
  { name: 'iptables', profile: {}, says: [] },
  {
    name: 'ipvs before its end',
    profile: { kubernetes: { version: '1.34.1', proxyMode: 'ipvs' } },
    says: [],
  },
  {
    name: 'ipvs from 1.35',
    profile: { kubernetes: { proxyMode: 'ipvs' } },
    says: ['warning B503 kubernetes.proxyMode'],
  },
  {
    name: 'nftables when stable',
    profile: { kubernetes: { version: '1.33.0', proxyMode: 'nftables' } },
    says: [],
  },
  {
    name: 'nftables as beta',
    profile: { kubernetes: { version: '1.32.0', proxyMode: 'nftables' } },
    says: ['warning B503 kubernetes.proxyMode'],
  },
  {
    name: 'nftables as alpha',
    profile: { kubernetes: { version: '1.30.0', proxyMode: 'nftables' } },
    says: ['warning B503 kubernetes.proxyMode'],
    message: /feature gate/,
  },
  {
    name: 'nftables before',
    profile: { kubernetes: { version: '1.28.0', proxyMode: 'nftables' } },
    says: ['error B501 kubernetes.proxyMode'],
  },
]);

ruleCases('cgroup driver is systemd', cgroupDriverIsSystemd, [
  { name: 'systemd', profile: {}, says: [] },
  {
    name: 'cgroupfs',
    profile: { runtime: { cgroupDriver: 'cgroupfs' } },
    says: ['warning B503 runtime.cgroupDriver'],
  },
]);

ruleCases('kubernetes knows cgroup v2', kubernetesKnowsCgroup2, [
  { name: '1.25', profile: kubernetes('1.25.0'), says: [] },
  { name: '1.24', profile: kubernetes('1.24.17'), says: ['warning B503 kubernetes.version'] },
]);

ruleCases('sysctls keep pods connected', sysctlsKeepPodsConnected, [
  {
    name: 'the right value, as text',
    profile: { system: { sysctl: { 'net.ipv4.ip_forward': '1' } } },
    says: [],
  },
  { name: 'another key', profile: { system: { sysctl: { 'vm.swappiness': 0 } } }, says: [] },
  {
    name: 'a balancer forwards nothing',
    profile: { extends: 'haproxy', system: { sysctl: { 'net.ipv4.ip_forward': 0 } } },
    says: [],
  },
  {
    name: 'forwarding off',
    profile: { system: { sysctl: { 'net.ipv4.ip_forward': 0 } } },
    says: ['error B501 system.sysctl.net.ipv4.ip_forward'],
  },
]);

const listens = (value: number | string, role = 'haproxy') => ({
  extends: role,
  system: { sysctl: { 'net.ipv4.ip_nonlocal_bind': value } },
});

ruleCases('haproxy can listen', haproxyCanListen, [
  { name: 'nothing said', profile: { extends: 'haproxy' }, says: [] },
  { name: '1', profile: listens('1'), says: [] },
  { name: 'a worker has no haproxy', profile: listens(0, 'worker'), says: [] },
  { name: '0', profile: listens(0), says: ['error B501 system.sysctl.net.ipv4.ip_nonlocal_bind'] },
]);

ruleCases('cri-dockerd tells the cgroup driver', criDockerdTellsCgroupDriver, [
  {
    name: '1.34',
    profile: { kubernetes: { version: '1.34.11' }, runtime: { engine: 'docker' } },
    says: [],
  },
  { name: 'containerd', profile: kubernetes('1.36.1'), says: [] },
  {
    name: '1.35',
    profile: { kubernetes: { version: '1.35.8' }, runtime: { engine: 'docker' } },
    says: ['warning B503 runtime.engine'],
  },
]);

ruleCases('log files suit the kubelet', logFilesSuitTheKubelet, [
  { name: 'two', profile: { runtime: { logMaxFiles: 2 } }, says: [] },
  { name: 'one with Docker', profile: { runtime: { engine: 'docker', logMaxFiles: 1 } }, says: [] },
  { name: 'one', profile: { runtime: { logMaxFiles: 1 } }, says: ['error B501 runtime.logMaxFiles'] },
]);
