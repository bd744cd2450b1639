import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { OPERATING_SYSTEMS, type DebianId } from '../../src/catalog/operating-systems.ts';
import { archives } from '../../src/steps/archives.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const inputOf = (os: DebianId, mirror: string) => ({
  archives: OPERATING_SYSTEMS[os].archives('amd64', mirror),
  keyring: OPERATING_SYSTEMS[os].keyring.path,
});
const contextOf = (os: DebianId) => ({ os: OPERATING_SYSTEMS[os] });
const checksOf = (os: DebianId, mirror: string): string =>
  archives
    .checks(inputOf(os, mirror), contextOf(os))
    .map((check) => (check.check === 'command' ? check.script : 'false'))
    .join(' && ');

/** A machine's /etc/apt and lists, in a mount of the test's own, as cloud images have them. */
const MACHINE = `
set -euo pipefail
mount -t tmpfs tmpfs /var/lib/apt/lists
mount -t tmpfs tmpfs /mnt
cp -a /etc/apt /mnt/ && mount --bind /mnt/apt /etc/apt
rm -rf /etc/apt/sources.list.d/* /etc/apt/mirrors
printf 'Types: deb\\nURIs: http://deb.debian.org/debian\\nSuites: bookworm\\nComponents: main\\n' >/etc/apt/sources.list.d/debian.sources
printf '# old\\ndeb http://deb.debian.org/debian bookworm-updates main\\n\\n' >/etc/apt/sources.list
printf 'deb [trusted=yes] http://packages.example.com/own ./\\n' >/etc/apt/sources.list.d/own.list
`;

const inMachine = async (script: string, ...args: readonly string[]): Promise<string> =>
  (await run('unshare', ['--mount', 'bash', '-c', MACHINE + script, 'bash', ...args])).stdout;

describe('the archives of a mirror', () => {
  test('are those that apt asks, and no other of the distribution’s; twice is once', async () => {
    const said = await inMachine(
      `BAKE_WORK=$(mktemp -d)
      . "$1"
      BAKE_WORK=$(mktemp -d)
      touch /var/lib/apt/lists/.bake-updated
      ${archives.shell(inputOf('debian-12', 'tuna'), contextOf('debian-12'))}
      [ ! -e /var/lib/apt/lists/.bake-updated ] || echo 'old lists count as new'
      before=$(find /etc/apt -type f -newermt 1970-01-01 -printf '%p %T@\\n' | sort)
      BAKE_CHANGED=no
      ${archives.shell(inputOf('debian-12', 'tuna'), contextOf('debian-12'))}
      [ "$before" = "$(find /etc/apt -type f -newermt 1970-01-01 -printf '%p %T@\\n' | sort)" ] || echo 'a second run changed something'
      ${checksOf('debian-12', 'tuna')} || echo 'its check fails'
      apt-get update --print-uris | sed -nE "s#^'(https?://.*)/(InRelease|Release)'.*#\\1#p" | sort -u`,
      join(ROOT, 'userdata/provision.sh'),
    );
    assert.deepEqual(said.trim().split('\n'), [
      'http://packages.example.com/own/.',
      'https://mirrors.tuna.tsinghua.edu.cn/debian-security/dists/bookworm-security',
      'https://mirrors.tuna.tsinghua.edu.cn/debian/dists/bookworm',
      'https://mirrors.tuna.tsinghua.edu.cn/debian/dists/bookworm-updates',
    ]);
  });

  test('a machine that asks somebody else fails the check', async () => {
    const said = await inMachine(
      `if ${checksOf('debian-12', 'aliyun')}; then echo passed; else echo failed; fi`,
    );
    assert.equal(said.trim(), 'failed');
  });

  /** cc_apt_configure of the cloud-init that this machine has. */
  const PYTHON = `
import json, logging, sys
from cloudinit import cloud, distros, helpers, util
from cloudinit.config import cc_apt_configure
name, config = sys.argv[1], json.loads(sys.argv[2])
paths = helpers.Paths({"templates_dir": "/etc/cloud/templates", "run_dir": "/tmp", "cloud_dir": "/tmp"})
distro = distros.fetch(name)(name, {"package_mirrors": [{"arches": ["default"], "failsafe": {"primary": "http://default.example.com/x", "security": "http://default.example.com/y"}}]}, paths)
class Source:
    def get_package_mirror_info(self): return distro.get_package_mirror_info()
util.lsb_release = lambda *a, **k: {"codename": sys.argv[3]}
cc_apt_configure.handle("apt", config, cloud.Cloud(Source(), paths, config, distro, None), logging.getLogger(), [])
`;
  const asCloudInit = (os: DebianId, config: unknown, then: string): Promise<string> =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'apt.py'), PYTHON);
      const { family, codename } = OPERATING_SYSTEMS[os];
      return inMachine(
        `/usr/bin/python3 "$1" "$2" "$3" "$4"; ${then}`,
        ...[join(folder, 'apt.py'), family, JSON.stringify(config), codename],
      );
    });

  for (const [os, mirror] of [
    ['debian-12', 'huawei'],
    ['ubuntu-24.04', 'ustc'],
  ] as const) {
    test(`cloud-init itself takes them on a stock ${os}`, async () => {
      const config = archives.cloudConfig?.(inputOf(os, mirror), contextOf(os));
      const said = await asCloudInit(
        os,
        config,
        `${checksOf(os, mirror)} || echo 'its check fails'; grep -hE '^(deb|URIs)' /etc/apt/sources.list`,
      );
      assert.doesNotMatch(said, /its check fails|default\.example\.com|deb\.debian\.org/);
      assert.match(said, new RegExp(`^deb https://mirrors\\.`, 'm'));
    });
  }

  test('cloud-init leaves those of an image alone, which Ubuntu’s would not', async () => {
    const kept = parse('apt: { preserve_sources_list: true }') as unknown;
    const look = `cat /etc/apt/sources.list`;
    assert.match(await asCloudInit('ubuntu-24.04', kept, look), /^# old\ndeb http:\/\/deb\.debian\.org/);
    assert.match(await asCloudInit('ubuntu-24.04', {}, look), /default\.example\.com/);
  });
});
