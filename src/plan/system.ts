import { OPERATING_SYSTEMS, type PackageManager } from '../catalog/operating-systems.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { parseSize } from '../units/size.ts';
import { decidedBy, inLayer, rootFile, type Draft } from './draft.ts';
import type { Pieces } from './pieces.ts';

const draft = inLayer('system');

/** Names that no unattended upgrade may touch, whatever a person does to the holds. (unattended-upgrades README) */
const NEVER_UPGRADED = [
  'kubelet',
  'kubeadm',
  'kubectl',
  'cri-tools',
  'kubernetes-cni',
  'containerd',
  'containerd.io',
  'runc',
  'docker.io',
  'docker-cli',
  'docker-ce',
  'docker-ce-cli',
  'cri-dockerd',
];

/**
 * Debian 12's cloud-init would set a locale that has to be generated first, and fail; systemd's own is C.UTF-8. An entry
 * of `mounts` without a mount point takes away the one that cloud-init has by default: what the platform calls swap. (cc_mounts)
 */
const CLOUD_INIT = '# Written by bake.\nlocale: false\nmounts: [[swap]]\n';

/** On Debian and Ubuntu cloud-init would put its own archives in the place of those that were chosen. */
const KEEP_ARCHIVES = 'apt: { preserve_sources_list: true }\n';

const cloudInit = ({ os, image }: ResolvedProfile['profile']): string =>
  image.mirror === 'official' || OPERATING_SYSTEMS[os].packageManager === 'dnf'
    ? CLOUD_INIT
    : CLOUD_INIT + KEEP_ARCHIVES;

/** curl comes with rpm, whole or as curl-minimal, which can't be there together (curl.spec). */
const BASE_TOOLS: Readonly<Record<PackageManager, readonly string[]>> = {
  apt: ['bash-completion', 'ca-certificates', 'curl', 'jq', 'nftables', 'tzdata'],
  dnf: ['bash-completion', 'ca-certificates', 'jq', 'nftables', 'tzdata'],
};

/** What every machine gets, whatever its role: so the layer is shared by all images of one operating system. */
export function planSystem(resolved: ResolvedProfile, pieces: Pieces): Draft[] {
  const { profile } = resolved;
  const { system } = profile;
  return [
    ...planArchives(resolved),
    draft(['system', 'swap'], { kind: 'swap-off', input: {} }),
    ...ownUnit(['system', 'swap'], 'bake-swap-off.service', pieces.swapOffService),
    draft(['os'], {
      kind: 'package',
      input: {
        purpose: 'base tools',
        packages: BASE_TOOLS[OPERATING_SYSTEMS[profile.os].packageManager].map((name) => ({ name })),
      },
    }),
    draft(['system', 'timezone'], { kind: 'time-zone', input: { timezone: system.timezone } }),
    draft(['os'], rootFile('/etc/cloud/cloud.cfg.d/50-bake.cfg', cloudInit(profile))),
    ...ownUnit(['packages'], 'bake-nvme-host.service', pieces.nvmeHostService),
    ...planTime(profile),
    draft(
      ['system', 'journal'],
      rootFile('/etc/systemd/journald.conf.d/50-bake.conf', journald(system.journal.maxUse), [
        'systemd-journald.service',
      ]),
    ),
    ...planLimits(system.ulimits),
    ...UPGRADES[OPERATING_SYSTEMS[profile.os].packageManager](system.upgrades),
    ...planRedHat(profile),
  ];
}

/** What is on in the Red Hat family and stands in a node's way: kubeadm's documentation wants SELinux to permit, and our firewall is nftables'. */
function planRedHat({ os }: ResolvedProfile['profile']): Draft[] {
  if (OPERATING_SYSTEMS[os].packageManager !== 'dnf') return [];
  return [
    draft(['os'], { kind: 'selinux', input: {} }),
    draft(['system', 'firewall'], {
      kind: 'service',
      input: { unit: 'firewalld.service', state: 'masked', active: false },
    }),
  ];
}

/** What an image starts from says itself where its packages come from, unless the profile does. */
function planArchives(resolved: ResolvedProfile): Draft[] {
  const { image, os, arch } = resolved.profile;
  if (image.mirror === 'official') return [];
  const system = OPERATING_SYSTEMS[os];
  const input =
    system.packageManager === 'apt'
      ? { archives: system.archives(arch, image.mirror), keyring: system.keyring.path }
      : { base: system.archive(image.mirror) };
  return [draft(decidedBy(resolved, ['image', 'mirror'], ['mirrors']), { kind: 'archives', input })];
}

/** A unit of bake's own that every machine has, and that does its work at boot. */
function ownUnit(because: Draft['because'], unit: string, content: string): Draft[] {
  return [
    draft(because, { kind: 'unit', input: { unit, content } }),
    draft(because, { kind: 'service', input: { unit, state: 'enabled', active: false } }),
  ];
}

/** Where the packages have what, and what images have for it already; the settings are those of their own files. */
const CHRONY = {
  apt: {
    file: '/etc/chrony/chrony.conf',
    unit: 'chrony.service',
    others: 'systemd-timesyncd.service',
    settings: ['confdir /etc/chrony/conf.d', 'driftfile /var/lib/chrony/chrony.drift'],
  },
  dnf: {
    file: '/etc/chrony.conf',
    unit: 'chronyd.service',
    others: 'chronyd.service',
    settings: ['sourcedir /run/chrony-dhcp', 'driftfile /var/lib/chrony/drift', 'keyfile /etc/chrony.keys'],
  },
} as const;

/** The pools of the distributions' own configurations. */
const NTP_POOLS = {
  debian: '2.debian.pool.ntp.org',
  ubuntu: 'ntp.ubuntu.com',
  rocky: '2.rocky.pool.ntp.org',
} as const;

function planTime({ os, system }: ResolvedProfile['profile']): Draft[] {
  const { enabled, servers, pools } = system.ntp;
  const { family, packageManager, leapSeconds } = OPERATING_SYSTEMS[os];
  const { file, unit, settings, others } = CHRONY[packageManager];
  if (!enabled)
    return [
      draft(['system', 'ntp'], {
        kind: 'service',
        input: { unit: others, state: 'masked', active: false },
      }),
    ];
  const usedPools = servers.length === 0 && pools.length === 0 ? [NTP_POOLS[family]] : pools;
  const config = [
    '# Written by bake. kubeadm’s certificates are valid from five minutes before they are made: clocks must agree.',
    ...servers.map((server) => `server ${server} iburst`),
    ...usedPools.map((pool) => `pool ${pool} iburst maxsources 4`),
    ...settings,
    'ntsdumpdir /var/lib/chrony',
    'logdir /var/log/chrony',
    'maxupdateskew 100.0',
    '# Steps at any time in the first minutes: virtual machines wake up with old clocks.',
    'makestep 1 -1',
    'rtcsync',
    ...(leapSeconds === undefined ? [] : [leapSeconds]),
    '',
  ].join('\n');
  return [
    draft(['system', 'ntp'], {
      kind: 'package',
      input: { purpose: 'time synchronisation', packages: [{ name: 'chrony' }] },
    }),
    draft(['system', 'ntp'], rootFile(file, config, [unit])),
    draft(['system', 'ntp'], {
      kind: 'service',
      input: { unit, state: 'enabled', active: true },
    }),
  ];
}

function journald(maxUse: string): string {
  const mebibytes = Math.floor((parseSize(maxUse) ?? 0) / 2 ** 20);
  return `# Written by bake.\n[Journal]\nStorage=persistent\nSystemMaxUse=${mebibytes}M\n`;
}

function planLimits({ nofile, nproc }: ResolvedProfile['profile']['system']['ulimits']): Draft[] {
  const limits = Object.entries({ nofile, nproc }).filter(
    (pair): pair is [string, number] => pair[1] !== undefined,
  );
  if (limits.length === 0) return [];
  const manager = limits.map(([name, value]) => `DefaultLimit${name.toUpperCase()}=${value}\n`).join('');
  const login = limits
    .flatMap(([name, value]) => ['*', 'root'].map((who) => `${who} - ${name} ${value}\n`))
    .join('');
  return [
    draft(
      ['system', 'ulimits'],
      rootFile('/etc/systemd/system.conf.d/50-bake-limits.conf', `# Written by bake.\n[Manager]\n${manager}`),
    ),
    draft(
      ['system', 'ulimits'],
      rootFile('/etc/security/limits.d/50-bake.conf', `# Written by bake.\n${login}`),
    ),
  ];
}

/**
 * Security upgrades by night, never of what a cluster depends on, and never in the way of first boot: a persistent
 * timer that has not fired for the age of the image would fire at once and hold dpkg's lock.
 */
function planAptUpgrades(upgrades: 'security' | 'off'): Draft[] {
  const timers = ['apt-daily.timer', 'apt-daily-upgrade.timer'];
  if (upgrades === 'off') {
    return timers.map((unit) =>
      draft(['system', 'upgrades'], { kind: 'service', input: { unit, state: 'masked', active: false } }),
    );
  }
  const blacklist = NEVER_UPGRADED.map((name) => `  "^${name.replace('.', '\\\\.')}$";\n`).join('');
  const config = `// Written by bake.\nAPT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\nUnattended-Upgrade::Automatic-Reboot "false";\nUnattended-Upgrade::Package-Blacklist {\n${blacklist}};\n`;
  const drop = (unit: string, content: string): Draft =>
    draft(['system', 'upgrades'], {
      kind: 'unit',
      input: { unit, dropIn: '50-bake.conf', content: `# Written by bake.\n${content}` },
    });
  return [
    draft(['system', 'upgrades'], {
      kind: 'package',
      input: { purpose: 'security upgrades', packages: [{ name: 'unattended-upgrades' }] },
    }),
    draft(['system', 'upgrades'], rootFile('/etc/apt/apt.conf.d/60bake-upgrades', config)),
    ...timers.map((timer) => drop(timer, '[Timer]\nPersistent=false\n')),
    ...['apt-daily.service', 'apt-daily-upgrade.service'].map((unit) =>
      drop(unit, '[Unit]\nAfter=cloud-final.service\n'),
    ),
  ];
}

/**
 * dnf-automatic(8): settings of its own file, which has a section for each thing. What is locked is left alone; its timer waits for
 * cloud-init like apt's.
 */
function planDnfUpgrades(upgrades: 'security' | 'off'): Draft[] {
  const unit = 'dnf-automatic.timer';
  const because = ['system', 'upgrades'];
  if (upgrades === 'off')
    return [draft(because, { kind: 'service', input: { unit, state: 'masked', active: false } })];
  const config =
    '# Written by bake.\n[commands]\nupgrade_type = security\nrandom_sleep = 0\ndownload_updates = yes\napply_updates = yes\n[emitters]\nemit_via = stdio\n[base]\ndebuglevel = 1\n';
  return [
    draft(because, {
      kind: 'package',
      input: {
        purpose: 'security upgrades',
        packages: ['dnf-automatic', 'python3-dnf-plugin-versionlock'].map((name) => ({ name })),
      },
    }),
    draft(because, rootFile('/etc/dnf/automatic.conf', config)),
    draft(because, {
      kind: 'unit',
      input: { unit, dropIn: '50-bake.conf', content: '# Written by bake.\n[Timer]\nPersistent=false\n' },
    }),
    draft(because, {
      kind: 'unit',
      input: {
        unit: 'dnf-automatic.service',
        dropIn: '50-bake.conf',
        content: '# Written by bake.\n[Unit]\nAfter=cloud-final.service\n',
      },
    }),
    draft(because, { kind: 'service', input: { unit, state: 'enabled', active: true } }),
  ];
}

const UPGRADES = { apt: planAptUpgrades, dnf: planDnfUpgrades } as const;
