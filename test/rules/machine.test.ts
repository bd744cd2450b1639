import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firewallRulesAreReal } from '../../src/validate/rules/firewall-rules-are-real.ts';
import {
  filesAreNotWorldWritable,
  firewallIsOn,
  kubernetesRepositoryUsesTls,
  registriesAreVerified,
  sudoIsForPeople,
  timeIsKept,
} from '../../src/validate/rules/machine-is-safe.ts';
import { nothingIsSetTwice } from '../../src/validate/rules/nothing-is-set-twice.ts';
import { packagesDoNotFight } from '../../src/validate/rules/packages-do-not-fight.ts';
import { registriesMakeSense } from '../../src/validate/rules/registries-make-sense.ts';
import {
  criDockerdBelongsToDocker,
  firewallRulesNeedAFirewall,
  ntpServersNeedNtp,
  settingsBelongToRole,
} from '../../src/validate/rules/settings-belong-to-the-machine.ts';
import { userNamesAreFree } from '../../src/validate/rules/user-names-are-free.ts';
import { resolvedText } from './resolved.ts';
import { ruleCases } from './table.ts';

const KEY = `ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5AAAAI'.padEnd(68, 'x')} me@example.com`;
const registries = (...list: { host: string; mirrors?: string[]; skipVerify?: boolean; ca?: string }[]) => ({
  runtime: { registries: list },
});
const allow = (...list: { port: number | string; protocol?: 'tcp' | 'udp'; from?: string[] }[]) => ({
  system: { firewall: { allow: list } },
});

ruleCases('settings belong to role', settingsBelongToRole, [
  { name: 'a worker', profile: {}, says: [] },
  { name: 'a balancer as ours is', profile: { extends: 'haproxy' }, says: [] },
  {
    name: 'what our own profiles say is no mistake',
    profile: { extends: 'node', role: 'haproxy' },
    says: [],
  },
  {
    name: 'a balancer with a cluster’s settings',
    profile: {
      extends: 'haproxy',
      kubernetes: { version: '1.35.8' },
      runtime: { engine: 'docker' },
      system: { firewall: { cni: ['calico'] } },
    },
    says: ['error B403 kubernetes', 'error B403 runtime', 'error B403 system.firewall.cni'],
  },
  {
    name: 'a worker with a balancer',
    profile: { balancer: { keepalived: true } },
    says: ['error B403 balancer'],
  },
]);

ruleCases('cri-dockerd belongs to docker', criDockerdBelongsToDocker, [
  { name: 'docker', profile: { runtime: { engine: 'docker', criDockerd: '0.3.26' } }, says: [] },
  {
    name: 'containerd',
    profile: { runtime: { criDockerd: '0.3.26' } },
    says: ['error B403 runtime.criDockerd'],
  },
]);

ruleCases('firewall rules need a firewall', firewallRulesNeedAFirewall, [
  { name: 'on', profile: allow({ port: 80 }), says: [] },
  { name: 'off and no rules', profile: { system: { firewall: { engine: 'off' } } }, says: [] },
  {
    name: 'off with rules',
    profile: { system: { firewall: { engine: 'off', allow: [{ port: 80 }] } } },
    says: ['error B403 system.firewall.allow'],
  },
]);

ruleCases('ntp servers need ntp', ntpServersNeedNtp, [
  { name: 'on', profile: { system: { ntp: { servers: ['ntp.example.com'] } } }, says: [] },
  { name: 'off', profile: { system: { ntp: { enabled: false } } }, says: [] },
  {
    name: 'off with servers',
    profile: { system: { ntp: { enabled: false, servers: ['ntp.example.com'], pools: ['p.example.com'] } } },
    says: ['error B403 system.ntp.servers', 'error B403 system.ntp.pools'],
  },
]);

ruleCases('registries make sense', registriesMakeSense, [
  {
    name: 'a mirror',
    profile: registries({ host: 'docker.io', mirrors: ['https://m.example.com'] }),
    says: [],
  },
  {
    name: 'nothing said',
    profile: registries({ host: 'docker.io' }),
    says: ['error B403 runtime.registries.0'],
  },
  {
    name: 'ca and skipVerify',
    profile: { runtime: { registries: [{ host: 'r.example.com', ca: 'ca.pem', skipVerify: true }] } },
    beside: { 'ca.pem': 'x' },
    says: ['error B402 runtime.registries.0.skipVerify'],
  },
  {
    name: 'Docker and its hub',
    profile: {
      runtime: { engine: 'docker', registries: [{ host: 'docker.io', mirrors: ['https://m.example.com'] }] },
    },
    says: [],
  },
  {
    name: 'Docker and another',
    profile: {
      runtime: {
        engine: 'docker',
        registries: [{ host: 'registry.k8s.io', mirrors: ['https://m.example.com'] }],
      },
    },
    says: ['error B403 runtime.registries.0.mirrors'],
  },
]);

ruleCases('nothing is set twice', nothingIsSetTwice, [
  {
    name: 'all different',
    profile: {
      files: [
        { path: '/a', content: '' },
        { path: '/b', content: '' },
      ],
      ...allow({ port: 80 }, { port: 80, protocol: 'udp' }, { port: 81 }),
    },
    says: [],
  },
  {
    name: 'one port from two networks',
    profile: allow({ port: 80, from: ['10.0.0.0/8'] }, { port: 80, from: ['172.16.0.0/12'] }),
    says: [],
  },
  {
    name: 'files',
    profile: {
      files: [
        { path: '/a', content: '1' },
        { path: '/a', content: '2' },
      ],
    },
    says: ['error B406 files.1.path'],
  },
  {
    name: 'users',
    profile: { users: [{ name: 'me' }, { name: 'you' }, { name: 'me' }] },
    says: ['error B406 users.2.name'],
  },
  {
    name: 'commands',
    profile: {
      commands: [
        { name: 'n', run: 'a', unless: 'b' },
        { name: 'n', run: 'c', unless: 'd' },
      ],
    },
    says: ['error B406 commands.1.name'],
  },
  {
    name: 'registries, whatever their case',
    profile: registries({ host: 'docker.io' }, { host: 'Docker.io' }),
    says: ['error B406 runtime.registries.1.host'],
  },
  {
    name: 'ports',
    profile: allow({ port: 80 }, { port: 80, protocol: 'tcp' }),
    says: ['error B406 system.firewall.allow.1.port'],
  },
]);

test('both places are shown, over files', () => {
  const resolved = resolvedText('extends: ./base.yaml\nusers:\n  - name: me\n', {
    'base.yaml': 'extends: worker\nusers:\n  - name: me\n',
  });
  const [found] = nothingIsSetTwice(resolved, { standIn: false });
  assert.equal(found?.span?.source.path, 'mine.yaml');
  assert.deepEqual(found?.span?.start, { line: 3, column: 11 });
  assert.equal(found?.related?.[0]?.span.source.path, 'base.yaml');
});

ruleCases('firewall rules are real', firewallRulesAreReal, [
  {
    name: 'ports and networks',
    profile: allow(
      { port: 80, from: ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'] },
      { port: '30000-32767' },
    ),
    says: [],
  },
  {
    name: 'a range that descends',
    profile: allow({ port: '32767-30000' }),
    says: ['error B203 system.firewall.allow.0.port'],
  },
  {
    name: 'a range beyond the last port',
    profile: allow({ port: '65000-70000' }),
    says: ['error B203 system.firewall.allow.0.port'],
  },
  {
    name: 'no address',
    profile: allow({ port: 80, from: ['10.0.0.0/8', '300.1.1.1'] }),
    says: ['error B203 system.firewall.allow.0.from.1'],
  },
  {
    name: 'no prefix',
    profile: allow({ port: 80, from: ['10.0.0.0/33', 'fd00::/129'] }),
    says: ['error B203 system.firewall.allow.0.from.0', 'error B203 system.firewall.allow.0.from.1'],
  },
]);

ruleCases('firewall is on', firewallIsOn, [
  { name: 'on', profile: {}, says: [] },
  {
    name: 'off',
    profile: { system: { firewall: { engine: 'off' } } },
    says: ['warning B504 system.firewall.engine'],
  },
]);

ruleCases('registries are verified', registriesAreVerified, [
  { name: 'https', profile: registries({ host: 'docker.io', mirrors: ['https://m.example.com'] }), says: [] },
  { name: 'skipVerify: false', profile: registries({ host: 'docker.io', skipVerify: false }), says: [] },
  {
    name: 'skipVerify',
    profile: registries({ host: 'r.example.com', skipVerify: true }),
    says: ['warning B504 runtime.registries.0.skipVerify'],
  },
  {
    name: 'plain http',
    profile: registries({ host: 'docker.io', mirrors: ['https://m.example.com', 'http://n.example.com'] }),
    says: ['warning B504 runtime.registries.0.mirrors.1'],
  },
]);

const source = (url: string) => ({
  kubernetes: { source: { url, keyUrl: 'https://r.example.com/key.asc', fingerprint: 'A'.repeat(40) } },
});
ruleCases('kubernetes repository uses TLS', kubernetesRepositoryUsesTls, [
  { name: 'one of ours', profile: {}, says: [] },
  { name: 'https', profile: source('https://r.example.com/'), says: [] },
  { name: 'http', profile: source('http://r.example.com/'), says: ['warning B504 kubernetes.source.url'] },
]);

ruleCases('sudo is for people', sudoIsForPeople, [
  { name: 'with a key', profile: { users: [{ name: 'me', sudo: 'nopasswd', sshKeys: [KEY] }] }, says: [] },
  { name: 'without sudo', profile: { users: [{ name: 'service', sudo: 'none' }] }, says: [] },
  {
    name: 'sudo without a key',
    profile: { users: [{ name: 'me', sudo: 'nopasswd' }] },
    says: ['warning B504 users.0.sudo'],
  },
  {
    name: 'an empty list is no key',
    profile: { users: [{ name: 'me', sudo: 'nopasswd', sshKeys: [] }] },
    says: ['warning B504 users.0.sudo'],
  },
]);

const mode = (value: string) => ({ files: [{ path: '/opt/a', content: '', mode: value }] });
ruleCases('files are not world-writable', filesAreNotWorldWritable, [
  { name: '0775', profile: mode('0775'), says: [] },
  { name: '0666', profile: mode('0666'), says: ['warning B504 files.0.mode'] },
]);

ruleCases('time is kept', timeIsKept, [
  { name: 'on', profile: {}, says: [] },
  {
    name: 'a balancer joins nothing',
    profile: { extends: 'haproxy', system: { ntp: { enabled: false } } },
    says: [],
  },
  {
    name: 'off',
    profile: { system: { ntp: { enabled: false } } },
    says: ['warning B504 system.ntp.enabled'],
  },
]);

ruleCases('user names are free', userNamesAreFree, [
  { name: 'free', profile: { users: [{ name: 'me' }, { name: 'rooty' }] }, says: [] },
  {
    name: 'a user of the system',
    profile: { users: [{ name: 'daemon' }] },
    says: ['error B402 users.0.name'],
  },
  {
    name: 'a group of the system',
    profile: { users: [{ name: 'docker' }] },
    says: ['error B402 users.0.name'],
  },
  {
    name: 'root with keys',
    profile: { users: [{ name: 'root', sshKeys: [KEY] }] },
    says: ['error B402 users.0.name'],
  },
]);

ruleCases('packages do not fight', packagesDoNotFight, [
  { name: 'others', profile: { packages: ['jq', 'nfs-common'] }, says: [] },
  {
    name: 'what another setting installs',
    profile: { packages: ['jq', 'kubelet', 'docker.io'] },
    says: ['error B402 packages.1', 'error B402 packages.2'],
  },
  {
    name: 'containers on a balancer are the person’s own',
    profile: { extends: 'haproxy', packages: ['docker.io'] },
    says: [],
  },
  { name: 'a second clock', profile: { packages: ['ntpsec'] }, says: ['error B402 packages.0'] },
  {
    name: 'the only clock',
    profile: { packages: ['ntpsec'], system: { ntp: { enabled: false } } },
    says: [],
  },
  { name: 'a second firewall', profile: { packages: ['ufw'] }, says: ['error B402 packages.0'] },
  {
    name: 'the only firewall',
    profile: { packages: ['ufw'], system: { firewall: { engine: 'off' } } },
    says: [],
  },
  {
    name: 'swap, by the packages of Debian and of Ubuntu',
    profile: { packages: ['zram-tools', 'zram-config'] },
    says: ['error B402 packages.0', 'error B402 packages.1'],
  },
]);
