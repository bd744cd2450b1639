import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  companionsHaveVersions,
  kubernetesComesFromSource,
} from '../../src/validate/rules/kubernetes-comes-from-source.ts';
import { mirrorHasArchitecture } from '../../src/validate/rules/mirror-has-architecture.ts';
import {
  mirrorsAreAsked,
  mirrorsHaveArchives,
  mirrorsHaveDocker,
  mirrorsHaveImages,
} from '../../src/validate/rules/mirrors-have-what-is-needed.ts';
import {
  criDockerdHasChecksum,
  distributionDecidesRuntimeVersion,
  upstreamRuntimeHasChecksum,
} from '../../src/validate/rules/runtime-comes-from-source.ts';
import { resolved } from './resolved.ts';
import { ruleCases } from './table.ts';

const own = {
  url: 'https://repo.example.com/v1.20/',
  keyUrl: 'https://repo.example.com/key.asc',
  fingerprint: 'A'.repeat(40),
};

ruleCases('kubernetes comes from source', kubernetesComesFromSource, [
  { name: 'official', profile: {}, says: [] },
  {
    name: 'official before 1.24',
    profile: { kubernetes: { version: '1.23.17' } },
    says: ['error B405 kubernetes.version'],
    message: /begins at 1\.24/,
  },
  {
    name: 'tuna before 1.24',
    profile: { kubernetes: { version: '1.23.17', source: 'tuna' } },
    says: ['error B405 kubernetes.source'],
  },
  { name: 'tuna from 1.24', profile: { kubernetes: { version: '1.24.17', source: 'tuna' } }, says: [] },
  { name: 'aliyun before 1.24', profile: { kubernetes: { version: '1.20.2', source: 'aliyun' } }, says: [] },
  { name: 'your own before 1.24', profile: { kubernetes: { version: '1.20.2', source: own } }, says: [] },
  { name: 'binaries with checksums', profile: { kubernetes: { source: 'binaries' } }, says: [] },
  {
    name: 'binaries without',
    profile: { kubernetes: { version: '1.33.1', source: 'binaries' } },
    says: ['error B405 kubernetes.source'],
    message: /kubeadm, kubelet, kubectl 1\.33\.1/,
  },
  {
    name: 'stand-ins come from nowhere',
    profile: { kubernetes: { version: '1.23.17' } },
    standIn: true,
    says: [],
  },
]);

test('who has Kubernetes’ packages is named, and what to do where nobody has', () => {
  const hint = (os: 'debian-13' | 'rocky-9'): string | undefined =>
    kubernetesComesFromSource(resolved({ os, kubernetes: { version: '1.23.17' } }), { standIn: false })[0]
      ?.hint;
  assert.match(hint('debian-13') ?? '', /^aliyun and huawei have it /);
  assert.equal(hint('rocky-9'), 'name your own repository; mirrors have it for Debian and Ubuntu only');
});

ruleCases('companions have versions', companionsHaveVersions, [
  { name: 'both known', profile: {}, says: [] },
  {
    name: 'one known but for the revision of its package',
    profile: { kubernetes: { version: '1.36.4' } },
    says: [],
  },
  {
    name: 'both unknown',
    profile: { kubernetes: { version: '1.37.1' } },
    says: ['warning B503 kubernetes.version', 'warning B503 kubernetes.version'],
    message: /the newest in the repository is installed and held/,
  },
  {
    name: 'both said',
    profile: { kubernetes: { version: '1.37.1', cni: '1.9.1-*', criTools: '1.37.0-1.1' } },
    says: [],
  },
  {
    name: 'binaries, as the catalog pairs them',
    profile: { kubernetes: { version: '1.36.4', source: 'binaries' } },
    says: [],
  },
  {
    name: 'binaries, an unknown one',
    profile: { kubernetes: { source: 'binaries', criTools: '1.35.7' } },
    says: ['error B405 kubernetes.criTools'],
  },
  { name: 'stand-ins', profile: { kubernetes: { version: '1.37.1' } }, standIn: true, says: [] },
]);

ruleCases('upstream runtime has checksum', upstreamRuntimeHasChecksum, [
  { name: 'of the distribution', profile: {}, says: [] },
  { name: 'known', profile: { runtime: { source: 'upstream', version: '2.3.4' } }, says: [] },
  { name: 'unpinned', profile: { runtime: { source: 'upstream' } }, says: [] },
  {
    name: 'known for arm64',
    profile: { arch: 'arm64', runtime: { source: 'upstream', version: '2.3.4' } },
    says: [],
  },
  {
    name: 'unknown',
    profile: { runtime: { source: 'upstream', version: '2.4.0' } },
    says: ['error B405 runtime.version'],
  },
  {
    name: 'Docker',
    profile: { runtime: { engine: 'docker', source: 'upstream', criDockerd: '0.3.26' } },
    says: ['error B405 runtime.source'],
  },
]);

ruleCases('cri-dockerd has checksum', criDockerdHasChecksum, [
  { name: 'known', profile: { runtime: { engine: 'docker', criDockerd: '0.3.26' } }, says: [] },
  {
    name: 'unknown',
    profile: { runtime: { engine: 'docker', criDockerd: '0.3.19' } },
    says: ['error B405 runtime.criDockerd'],
  },
  {
    name: 'a stand-in',
    profile: { runtime: { engine: 'docker', criDockerd: '0.3.19' } },
    standIn: true,
    says: [],
  },
]);

ruleCases('distribution decides runtime version', distributionDecidesRuntimeVersion, [
  { name: 'no version', profile: {}, says: [] },
  {
    name: 'with Docker’s repository',
    profile: { runtime: { source: 'docker', version: '2.3.6' } },
    says: [],
  },
  {
    name: 'a version',
    profile: { runtime: { version: '1.7.24' } },
    says: ['error B402 runtime.version'],
    message: /containerd 1\.7\.24 today/,
  },
  {
    name: 'a version of Docker',
    profile: { runtime: { engine: 'docker', version: '26.1.5' } },
    says: ['error B402 runtime.version'],
    message: /Docker 26\.1\.5 today/,
  },
]);

const mirror = (url: string) => ({ image: { mirror: url } });
ruleCases('mirror has architecture', mirrorHasArchitecture, [
  { name: 'amd64', profile: { os: 'ubuntu-24.04', ...mirror('http://mirror.example.com/ubuntu') }, says: [] },
  {
    name: 'Debian keeps all in one',
    profile: { arch: 'arm64', ...mirror('http://mirror.example.com/debian') },
    says: [],
  },
  {
    name: 'ports',
    profile: { os: 'ubuntu-24.04', arch: 'arm64', ...mirror('http://mirror.example.com/ubuntu-ports') },
    says: [],
  },
  {
    name: 'arm64 from Ubuntu’s main archive',
    profile: { os: 'ubuntu-24.04', arch: 'arm64', ...mirror('http://de.archive.ubuntu.com/ubuntu') },
    says: ['error B409 image.mirror'],
  },
  {
    name: 'arm64 from the main archive',
    profile: { os: 'ubuntu-24.04', arch: 'arm64', ...mirror('http://mirror.example.com/ubuntu') },
    says: ['warning B503 image.mirror'],
  },
]);

ruleCases('mirrors have archives', mirrorsHaveArchives, [
  { name: 'official', profile: {}, says: [] },
  { name: 'one of several has', profile: { mirrors: ['daocloud', 'tuna'] }, says: [] },
  {
    name: 'an address',
    profile: { mirrors: 'daocloud', image: { mirror: 'https://a.example.com/debian' } },
    says: [],
  },
  {
    name: 'none has',
    profile: { mirrors: 'daocloud' },
    says: ['error B405 mirrors'],
    message: /^daocloud has no packages of Debian 13/,
  },
  {
    name: 'the one that is said',
    profile: { mirrors: 'aliyun', image: { mirror: 'daocloud' } },
    says: ['error B405 image.mirror'],
  },
]);

ruleCases('mirrors have Docker', mirrorsHaveDocker, [
  { name: 'not asked for', profile: { mirrors: ['daocloud', 'official'] }, says: [] },
  { name: 'it has', profile: { mirrors: 'huawei', runtime: { source: 'docker' } }, says: [] },
  {
    name: 'none has',
    profile: { mirrors: 'daocloud', runtime: { source: 'docker' } },
    says: ['error B405 mirrors'],
  },
  {
    name: 'the one that is said',
    profile: { runtime: { source: 'docker', mirror: 'daocloud' } },
    says: ['error B405 runtime.mirror'],
  },
]);

ruleCases('mirrors have images', mirrorsHaveImages, [
  { name: 'it has', profile: { mirrors: 'aliyun' }, says: [] },
  {
    name: 'a registry is said',
    profile: { mirrors: 'tuna', kubernetes: { imageRepository: 'a.example.com/k8s' } },
    says: [],
  },
  { name: 'a balancer needs none', profile: { extends: 'haproxy', mirrors: 'tuna' }, says: [] },
  { name: 'stand-ins have none', profile: { mirrors: 'tuna' }, standIn: true, says: [] },
  {
    name: 'none has',
    profile: { mirrors: ['tuna', 'ustc'] },
    says: ['error B405 mirrors'],
    message: /^tuna, ustc: /,
  },
]);

ruleCases('mirrors are asked', mirrorsAreAsked, [
  { name: 'official last', profile: { mirrors: ['daocloud', 'official'] }, says: [] },
  {
    name: 'behind official',
    profile: { mirrors: ['official', 'tuna', 'aliyun'] },
    says: ['error B403 mirrors.1', 'error B403 mirrors.2'],
  },
  { name: 'Docker’s packages', profile: { runtime: { source: 'docker', mirror: 'tuna' } }, says: [] },
  {
    name: 'of a distribution',
    profile: { runtime: { mirror: 'tuna' } },
    says: ['error B403 runtime.mirror'],
  },
]);

ruleCases('kubernetes comes from a mirror', kubernetesComesFromSource, [
  { name: 'the first that has the minor', profile: { mirrors: ['huawei', 'ustc', 'aliyun'] }, says: [] },
  { name: 'of old', profile: { mirrors: ['tuna', 'huawei'], kubernetes: { version: '1.20.2' } }, says: [] },
  {
    name: 'none has the minor',
    profile: { mirrors: ['huawei', 'daocloud'] },
    says: ['error B405 mirrors'],
    message: /"huawei": it is known to have the old repository only/,
  },
  {
    name: 'what has no packages of it',
    profile: { kubernetes: { source: 'daocloud' } },
    says: ['error B405 kubernetes.source'],
    message: /it has no packages of Kubernetes/,
  },
]);
