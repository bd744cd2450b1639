import { type ImageReader, readText, walkTree } from '../image/reader.ts';
import { readShadow, readUsers } from './accounts.ts';
import type { Finding, HygieneRule } from './hygiene-rule.ts';

/** Larger files are no keys. */
const MAX_KEY_FILE = 256 * 1024;

/** What every golden image has to be free of, whatever its profile. */
export const HYGIENE_RULES: readonly HygieneRule[] = [
  {
    name: 'ssh-host-keys',
    title: 'no SSH host keys',
    reason: 'all machines would prove the same identity',
    plannable: false,
    find: (reader) => matching(reader, '/etc/ssh', /^ssh_host_.*key/),
  },
  {
    name: 'machine-id',
    title: 'machine-id is not set',
    reason: 'machines with one id share DHCP leases and journal identity',
    plannable: false,
    async find(reader) {
      const id = (await readText(reader, '/etc/machine-id'))?.trim() ?? '';
      return id === '' || id === 'uninitialized' ? [] : [{ path: '/etc/machine-id', what: 'holds an id' }];
    },
  },
  {
    name: 'dbus-machine-id',
    title: 'no machine-id of D-Bus',
    reason: 'it would bring the old id back',
    plannable: false,
    find: async (reader) => {
      const path = '/var/lib/dbus/machine-id';
      return (await reader.lstat(path))?.type === 'file' ? [{ path }] : [];
    },
  },
  {
    name: 'cloud-init-state',
    title: 'no cloud-init state',
    reason: 'cloud-init would take the machine for one that it has set up already',
    plannable: false,
    find: (reader) => contents(reader, '/var/lib/cloud', (path) => !path.startsWith('/var/lib/cloud/seed/')),
  },
  {
    name: 'logs',
    title: 'no logs',
    reason: 'they tell of the building machine and mislead whoever reads them',
    plannable: true,
    find: (reader) => contents(reader, '/var/log', (_path, size) => size > 0),
  },
  {
    name: 'package-lists',
    title: 'no package lists',
    reason: 'they are stale at once and large',
    plannable: false,
    find: async (reader) => [
      ...(await contents(reader, '/var/lib/apt/lists', (path) => !path.endsWith('/lock'))),
      ...(await matching(reader, '/var/cache/apt', /\.bin$/)),
    ],
  },
  {
    name: 'package-caches',
    title: 'no cached packages',
    reason: 'they only take space',
    plannable: false,
    find: (reader) => contents(reader, '/var/cache/apt/archives', (path) => !path.endsWith('/lock')),
  },
  {
    name: 'random-seed',
    title: 'no random seed and no credential secret',
    reason: "machines would start from the same randomness and could read each other's credentials",
    plannable: false,
    find: (reader) => matching(reader, '/var/lib/systemd', /^(random-seed|credential\.secret)$/),
  },
  {
    name: 'shell-history',
    title: 'no shell histories',
    reason: 'they tell what was typed on the building machine',
    plannable: false,
    find: (reader) =>
      inHomes(reader, (home) => matching(reader, home, /^\.(\w*_history|lesshst|viminfo|wget-hsts)$/)),
  },
  {
    name: 'authorized-keys',
    title: 'no SSH keys that let somebody in, other than planned',
    reason: 'their owner could enter every machine',
    plannable: true,
    find: (reader) => inHomes(reader, (home) => matching(reader, `${home}/.ssh`, /^authorized_keys2?$/)),
  },
  {
    name: 'resolv-conf',
    title: 'no name servers of the building machine',
    reason: 'they may not answer where the image runs',
    plannable: true,
    find: (reader) => settings(reader, ['/etc/resolv.conf'], /^\s*(nameserver|search|domain)\s/),
  },
  {
    name: 'hostname',
    title: 'no host name',
    reason: 'machines would come up under one name',
    plannable: true,
    find: (reader) => settings(reader, ['/etc/hostname'], /^\s*[^#\s]/),
  },
  {
    name: 'dhcp-leases',
    title: 'no DHCP leases',
    reason: 'machines would ask for the same address',
    plannable: false,
    async find(reader) {
      const directories = [
        '/var/lib/dhcp',
        '/var/lib/dhclient',
        '/var/lib/dhcpcd',
        '/var/lib/NetworkManager',
        '/var/lib/systemd/network',
      ];
      const found = await Promise.all(
        directories.map((directory) => matching(reader, directory, /lease|^internal-/)),
      );
      return found.flat();
    },
  },
  {
    name: 'storage-identity',
    title: 'no name of an iSCSI initiator or NVMe host',
    reason: "machines under one name get each other's disks and close each other's sessions",
    plannable: false,
    find: async (reader) => [
      ...(await settings(reader, ['/etc/iscsi/initiatorname.iscsi'], /^\s*InitiatorName\s*=/)),
      ...(await matching(reader, '/etc/nvme', /^host(nqn|id)$/)),
    ],
  },
  {
    name: 'kubernetes-identity',
    title: 'no identity of a cluster or node',
    reason: 'kubeadm would refuse to start, or two nodes would be one',
    plannable: false,
    async find(reader) {
      return [
        ...(await matching(reader, '/etc/kubernetes', /\.conf$/)),
        ...(await contents(reader, '/etc/kubernetes/pki')),
        ...(await contents(reader, '/var/lib/kubelet/pki')),
        ...(await contents(reader, '/var/lib/etcd')),
      ];
    },
  },
  {
    name: 'policy-rc-d',
    title: 'no policy-rc.d',
    reason: 'package scripts could not start services on the machine',
    plannable: false,
    find: (reader) => matching(reader, '/usr/sbin', /^policy-rc\.d$/),
  },
  {
    name: 'temporary-files',
    title: 'nothing in /tmp and /var/tmp',
    reason: 'it was left by the build',
    plannable: false,
    find: async (reader) => [
      ...(await matching(reader, '/tmp', /./)),
      ...(await matching(reader, '/var/tmp', /./)),
    ],
  },
  {
    name: 'passwords',
    title: 'every password is locked',
    reason: 'one password would open every machine',
    plannable: false,
    find: findPasswords,
  },
  {
    name: 'build-proxy',
    title: 'no proxy of the building machine',
    reason: 'it may not answer where the image runs',
    plannable: true,
    find: findProxies,
  },
  {
    name: 'private-keys',
    title: 'no private keys',
    reason: 'whoever has the image has the key',
    plannable: false,
    find: findPrivateKeys,
  },
];

/** Entries of one directory by name. */
async function matching(reader: ImageReader, directory: string, name: RegExp): Promise<readonly Finding[]> {
  const names = await reader.list(directory);
  return names.filter((one) => name.test(one)).map((one) => ({ path: `${directory}/${one}` }));
}

/** Everything below a directory that is no directory itself, links included. */
async function contents(
  reader: ImageReader,
  directory: string,
  counts: (path: string, size: number) => boolean = () => true,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const { path, stat } of walkTree(reader, directory)) {
    const size = stat.type === 'file' ? stat.size : 0;
    if (stat.type !== 'directory' && counts(path, size)) found.push({ path });
  }
  return found;
}

/** Files with a line that sets something. */
async function settings(
  reader: ImageReader,
  paths: readonly string[],
  setting: RegExp,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const path of paths) {
    // A link leads to what the running machine writes (systemd-resolved), not to what the build left.
    if ((await reader.lstat(path))?.type !== 'file') continue;
    const line = (await readText(reader, path))?.split('\n').find((one) => setting.test(one));
    if (line !== undefined) found.push({ path, what: line.trim() });
  }
  return found;
}

async function inHomes(
  reader: ImageReader,
  find: (home: string) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const listed = (await reader.list('/home')).map((name) => `/home/${name}`);
  const homes = new Set(['/root', ...listed, ...(await readUsers(reader)).map((user) => user.home)]);
  const found = await Promise.all(
    [...homes].filter((home) => home.startsWith('/') && home !== '/').map(find),
  );
  return found.flat();
}

async function findPasswords(reader: ImageReader): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const path of ['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-']) {
    for (const { name, password } of await readShadow(reader, path)) {
      // gshadow leaves the field empty for groups that nobody may enter by password.
      if (/^[*!]+$/.test(password) || (password === '' && path.includes('gshadow'))) continue;
      found.push({ path, what: password === '' ? `${name} has no password` : `${name} has a password hash` });
    }
  }
  const inPasswd = (await readUsers(reader)).filter((user) => !/^[x*!]+$/.test(user.password));
  return [
    ...found,
    ...inPasswd.map(({ name }) => ({ path: '/etc/passwd', what: `${name} has a password here` })),
  ];
}

async function findProxies(reader: ImageReader): Promise<readonly Finding[]> {
  const apt = (await matching(reader, '/etc/apt/apt.conf.d', /./)).map(({ path }) => path);
  const profile = (await matching(reader, '/etc/profile.d', /./)).map(({ path }) => path);
  const dropIns: string[] = [];
  for await (const { path } of walkTree(reader, '/etc/systemd'))
    if (path.endsWith('.conf')) dropIns.push(path);
  return settings(
    reader,
    [
      '/etc/apt/apt.conf',
      ...apt,
      '/etc/environment',
      ...profile,
      '/etc/pip.conf',
      '/root/.config/pip/pip.conf',
      ...dropIns,
    ],
    /^\s*(?!#|\/\/|;).*proxy\S*\s*(=|\s)\s*"?'?[a-z0-9+]+:\/\//i,
  );
}

async function findPrivateKeys(reader: ImageReader): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const directory of ['/etc', '/root', '/home', '/usr/share/bake', '/usr/lib/bake']) {
    for await (const { path, stat } of walkTree(reader, directory)) {
      if (stat.type !== 'file' || stat.size > MAX_KEY_FILE) continue;
      if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test((await reader.read(path))?.toString('latin1') ?? ''))
        found.push({ path });
    }
  }
  return found;
}
