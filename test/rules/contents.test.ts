import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandsAreGuarded } from '../../src/validate/rules/commands-are-guarded.ts';
import { fileHasOneContent } from '../../src/validate/rules/file-has-one-content.ts';
import {
  filesAreNotFolders,
  guardsOutliveTheBake,
  pathsAreFreeToWrite,
} from '../../src/validate/rules/paths-are-free-to-write.ts';
import { secretsStayOutOfTheImage } from '../../src/validate/rules/secrets-stay-out-of-the-image.ts';
import { resolved, said } from './resolved.ts';
import { ruleCases } from './table.ts';

const file = (path: string, content = 'x') => ({ path, content });
const files = (...paths: string[]) => ({ files: paths.map((path) => file(path)) });
const paths = ['error B407 files.0.path'];

ruleCases('paths are free to write', pathsAreFreeToWrite, [
  {
    name: 'a path of one’s own',
    profile: files('/etc/motd', '/opt/tool/config.yaml', '/etc/apt/preferences.d/mine'),
    says: [],
  },
  {
    name: 'a name that only begins the same',
    profile: files('/etc/fstab.d', '/runner/x', '/etc/kubernetes-tools/x'),
    says: [],
  },
  {
    name: 'the balancer’s machine has no kubelet',
    profile: { extends: 'haproxy', ...files('/etc/kubernetes/x') },
    says: [],
  },
  {
    name: 'firewall rules when ours are off',
    profile: { system: { firewall: { engine: 'off' } }, ...files('/etc/nftables.conf') },
    says: [],
  },
  { name: 'firewall rules when ours are on', profile: files('/etc/nftables.conf'), says: paths },
  { name: 'a worker may have a haproxy of its own', profile: files('/etc/haproxy/haproxy.cfg'), says: [] },
  {
    name: 'the balancer’s configuration',
    profile: { extends: 'haproxy', ...files('/etc/haproxy/haproxy.cfg') },
    says: paths,
  },
  { name: 'the folder itself', profile: files('/tmp'), says: paths },
  ...[
    '/proc/sys/x',
    '/sys/x',
    '/dev/x',
    '/run/x',
    '/var/run/x',
    '/tmp/x',
    '/var/tmp/x',
    '/var/log/x',
    '/var/cache/x',
  ].map((path) => ({
    name: `passing: ${path}`,
    profile: files(path),
    says: paths,
    message: /would not be on the machine/,
  })),
  ...[
    '/etc/fstab',
    '/etc/machine-id',
    '/etc/containerd/config.toml',
    '/etc/containerd/certs.d/docker.io/hosts.toml',
    '/etc/crictl.yaml',
    '/etc/apt/preferences.d/bake-kubernetes',
    '/etc/sysctl.d/99-bake-kubernetes.conf',
    '/etc/kubernetes/manifests/x.yaml',
    '/var/lib/kubelet/config.yaml',
    '/etc/bake/release',
    '/etc/ssh/ssh_host_rsa_key',
    '/etc/iscsi/initiatorname.iscsi',
    '/etc/nvme/hostnqn',
    '/etc/nvme/hostid',
    '/usr/bin/kubeadm',
    '/bin/kubeadm',
    '/lib/systemd/system/kubelet.service',
  ].map((path) => ({
    name: `managed: ${path}`,
    profile: files(path),
    says: paths,
    message: /managed by bake/,
  })),
]);

const command = (extra: object) => ({ commands: [{ name: 'n', run: 'true', ...extra }] });
ruleCases('guards outlive the bake', guardsOutliveTheBake, [
  { name: 'one that stays', profile: command({ creates: '/opt/done' }), says: [] },
  { name: 'no path', profile: command({ unless: 'false' }), says: [] },
  {
    name: 'one in /run',
    profile: command({ creates: '/run/done' }),
    says: ['error B407 commands.0.creates'],
  },
]);

ruleCases('files are not folders', filesAreNotFolders, [
  { name: 'side by side', profile: files('/opt/a', '/opt/ab', '/opt/b/c'), says: [] },
  { name: 'one in the other', profile: files('/opt/a/b', '/opt/a'), says: ['error B402 files.1.path'] },
]);

ruleCases('file has one content', fileHasOneContent, [
  { name: 'content', profile: { files: [file('/opt/a')] }, says: [] },
  { name: 'empty content is content', profile: { files: [file('/opt/a', '')] }, says: [] },
  {
    name: 'source',
    profile: { files: [{ path: '/opt/a', source: 'a.txt' }] },
    beside: { 'a.txt': 'a' },
    says: [],
  },
  {
    name: 'both',
    profile: { files: [{ path: '/opt/a', source: 'a.txt', content: 'a' }] },
    beside: { 'a.txt': 'a' },
    says: ['error B402 files.0'],
  },
  { name: 'neither', profile: { files: [{ path: '/opt/a' }] }, says: ['error B402 files.0'] },
]);

ruleCases('commands are guarded', commandsAreGuarded, [
  { name: 'creates', profile: command({ creates: '/opt/done' }), says: [] },
  { name: 'unless', profile: command({ unless: 'false' }), says: [] },
  { name: 'neither', profile: command({}), says: ['error B410 commands.0'] },
]);

// Put together here so that scanners of this repository have nothing to find.
const PRIVATE_KEY = ['-----BEGIN', 'OPENSSH PRIVATE', 'KEY-----'].join(' ');
const TOKEN = ['abcdef', '0123456789abcdef'].join('.');
const AWS = `AKIA${'IOSFODNN7EXAMPLE'}`;

ruleCases('secrets stay out of the image', secretsStayOutOfTheImage, [
  { name: 'nothing written', profile: {}, says: [] },
  {
    name: 'in a file',
    profile: { files: [file('/opt/a', `# key\n${PRIVATE_KEY}\n`)] },
    says: ['error B408 files.0.content'],
    message: /a private key \(line 2 of the text\)/,
  },
  {
    name: 'in a file beside',
    profile: { files: [{ path: '/opt/a', source: 'a.pem' }] },
    beside: { 'a.pem': PRIVATE_KEY },
    says: ['error B408 files.0.source'],
  },
  {
    name: 'in a CA',
    profile: { runtime: { registries: [{ host: 'r.example.com', ca: 'a.pem' }] } },
    beside: { 'a.pem': PRIVATE_KEY },
    says: ['error B408 runtime.registries.0.ca'],
  },
  {
    name: 'in a command',
    profile: command({ run: `join --token ${TOKEN}`, unless: 'false' }),
    says: ['error B408 commands.0.run'],
    message: /a bootstrap token/,
  },
  {
    name: 'in a guard',
    profile: command({ unless: `curl -H 'Authorization: Bearer abcdefghijkl'` }),
    says: ['error B408 commands.0.unless'],
  },
  {
    name: 'in a mirror',
    profile: { image: { mirror: 'https://me:pass@mirror.example.com/debian' } },
    says: ['error B408 image.mirror'],
  },
  {
    name: 'in a mirror of images',
    profile: { runtime: { registries: [{ host: 'docker.io', mirrors: ['https://me:pass@m.example.com'] }] } },
    says: ['error B408 runtime.registries.0.mirrors.0'],
  },
  {
    name: 'two on one line',
    profile: { files: [file('/opt/a', `${AWS} ${TOKEN}`)] },
    says: ['error B408 files.0.content', 'error B408 files.0.content'],
  },
]);

describe('what looks like a secret', () => {
  const inFile = (text: string) =>
    said(secretsStayOutOfTheImage, resolved({ files: [file('/opt/a', text)] })).length > 0;
  const secrets = [
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    AWS,
    `ghp_${'a'.repeat(36)}`,
    `"auth": "${'dXNlcjpwYXNz'}"`,
    'Proxy-Authorization: Basic dXNlcjpwYXNz',
    `"authorization": "Bearer ${'x'.repeat(20)}"`,
    'HTTPS_PROXY=http://me:secret@proxy.example.com:3128',
    `token: ${TOKEN}`,
    `token: abcdef.${'a'.repeat(16)}`,
    `certificateKey: "${'a1'.repeat(32)}"`,
    `--certificate-key ${'a1'.repeat(32)}`,
    `eyJ${'a'.repeat(12)}.eyJ${'b'.repeat(12)}.${'c'.repeat(12)}`,
  ];
  for (const text of secrets) test(`is found: ${text.slice(0, 40)}`, () => assert.equal(inFile(text), true));

  const harmless = [
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----',
    'curl -H "Authorization: Bearer $TOKEN" https://api.example.com',
    'Authorization: Bearer {{ token }}',
    'proxy = http://$USER:$PASSWORD@proxy.example.com',
    'proxy = http://${USER}:${PASSWORD}@proxy.example.com',
    'https://example.com:8443/a@b',
    'git clone git@github.com:me/repo.git',
    'engine.authorizationdrv',
    'see script.javascriptengine for more',
    `sha256:${'a1'.repeat(32)}`,
    '/opt/lib/abcdef.0123456789abcdef/x',
    'lib-abcdef.0123456789abcdef.so',
    'kernel.panic=10',
    'a password is needed',
  ];
  for (const text of harmless)
    test(`is left alone: ${text.slice(0, 40)}`, () => assert.equal(inFile(text), false));

  test('public keys of people are left alone', () => {
    const key = `ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5AAAAI'.padEnd(68, 'x')} me@example.com`;
    assert.deepEqual(
      said(
        secretsStayOutOfTheImage,
        resolved({ users: [{ name: 'me', sshKeys: [key] }], boot: { sshKeys: [key] } }),
      ),
      [],
    );
  });

  test('the message does not repeat the secret', () => {
    const [found] = secretsStayOutOfTheImage(resolved({ files: [file('/opt/a', TOKEN)] }), {
      standIn: false,
    });
    assert.doesNotMatch(JSON.stringify([found?.message, found?.hint]), /0123456789/);
  });
});
