import { posix } from 'node:path';
import type { ProfileFile } from '../../src/profile/schema.ts';
import { tomlString } from '../../src/text/toml.ts';
import type { Machine } from '../support/machine.ts';
import { argument, base, check, file, goss, gossLine, holds, sha256, userOf, type Place } from './places.ts';

export interface Field {
  /** The beginning of a good value, for fields that have a form: hostile values are tried by themselves and behind it. */
  readonly begin?: string;
  /** A profile that has the values in this field; one of each where `many` is set, else only one is given. */
  readonly profile: (values: readonly string[]) => ProfileFile;
  readonly many?: true;
  /** Files beside the profile. */
  readonly beside?: (values: readonly string[]) => Readonly<Record<string, string>>;
  /** Absent where every hostile value has to be refused. */
  readonly places?: (machine: Machine, value: string, i: number) => readonly Place[];
}

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGolZ3Vlc3Mgd2hvIHdyb3RlIHRoaXMga2V5IGF0IGFs ';
/** What passes for one, and is different for each file. */
const certificate = (name: string): string =>
  `-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n# ${name}\n`;
const SHA256 = 'a'.repeat(64);
const first = (values: readonly string[]): string => values[0] ?? '';
const toml = '/etc/containerd/config.toml';
const sources = '/etc/apt/sources.list.d/bake-kubernetes.sources';
const source = {
  url: 'https://apt.example.com',
  keyUrl: 'https://apt.example.com/key',
  fingerprint: 'A'.repeat(40),
};
const registries = (list: NonNullable<NonNullable<ProfileFile['runtime']>['registries']>): ProfileFile => ({
  runtime: { registries: list },
});
const images = (list: NonNullable<NonNullable<ProfileFile['kubernetes']>['images']>): ProfileFile => ({
  kubernetes: { images: list },
});
const sumOf = (i: number): string => String(i).padStart(64, '0');
const importOf = (m: Machine, sum: string, location: string): Place[] => [
  [
    'bake_import_images',
    m.provision.some(
      ({ name, args }) => name === 'bake_import_images' && args[1] === sum && args[2] === location,
    ),
    true,
  ],
];
const user = (i: number) => ({ name: `user${i}` });

/** Every text field of the schema, by its path as `textFields` names it. */
export const FIELDS: Readonly<Record<string, Field>> = {
  extends: { profile: (v) => ({ extends: first(v) }) },
  name: {
    profile: (v) => ({ name: first(v) }),
    places: (m, v) => [
      ['plan', m.plan.profile, v],
      ...holds(m, '/etc/bake/release', `BAKE_PROFILE="${v}"\n`),
    ],
  },
  // It is for people who read the profile: no product holds it.
  description: { profile: (v) => ({ description: first(v) }), places: () => [] },
  'image.disk': { begin: '10GiB', profile: (v) => ({ image: { disk: first(v) } }) },
  'image.base.file': {
    profile: (v) => ({ image: { base: { file: first(v), sha256: SHA256 } } }),
    places: (m, v) => [['plan', base(m), v]],
  },
  'image.base.sha256': {
    begin: SHA256,
    profile: (v) => ({ image: { base: { file: 'a', sha256: first(v) } } }),
  },
  'image.base.url': {
    begin: 'https://example.com/a',
    profile: (v) => ({ image: { base: { url: first(v), sha256: SHA256 } } }),
    places: (m, v) => [['plan', base(m), v]],
  },
  'image.ova.memory': { begin: '4GiB', profile: (v) => ({ image: { ova: { memory: first(v) } } }) },
  'image.mirror': {
    begin: 'https://example.com/a',
    profile: (v) => ({ image: { mirror: first(v) } }),
    places: (m, v) => [['plan', base(m), v]],
  },
  'runtime.mirror': {
    begin: 'https://example.com/a',
    profile: (v) => ({ runtime: { source: 'docker', mirror: first(v) } }),
    places: (m, v) => {
      const uri = `${v.replace(/\/+$/, '')}/debian`;
      return [
        ...holds(m, '/etc/apt/sources.list.d/bake-docker.sources', `\nURIs: ${uri}\n`),
        argument(m, 'bake_update_repository', uri),
        argument(m, 'bake_fetch_key', `${uri}/gpg`),
      ];
    },
  },
  'kubernetes.version': { begin: '1.35.8', profile: (v) => ({ kubernetes: { version: first(v) } }) },
  'kubernetes.source.url': {
    begin: 'https://apt.example.com/a',
    profile: (v) => ({ kubernetes: { source: { ...source, url: first(v) } } }),
    places: (m, v) => [...holds(m, sources, `\nURIs: ${v}\n`), argument(m, 'bake_update_repository', v)],
  },
  'kubernetes.source.suite': {
    begin: 'stable',
    profile: (v) => ({ kubernetes: { source: { ...source, suite: first(v) } } }),
    places: (m, v) => holds(m, sources, `\nSuites: ${v}\n`),
  },
  'kubernetes.source.components[]': {
    profile: (v) => ({ kubernetes: { source: { ...source, suite: 'stable', components: [...v] } } }),
    places: (m, v) => holds(m, sources, `\nComponents: ${v}\n`),
  },
  'kubernetes.source.keyUrl': {
    begin: 'https://apt.example.com/key',
    profile: (v) => ({ kubernetes: { source: { ...source, keyUrl: first(v) } } }),
    places: (m, v) => [argument(m, 'bake_fetch_key', v)],
  },
  'kubernetes.source.fingerprint': {
    begin: source.fingerprint,
    profile: (v) => ({ kubernetes: { source: { ...source, fingerprint: first(v) } } }),
  },
  'kubernetes.revision': {
    begin: '1.1',
    profile: (v) => ({ kubernetes: { revision: first(v) } }),
    places: (m, v) => [argument(m, 'bake_install', `kubeadm=1.35.8-${v}`)],
  },
  'kubernetes.criTools': {
    begin: '1.35.0-1.1',
    profile: (v) => ({ kubernetes: { criTools: first(v) } }),
    places: (m, v) => [
      argument(m, 'bake_install', `cri-tools=${v}`),
      ...holds(m, '/etc/apt/preferences.d/bake-kubernetes', `Pin: version ${v}\n`),
    ],
  },
  'kubernetes.cni': {
    begin: '1.8.0-1.1',
    profile: (v) => ({ kubernetes: { cni: first(v) } }),
    places: (m, v) => [argument(m, 'bake_install', `kubernetes-cni=${v}`)],
  },
  'kubernetes.imageRepository': {
    begin: 'registry.example.com/a',
    profile: (v) => ({ kubernetes: { imageRepository: first(v) } }),
    places: (m, v) => [
      ...holds(m, toml, `sandbox = "${v}/pause:`),
      ...holds(m, '/etc/bake/release', `BAKE_PAUSE_IMAGE="${v}/pause:`),
    ],
  },
  'kubernetes.images[].file': {
    many: true,
    profile: (v) => images(v.map((file, i) => ({ file, sha256: sumOf(i) }))),
    places: (m, v, i) => importOf(m, sumOf(i), posix.normalize(v)),
  },
  'kubernetes.images[].sha256': {
    begin: SHA256,
    profile: (v) => images([{ file: 'a', sha256: first(v) }]),
  },
  'kubernetes.images[].url': {
    many: true,
    begin: 'https://example.com/a',
    profile: (v) => images(v.map((url, i) => ({ url, sha256: sumOf(i) }))),
    places: (m, v, i) => importOf(m, sumOf(i), v),
  },
  'runtime.registries[].host': {
    many: true,
    begin: 'registry.example.com',
    profile: (v) => registries(v.map((host) => ({ host, mirrors: ['https://mirror.example.com'] }))),
    places: (m, v) => holds(m, `/etc/containerd/certs.d/${v}/hosts.toml`, `server = "https://${v}"\n`),
  },
  'runtime.registries[].mirrors[]': {
    many: true,
    begin: 'https://mirror.example.com/a',
    profile: (v) => registries(v.map((mirror, i) => ({ host: `h${i}.example.com`, mirrors: [mirror] }))),
    places: (m, v, i) =>
      holds(m, `/etc/containerd/certs.d/h${i}.example.com/hosts.toml`, `[host.${tomlString(v)}]\n`),
  },
  'runtime.registries[].ca': {
    many: true,
    profile: (v) => registries(v.map((ca, i) => ({ host: `h${i}.example.com`, ca }))),
    beside: (v) => Object.fromEntries(v.map((name) => [name, certificate(name)])),
    places: (m, v, i) => file(m, `/etc/containerd/certs.d/h${i}.example.com/ca.crt`, certificate(v)),
  },
  // It names an entry of the secrets file, which no image and no user-data of today holds.
  'runtime.registries[].credentials': {
    many: true,
    profile: (v) => registries(v.map((credentials, i) => ({ host: `h${i}.example.com`, credentials }))),
    places: () => [],
  },
  'runtime.version': {
    begin: '2.3.4',
    profile: (v) => ({ runtime: { source: 'upstream', version: first(v) } }),
  },
  'runtime.pauseImage': {
    begin: 'registry.example.com/pause:3',
    profile: (v) => ({ runtime: { pauseImage: first(v) } }),
    places: (m, v) => holds(m, toml, `sandbox = "${v}"\n`),
  },
  'runtime.criDockerd': {
    begin: '0.3.26',
    profile: (v) => ({ runtime: { engine: 'docker', criDockerd: first(v) } }),
  },
  'runtime.logMaxSize': { begin: '50MiB', profile: (v) => ({ runtime: { logMaxSize: first(v) } }) },
  'system.modules[]': {
    many: true,
    begin: 'dummy',
    profile: (v) => ({ system: { modules: [...v] } }),
    places: (m, v) => [
      ...holds(m, '/etc/modules-load.d/bake-kubernetes.conf', `\n${v}\n`),
      argument(m, 'bake_modprobe', v),
      check(m, 'check_module', v),
    ],
  },
  'system.sysctl{}': {
    many: true,
    begin: 'net.core.a',
    profile: (v) => ({ system: { sysctl: Object.fromEntries(v.map((key) => [key, 7])) } }),
    places: (m, v) => [
      ...holds(m, '/etc/sysctl.d/99-bake-kubernetes.conf', `\n${v} = 7\n`),
      check(m, 'check_sysctl', v, '7'),
      goss(m, 'kernel-param', v),
    ],
  },
  'system.sysctl{}=': {
    many: true,
    profile: (v) => ({
      system: { sysctl: Object.fromEntries(v.map((value, i) => [`net.core.h${i}`, value])) },
    }),
    places: (m, v, i) => [
      ...holds(m, '/etc/sysctl.d/99-bake-kubernetes.conf', `\nnet.core.h${i} = ${v}\n`),
      check(m, 'check_sysctl', `net.core.h${i}`, v),
      ['goss.yaml', m.goss['kernel-param']?.[`net.core.h${i}`], { value: v }],
    ],
  },
  'system.timezone': {
    begin: 'Etc/UTC',
    profile: (v) => ({ system: { timezone: first(v) } }),
  },
  'system.ntp.servers[]': {
    many: true,
    begin: 'ntp',
    profile: (v) => ({ system: { ntp: { servers: [...v] } } }),
    places: (m, v) => holds(m, '/etc/chrony/chrony.conf', `\nserver ${v} iburst\n`),
  },
  'system.ntp.pools[]': {
    many: true,
    begin: 'ntp',
    profile: (v) => ({ system: { ntp: { pools: [...v] } } }),
    places: (m, v) => holds(m, '/etc/chrony/chrony.conf', `\npool ${v} iburst maxsources 4\n`),
  },
  'system.firewall.allow[].port': {
    begin: '30000-32767',
    profile: (v) => ({ system: { firewall: { allow: [{ port: first(v) }] } } }),
  },
  'system.firewall.nodes[]': {
    begin: '10.0.0.0/8',
    profile: (v) => ({ system: { firewall: { nodes: [first(v)] } } }),
  },
  'system.firewall.allow[].from[]': {
    begin: '10.0.0.0/8',
    profile: (v) => ({ system: { firewall: { allow: [{ port: 80, from: [first(v)] }] } } }),
  },
  'system.firewall.allow[].comment': {
    many: true,
    profile: (v) => ({
      system: { firewall: { allow: v.map((comment, i) => ({ port: 20000 + i, comment })) } },
    }),
    places: (m, v, i) => holds(m, '/etc/bake/firewall.nft', `tcp dport ${20000 + i} accept comment "${v}"\n`),
  },
  'system.journal.maxUse': { begin: '1GiB', profile: (v) => ({ system: { journal: { maxUse: first(v) } } }) },
  'packages[]': {
    many: true,
    begin: 'htop',
    profile: (v) => ({ packages: [...v] }),
    places: (m, v) => [
      argument(m, 'bake_install', v),
      ['stock route', m.stock.packages?.includes(v), true],
      check(m, 'check_package', v),
      goss(m, 'package', v),
    ],
  },
  'files[].path': {
    many: true,
    begin: '/etc/h',
    profile: (v) => ({ files: v.map((path) => ({ path, content: path })) }),
    places: (m, v) => [...file(m, v, v), check(m, 'check_file', v, sha256(v)), goss(m, 'file', v)],
  },
  'files[].content': {
    many: true,
    profile: (v) => ({ files: v.map((content, i) => ({ path: `/etc/h${i}`, content })) }),
    places: (m, v, i) => [...file(m, `/etc/h${i}`, v), check(m, 'check_file', `/etc/h${i}`, sha256(v))],
  },
  'files[].source': {
    many: true,
    profile: (v) => ({ files: v.map((name, i) => ({ path: `/etc/h${i}`, source: name })) }),
    beside: (v) => Object.fromEntries(v.map((name) => [name, `text of ${name}`])),
    places: (m, v, i) => file(m, `/etc/h${i}`, `text of ${v}`),
  },
  'files[].mode': {
    begin: '0644',
    profile: (v) => ({ files: [{ path: '/etc/h', content: '', mode: first(v) }] }),
  },
  'files[].owner': {
    many: true,
    begin: 'ops',
    profile: (v) => ({
      files: v.map((owner, i) => ({ path: `/etc/h${i}`, content: 'x', owner, group: 'root' })),
    }),
    places: (m, v, i) => [
      argument(m, 'bake_write', v),
      ['stock route', m.stock.write_files?.find(({ path }) => path === `/etc/h${i}`)?.owner, `${v}:root`],
    ],
  },
  'files[].group': {
    many: true,
    begin: 'ops',
    profile: (v) => ({ files: v.map((group, i) => ({ path: `/etc/h${i}`, content: 'x', group })) }),
    places: (m, v, i) => [
      argument(m, 'bake_write', v),
      ['stock route', m.stock.write_files?.find(({ path }) => path === `/etc/h${i}`)?.owner, `root:${v}`],
    ],
  },
  'commands[].name': {
    many: true,
    profile: (v) => ({ commands: v.map((name) => ({ name, run: 'true', unless: 'false' })) }),
    places: (m, v) => [
      argument(m, 'bake_step', v),
      ['title in verify.sh', m.checks.some(([title]) => title === v.replaceAll('#', '\\#')), true],
      goss(m, 'command', v),
    ],
  },
  'commands[].run': {
    many: true,
    profile: (v) => ({ commands: v.map((run, i) => ({ name: `c${i}`, run, creates: `/nowhere/${i}` })) }),
    places: (m, v) => [argument(m, 'bash', v)],
  },
  'commands[].creates': {
    many: true,
    begin: '/opt/h',
    profile: (v) => ({ commands: v.map((creates, i) => ({ name: `c${i}`, run: 'true', creates })) }),
    places: (m, v) => [check(m, 'check_file', v), goss(m, 'file', v)],
  },
  'commands[].unless': {
    many: true,
    profile: (v) => ({ commands: v.map((unless, i) => ({ name: `c${i}`, run: 'true', unless })) }),
    places: (m, v, i) => [
      argument(m, 'bash', v),
      check(m, 'check_command', v),
      ['goss.yaml runs it', m.words(`c${i}`).at(-1), v],
    ],
  },
  'users[].name': {
    many: true,
    begin: 'ops',
    profile: (v) => ({ users: v.map((name) => ({ name })) }),
    places: (m, v) => [
      argument(m, 'bake_user', v),
      ['stock route', userOf(m.stock, v)['name'], v],
      check(m, 'check_user', v),
      goss(m, 'user', v),
    ],
  },
  'users[].gecos': {
    many: true,
    profile: (v) => ({ users: v.map((gecos, i) => ({ ...user(i), gecos })) }),
    places: (m, v, i) => [
      argument(m, 'bake_user', v),
      ['stock route', userOf(m.stock, `user${i}`)['gecos'], v],
    ],
  },
  'users[].groups[]': {
    many: true,
    begin: 'ops',
    profile: (v) => ({ users: v.map((group, i) => ({ ...user(i), groups: [group] })) }),
    places: (m, v, i) => [
      argument(m, 'bake_user', v),
      ['stock route', userOf(m.stock, `user${i}`)['groups'], [v]],
      check(m, 'check_user', `user${i}`, v),
    ],
  },
  'users[].shell': {
    many: true,
    begin: '/bin/bash',
    profile: (v) => ({ users: v.map((shell, i) => ({ ...user(i), shell })) }),
    places: (m, v, i) => [
      argument(m, 'bake_user', v),
      ['stock route', userOf(m.stock, `user${i}`)['shell'], v],
    ],
  },
  'users[].sshKeys[]': {
    many: true,
    begin: KEY,
    profile: (v) => ({ users: v.map((key, i) => ({ ...user(i), sshKeys: [key] })) }),
    places: (m, v, i) => {
      const path = `/home/user${i}/.ssh/authorized_keys`;
      const given = m.provision.find(({ name, args }) => name === 'bake_ssh_keys' && args[0] === `user${i}`);
      return [
        ['authorized_keys', given?.input, `${v}\n`],
        ['stock route', userOf(m.stock, `user${i}`)['ssh_authorized_keys'], [v]],
        check(m, 'check_file', path, v),
        gossLine(m, path, v),
      ];
    },
  },
  'boot.hostname': {
    begin: 'node',
    profile: (v) => ({ boot: { hostname: first(v) } }),
    places: (m, v) => [['user-data', (m.userData as { hostname?: string }).hostname, v]],
  },
  'boot.sshKeys[]': {
    many: true,
    begin: KEY,
    profile: (v) => ({ boot: { sshKeys: [...v] } }),
    places: (m, v) => [
      ['user-data', m.userData.ssh_authorized_keys?.includes(v), true],
      ['stock route', m.stock.ssh_authorized_keys?.includes(v), true],
      gossLine(m, '/home/debian/.ssh/authorized_keys', v),
    ],
  },
};
