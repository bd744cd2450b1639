import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Check } from '../../src/steps/check.ts';
import { openDirectory } from '../../src/verify/image/directory.ts';
import { checkPlanned } from '../../src/verify/offline/planned.ts';
import { posixRegExp } from '../../src/verify/offline/posix-regexp.ts';
import { CLEAN, withScratch, writeTree } from './synthetic-image.ts';

const ORIGIN = { file: 'worker.yaml', line: 3, column: 5 };
const FSTAB = '# /etc/fstab\nUUID=x / ext4 defaults 0 1\n  tmpfs /x tmpfs  \n';
const UNIT = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
const STATUS = `Package: kubelet
Status: hold ok installed
Architecture: amd64
Version: 1.35.8-1.1
Description: x
 Version: 9

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.41-12
`;

async function answer(check: Check): Promise<string | undefined> {
  return withScratch(async (scratch) => {
    const system = '/usr/lib/systemd/system';
    await writeTree(scratch, {
      ...CLEAN,
      '/etc/fstab': FSTAB,
      '/etc/link': '-> fstab',
      '/var/lib/dpkg/status': STATUS,
      [`${system}/enabled.service`]: UNIT,
      [`${system}/disabled.service`]: UNIT,
      [`${system}/static.service`]: '[Service]\nExecStart=/bin/true\n',
      [`${system}/masked.service`]: UNIT,
      [`${system}/shipped-mask.service`]: '-> /dev/null',
      [`${system}/ssh.service`]: `${UNIT}Alias=sshd.service\n`,
      [`${system}/only-alias.service`]: '[Install]\nAlias=other.service\n',
      [`${system}/template@.service`]: UNIT,
      '/etc/systemd/system/multi-user.target.wants/enabled.service': `-> ${system}/enabled.service`,
      '/etc/systemd/system/multi-user.target.wants/template@one.service': `-> ${system}/template@.service`,
      '/etc/systemd/system/other.target.requires/ssh.service': `-> ${system}/ssh.service`,
      '/etc/systemd/system/sshd.service': `-> ${system}/ssh.service`,
      '/etc/systemd/system/other.service': `-> ${system}/only-alias.service`,
      '/etc/systemd/system/masked.service': '-> /dev/null',
      '/etc/systemd/system/multi-user.target.wants/masked.service': `-> ${system}/masked.service`,
    });
    await chmod(join(scratch, 'etc/fstab'), 0o640);
    const planned = { stepId: 'abc', title: 'a check', origin: ORIGIN, check };
    const [result] = await checkPlanned(openDirectory(scratch), [planned]);
    assert.ok(result);
    assert.deepEqual(
      [result.id, result.title, result.origin, result.where],
      ['abc', 'a check', ORIGIN, 'offline'],
    );
    assert.equal(result.status, result.detail === undefined ? 'pass' : 'fail');
    return result.detail;
  });
}

const sha256 = createHash('sha256').update(FSTAB).digest('hex');

/** A check, and what is wrong by it; `undefined` where it passes. */
const CASES: readonly (readonly [check: Check, wrong: RegExp | undefined])[] = [
  [
    {
      check: 'file',
      path: '/etc/fstab',
      exists: true,
      mode: '0640',
      owner: 'root',
      group: 'root',
      type: 'file',
      sha256,
    },
    undefined,
  ],
  [{ check: 'file', path: '/etc/link', exists: true, mode: '0640', type: 'file', sha256 }, undefined],
  [{ check: 'file', path: '/etc/link', exists: true, type: 'symlink' }, undefined],
  [{ check: 'file', path: '/home', exists: true, type: 'directory' }, undefined],
  [{ check: 'file', path: '/swapfile', exists: false }, undefined],
  [{ check: 'file', path: '/etc/resolv.conf', exists: false }, /resolv\.conf exists/],
  [{ check: 'file', path: '/etc/nothing', exists: true }, /nothing does not exist/],
  [{ check: 'file', path: '/etc/fstab', exists: true, mode: '0644' }, /^mode is 0640, not 0644$/],
  [
    { check: 'file', path: '/etc/fstab', exists: true, owner: 'ops', group: 'adm' },
    /owner is root, not ops; group is root, not adm/,
  ],
  [{ check: 'file', path: '/etc/fstab', exists: true, type: 'directory' }, /type is file/],
  [{ check: 'file', path: '/etc/fstab', exists: true, sha256: '0'.repeat(64) }, /sha256 is/],
  [{ check: 'file', path: '/etc/fstab', exists: true, lines: ['tmpfs /x tmpfs'] }, undefined],
  [{ check: 'file', path: '/etc/fstab', exists: true, lines: ['UUID=x'] }, /line is missing: UUID=x/],
  [
    { check: 'file', path: '/etc/fstab', exists: true, withoutLines: ['^[^#]*[[:space:]]swap[[:space:]]'] },
    undefined,
  ],
  [
    { check: 'file', path: '/etc/fstab', exists: true, withoutLines: ['[[:space:]]tmpfs[[:space:]]*$'] },
    /unwanted line: tmpfs/,
  ],
  [{ check: 'file', path: '/home', exists: true, lines: ['x'] }, /not a regular file/],
  [{ check: 'package', name: 'kubelet', installed: true, version: '1.35.8-1.1', held: true }, undefined],
  [{ check: 'package', name: 'libc6:amd64', installed: true, held: false }, undefined],
  [{ check: 'package', name: 'libc6:i386', installed: true }, /libc6:i386 is not installed/],
  [{ check: 'package', name: 'gone', installed: false }, undefined],
  [{ check: 'package', name: 'gone', installed: true }, /gone is not installed/],
  [{ check: 'package', name: 'libc6', installed: false }, /libc6 2\.41-12 is installed/],
  [
    { check: 'package', name: 'kubelet', installed: true, version: '1.35.9-1.1' },
    /version is 1\.35\.8-1\.1, not 1\.35\.9-1\.1/,
  ],
  [{ check: 'package', name: 'libc6', installed: true, held: true }, /held is false/],
  [{ check: 'user', name: 'ops', groups: ['adm', 'ops'], shell: '/bin/bash', home: '/home/ops' }, undefined],
  [{ check: 'user', name: 'ops', groups: ['sudo'] }, /not a member of sudo/],
  [
    { check: 'user', name: 'ops', shell: '/bin/sh', home: '/' },
    /shell is \/bin\/bash, not \/bin\/sh; home is/,
  ],
  [{ check: 'user', name: 'nobody' }, /no user nobody/],
  [{ check: 'service', unit: 'enabled.service', enabled: true, masked: false }, undefined],
  [{ check: 'service', unit: 'disabled.service', enabled: false }, undefined],
  [
    { check: 'service', unit: 'disabled.service', enabled: true },
    /disabled\.service is disabled, not enabled/,
  ],
  [{ check: 'service', unit: 'enabled.service', enabled: false }, /is enabled, not disabled/],
  [{ check: 'service', unit: 'static.service', enabled: true }, /is static, not enabled/],
  [{ check: 'service', unit: 'masked.service', masked: true, enabled: false }, undefined],
  [{ check: 'service', unit: 'shipped-mask.service', masked: true }, undefined],
  [{ check: 'service', unit: 'enabled.service', masked: true }, /is enabled, not masked/],
  [{ check: 'service', unit: 'masked.service', enabled: true }, /is masked, not enabled/],
  [{ check: 'service', unit: 'sshd.service', enabled: true }, undefined],
  [{ check: 'service', unit: 'ssh.service', enabled: true }, undefined],
  [{ check: 'service', unit: 'only-alias.service', enabled: true }, undefined],
  [{ check: 'service', unit: 'template@one.service', enabled: true }, undefined],
  [{ check: 'service', unit: 'template@two.service', enabled: false }, undefined],
  [{ check: 'service', unit: 'nothing.service', enabled: true }, /is not-found/],
];

for (const [check, wrong] of CASES) {
  test(`${JSON.stringify(check)} ${wrong ? 'fails' : 'passes'}`, async () => {
    const detail = await answer(check);
    if (wrong) assert.match(detail ?? 'passed', wrong);
    else assert.equal(detail, undefined);
  });
}

test('checks of a running machine are left to it', async () => {
  const checks: readonly Check[] = [
    { check: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' },
    { check: 'kernel-module', name: 'overlay' },
    { check: 'swap-off' },
    { check: 'command', title: 'x', script: 'false' },
    { check: 'service', unit: 'x.service', active: true },
  ];
  await withScratch(async (scratch) => {
    const planned = checks.map((check) => ({ stepId: 's', title: 't', origin: ORIGIN, check }));
    assert.deepEqual(await checkPlanned(openDirectory(scratch), planned), []);
  });
});

test('POSIX expressions mean the same here as to grep', () => {
  for (const [pattern, matches, not] of [
    ['^[[:space:]]*x', ' \tx', 'yx'],
    ['[]a]b', ']b', 'cb'],
    ['[^[:digit:]_]$', 'a', '_'],
    ['[\\.]', '\\', 'a'],
    ['a{2}|\\$b', '$b', 'ab'],
  ] as const) {
    assert.match(matches, posixRegExp(pattern));
    assert.doesNotMatch(not, posixRegExp(pattern));
  }
  assert.throws(() => posixRegExp('[[:nothing:]]'), SyntaxError);
});

test('of RPMs the packages are left to the booted machine; of neither they are missing', () =>
  withScratch(async (scratch) => {
    const check: Check = { check: 'package', name: 'kubelet', installed: true };
    const status = async () => {
      const planned = { stepId: 'abc', title: 'a check', origin: ORIGIN, check };
      const [result] = await checkPlanned(openDirectory(scratch), [planned]);
      return result?.status;
    };
    await writeTree(scratch, CLEAN);
    assert.equal(await status(), 'fail');
    await writeTree(scratch, { '/var/lib/rpm/rpmdb.sqlite': '' });
    assert.equal(await status(), 'skip');
  }));
