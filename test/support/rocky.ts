import {
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, normalize } from 'node:path';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from './programs.ts';

/**
 * A STAND-IN for Rocky Linux 9: its package manager, rpm and systemd are the real ones of the same versions (dnf 4.14, systemd 252), but
 * Debian's; what Rocky's repositories have is of the tests' own making, by the same names, and signed by keys of the tests'.
 */
export const STAND_IN =
  'STAND-IN for Rocky Linux 9: Debian 12 with its dnf, rpm and systemd; every RPM is made by this test';

const CHROOT = join(ROOT, 'test/support/chroot.sh');

/** Debian's packages with what a machine of Rocky has; createrepo-c is for the repositories. */
const PACKAGES = [
  'ca-certificates',
  'createrepo-c',
  'curl',
  'dnf',
  'dnf-plugins-core',
  'gnupg',
  'kmod',
  'procps',
  'rpm',
  'systemd',
  'tzdata',
];

/** An RPM of the tests. It leaves word of its scripts: in /var/lib/stand-in there is a file for each that has run to its end. */
export interface Rpm {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  /** What the system keeps of it beside a newer one. */
  readonly files?: Readonly<Record<string, string>>;
}

/** rocky-repos' own files, as far as they are enabled (9.x; 10 names another key). */
const rockyRepo = (id: string, path: string): string => `[${id}]
name=Rocky Linux $releasever - ${path}
mirrorlist=https://mirrors.rockylinux.org/mirrorlist?arch=$basearch&repo=${path}-$releasever$rltype
#baseurl=http://dl.rockylinux.org/$contentdir/$releasever/${path}/$basearch/os/
gpgcheck=1
enabled=1
countme=1
metadata_expire=6h
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9

[${id}-source]
name=Rocky Linux $releasever - ${path} - Source
mirrorlist=https://mirrors.rockylinux.org/mirrorlist?arch=source&repo=${path}-$releasever-source$rltype
#baseurl=http://dl.rockylinux.org/$contentdir/$releasever/${path}/source/tree/
gpgcheck=1
enabled=0
metadata_expire=6h
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9

`;

/** What is installed before the first step: rpm's database knows no other. */
const BASE: readonly Rpm[] = [
  {
    name: 'rocky-release',
    version: '9.6',
    provides: ['system-release = 9.6', 'system-release(releasever) = 9', '/bin/sh'],
    files: {
      '/etc/yum.repos.d/rocky.repo': rockyRepo('baseos', 'BaseOS') + rockyRepo('appstream', 'AppStream'),
      '/etc/yum.repos.d/rocky-extras.repo': rockyRepo('extras', 'extras'),
      '/etc/dnf/vars/contentdir': 'pub/rocky\n',
      '/etc/dnf/vars/rltype': '',
    },
  },
  { name: 'kernel-core', version: '5.14.0', release: '570.17.1.el9_6' },
];

const UNIT = (name: string): string =>
  `[Unit]\nDescription=${name} (stand-in)\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n`;
const TIMER = '[Timer]\nOnCalendar=*-*-* 6:00\nPersistent=true\n[Install]\nWantedBy=timers.target\n';
const service = (name: string): Record<string, string> => ({
  [`/usr/lib/systemd/system/${name}.service`]: UNIT(name),
});
const program = (path: string, says: string): Record<string, string> => ({
  [path]: `#!/bin/sh\n# STAND-IN\necho '${says}'\n`,
});

const names = (list: string): Rpm[] => list.split(/\s+/).map((name) => ({ name }));

/** Of Rocky's, what plans of the tests install. */
const BASEOS: readonly Rpm[] = [
  ...names(
    'bash-completion ca-certificates ethtool iproute iproute-tc ipset iptables-nft jq kmod nftables tzdata util-linux curl tcpdump',
  ),
  {
    name: 'chrony',
    files: { ...service('chronyd'), '/etc/chrony.conf': 'pool 2.rocky.pool.ntp.org iburst\n' },
  },
];
const APPSTREAM: readonly Rpm[] = [
  ...names('conntrack-tools container-selinux ipvsadm open-vm-tools qemu-guest-agent socat'),
  { name: 'haproxy', version: '2.8.14', files: service('haproxy') },
  { name: 'keepalived', version: '2.2.8', files: service('keepalived') },
];

const PLUGINS = '/usr/lib/python3/dist-packages/dnf-plugins';

/** Plugins that are packages of their own in Rocky, which nobody installs. */
const NOT_ROCKYS = ['local.py', 'post-transaction-actions.py'];

/** Debian's dnf brings both with it; here they come with the packages that Rocky has for them. */
const VERSIONLOCK = [
  `${PLUGINS}/versionlock.py`,
  '/etc/dnf/plugins/versionlock.conf',
  '/etc/dnf/plugins/versionlock.list',
];
const AUTOMATIC = ['/etc/dnf/automatic.conf'];

export const containerd = (version: string): Rpm => ({
  name: 'containerd.io',
  version,
  release: '1.el9',
  requires: ['container-selinux'],
  files: {
    ...service('containerd'),
    ...program('/usr/bin/containerd', `containerd containerd.io v${version} 0123456789abcdef`),
  },
});

const BUILT = '150500.1.1';
export const kubernetes = (version: string): Rpm[] => [
  {
    name: 'kubelet',
    version,
    release: BUILT,
    requires: ['kubernetes-cni'],
    files: {
      ...service('kubelet'),
      '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf':
        '[Service]\nEnvironmentFile=-/etc/sysconfig/kubelet\n',
      '/etc/sysconfig/kubelet': 'KUBELET_EXTRA_ARGS=\n',
    },
  },
  {
    name: 'kubeadm',
    version,
    release: BUILT,
    requires: ['cri-tools'],
    files: program('/usr/bin/kubeadm', `# completion of kubeadm ${version}`),
  },
  {
    name: 'kubectl',
    version,
    release: BUILT,
    files: program('/usr/bin/kubectl', `# completion of kubectl ${version}`),
  },
];
export const companions: readonly Rpm[] = [
  { name: 'cri-tools', version: '1.35.0', release: BUILT, files: program('/usr/bin/crictl', '# completion') },
  { name: 'kubernetes-cni', version: '1.8.0', release: BUILT, files: { '/opt/cni/bin/loopback': '' } },
];

export type KeyName = 'rocky' | 'docker' | 'kubernetes' | 'stranger';
const KEYS: readonly KeyName[] = ['rocky', 'docker', 'kubernetes', 'stranger'];

/** The tree, the repositories, and who serves them. */
export interface Rocky {
  readonly url: string;
  /** What was asked for, in order. */
  readonly requests: string[];
  readonly fingerprint: (key: KeyName) => string;
  /** A repository below the served folder, signed by a key, or by none. Replaces what was there. */
  readonly publish: (folder: string, rpms: readonly Rpm[], key: KeyName | undefined) => Promise<void>;
  /** A file below the served folder. */
  readonly serve: (path: string, text: string | Buffer) => void;
  readonly withdraw: (path: string) => void;
  readonly publicKey: (key: KeyName) => string;
  readonly close: () => void;
}

/** Makes the tree of a machine at `tree` and beside it, in the folder `beside`, the repositories. */
export async function rockyStandIn(tree: string, beside: string): Promise<Rocky> {
  const workshop = join(beside, 'workshop');
  const served = join(beside, 'served');
  mkdirSync(tree, { recursive: true });
  mkdirSync(served, { recursive: true });
  await run('mmdebstrap', [
    '--mode=root',
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
    '--dpkgopt=path-exclude=/usr/share/{doc,man,locale,info}/*',
    'bookworm',
    tree,
    'deb http://deb.debian.org/debian bookworm main',
  ]);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  // Debian's rpm keeps its database in the home folder, as it is no package manager there.
  write('etc/rpm/macros', '%_dbpath /var/lib/rpm\n');
  write(
    'etc/dnf/dnf.conf',
    '[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True\nbest=True\nskip_if_unavailable=False\n',
  );
  rmSync(join(tree, 'etc/os-release'));
  write(
    'etc/os-release',
    'NAME="Rocky Linux"\nVERSION="9.6 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.6"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="Rocky Linux 9.6 (Blue Onyx)"\n',
  );
  write('etc/selinux/config', '# made by Anaconda\nSELINUX=enforcing\nSELINUXTYPE=targeted\n');
  await run('cp', ['-a', '--reflink=auto', tree, workshop]);
  // So that nobody here asks dpkg.
  for (const program of ['apt-get', 'dpkg', 'dpkg-query']) rmSync(join(tree, 'usr/bin', program));
  for (const plugin of NOT_ROCKYS) rmSync(join(tree, PLUGINS, plugin));
  const taken = (path: string): [string, string] => {
    const text = readFileSync(join(tree, path), 'utf8');
    rmSync(join(tree, path));
    return [path, text];
  };
  const ofDnf: readonly Rpm[] = [
    { name: 'python3-dnf-plugin-versionlock', files: Object.fromEntries(VERSIONLOCK.map(taken)) },
    {
      name: 'dnf-automatic',
      files: {
        ...Object.fromEntries(AUTOMATIC.map(taken)),
        ...service('dnf-automatic'),
        '/usr/lib/systemd/system/dnf-automatic.timer': TIMER,
      },
    },
  ];

  const inside = (root: string, script: string, args: readonly string[] = []) =>
    run(CHROOT, [root, 'bash', '-euo', 'pipefail', '-c', `export HOME=/root\n${script}`, 'bash', ...args]);
  await inside(workshop, MAKE_KEYS, KEYS);
  const publicKey = (key: KeyName): string => readFileSync(join(workshop, `root/${key}.asc`), 'utf8');
  const fingerprint = (key: KeyName): string =>
    readFileSync(join(workshop, `root/${key}.fingerprint`), 'utf8').trim();
  write('etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9', publicKey('rocky'));

  /** Builds RPMs, signs them, makes a repository of them in the workshop's /root/out. */
  const build = async (rpms: readonly Rpm[], key: KeyName | undefined): Promise<string> => {
    for (const made of ['files', 'rb', 'out'])
      rmSync(join(workshop, 'root', made), { recursive: true, force: true });
    // A spec names a package once only: of several versions each has a spec of its own.
    const specs: Rpm[][] = [];
    for (const rpm of rpms) {
      const home =
        specs.find((spec) => spec.every(({ name }) => name !== rpm.name)) ?? specs[specs.push([]) - 1];
      home?.push(rpm);
    }
    for (const [i, spec] of specs.entries()) {
      for (const { name, files = {} } of spec)
        for (const [path, text] of Object.entries(files)) {
          const file = join(workshop, `root/files/${i}/${name}`, path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
        }
      writeFileSync(join(workshop, `root/${i}.spec`), specOf(spec, `/root/files/${i}`));
    }
    await inside(workshop, BUILD, [key ?? '', ...specs.map((_, i) => `/root/${i}.spec`)]);
    return join(workshop, 'root/out');
  };

  const base = await build(BASE, undefined);
  renameSync(base, join(tree, 'root/base'));
  await inside(tree, 'rpm --install --force-debian --nodeps /root/base/*.rpm && rm -r /root/base');

  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    requests.push(path);
    const file = join(served, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-length': statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rocky: Rocky = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fingerprint,
    publicKey,
    publish: async (folder, rpms, key) => {
      const made = await build(rpms, key);
      rmSync(join(served, folder), { recursive: true, force: true });
      mkdirSync(dirname(join(served, folder)), { recursive: true });
      renameSync(made, join(served, folder));
    },
    serve: (path, text) => {
      mkdirSync(dirname(join(served, path)), { recursive: true });
      writeFileSync(join(served, path), text);
    },
    withdraw: (path) => rmSync(join(served, path), { recursive: true }),
    close: () => server.close(),
  };
  const RELEASE = 'rocky/9';
  await rocky.publish(`${RELEASE}/BaseOS/x86_64/os`, [...BASEOS, ...ofDnf], 'rocky');
  await rocky.publish(`${RELEASE}/AppStream/x86_64/os`, APPSTREAM, 'rocky');
  await rocky.publish(`${RELEASE}/extras/x86_64/os`, [], 'rocky');
  rocky.serve('docker/centos/gpg', publicKey('docker'));
  await rocky.publish('docker/centos/9/x86_64/stable', [containerd('2.2.1'), containerd('2.3.3')], 'docker');
  rocky.serve('kubernetes.key', publicKey('kubernetes'));
  await rocky.publish(
    'kubernetes/v1.35/rpm',
    [...kubernetes('1.35.7'), ...kubernetes('1.35.8'), ...companions],
    'kubernetes',
  );
  return rocky;
}

const MAKE_KEYS = `mkdir -m 700 /root/keys
for name; do
  gpg --homedir /root/keys --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$name" rsa2048 sign never
  gpg --homedir /root/keys --armor --export "=$name" >"/root/$name.asc"
  gpg --homedir /root/keys --list-keys --with-colons "=$name" | awk -F: '$1 == "fpr" { print $10; exit }' >"/root/$name.fingerprint"
done
gpgconf --homedir /root/keys --kill all`;

const BUILD = `key=$1
shift
for spec; do
  rpmbuild -bb --quiet --define '_topdir /root/rb' --define '_rpmdir /root/out' --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' "$spec"
done
[ -z "$key" ] || [ ! -d /root/out ] || rpmsign --define "_gpg_name $key" --define '_gpg_path /root/keys' --define '__gpg /usr/bin/gpg' --define '_gpg_digest_algo sha256' --addsign /root/out/*.rpm
mkdir -p /root/out
createrepo_c --quiet /root/out`;

/** Each package is a part of one that has no files and so is not made. */
function specOf(rpms: readonly Rpm[], files: string): string {
  const parts = rpms.map((rpm) =>
    [
      `%package -n ${rpm.name}`,
      `Version: ${rpm.version ?? '1.0'}`,
      `Release: ${rpm.release ?? '1.el9'}`,
      'Summary: STAND-IN',
      ...(rpm.provides ?? []).map((what) => `Provides: ${what}`),
      ...(rpm.requires ?? []).map((what) => `Requires: ${what}`),
      `%description -n ${rpm.name}`,
      'Made by a test of bake.',
      `%post -n ${rpm.name}`,
      'mkdir -p /var/lib/stand-in',
      // Long enough to be killed in.
      'sleep 0.05',
      `: >/var/lib/stand-in/${rpm.name}`,
      `%files -n ${rpm.name}`,
      ...Object.keys(rpm.files ?? {}).map((path) =>
        path.startsWith('/etc/') ? `%config(noreplace) ${path}` : path,
      ),
    ].join('\n'),
  );
  const copies = rpms.map(
    ({ name }) => `[ ! -d ${files}/${name} ] || cp -a ${files}/${name}/. %{buildroot}/`,
  );
  return `%global debug_package %{nil}
%global __os_install_post %{nil}
Name: stand-ins
Version: 1
Release: 1
Summary: STAND-INS
License: none
BuildArch: noarch
AutoReqProv: no
%description
Made by a test of bake.
${parts.join('\n')}
%install
${copies.join('\n')}
`;
}
