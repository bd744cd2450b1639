import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ownProfiles } from '../../src/adapters/files.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import type { OsId } from '../../src/plan/plan.ts';
import { OS_IDS } from '../../src/profile/schema.ts';
import { bake } from '../support/cli.ts';
import { CASES } from '../support/golden.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** Users, files, commands, registries with credentials and proxies, with what shells and YAML trip over. */
const OWN = `extends: worker
packages: [open-iscsi, nvme-cli]
users:
  - name: ops
    gecos: "Operations – it's 100% $HOME"
    groups: [adm]
    shell: /bin/sh
    sudo: nopasswd
    sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGolZ3Vlc3Mgd2hvIHdyb3RlIHRoaXMga2V5IGF0IGFs ops@example.com]
files:
  - path: /etc/ours/text
    content: |
      it's "quoted": $HOME $(id) {{ x }} %s # \\n
      \tEOF
    mode: '0600'
    owner: ops
  - path: /usr/local/bin/hello
    source: hello.sh
    mode: '0755'
  - path: /etc/systemd/system/containerd.service.d/http-proxy.conf
    content: |
      [Service]
      Environment="HTTPS_PROXY=http://proxy.example.com:3128" "NO_PROXY=10.0.0.0/8,.svc"
commands:
  - name: "say 'hello': to $USER"
    run: |
      hello "$HOME" '%' | sed 's/a/b/' >/opt/hello
    creates: /opt/hello
  - name: sort it
    run: sort -o /opt/hello /opt/hello
    unless: sort --check /opt/hello
runtime:
  registries:
    - {host: docker.io, mirrors: ["https://mirror.example.com"]}
    - {host: "harbor.example.com:8443", ca: lab.pem, credentials: harbor}
    - {host: lab.example.com, skipVerify: true}
system:
  modules: [dummy]
  sysctl: {vm.max_map_count: 262144, kernel.core_pattern: "|/bin/false"}
  ulimits: {nofile: 1048576}
  timezone: Asia/Shanghai
  firewall:
    allow: [{port: 8080, comment: "it's: open"}]
boot:
  hostname: node-1.example.com
  sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGolZ3Vlc3Mgd2hvIHdyb3RlIHRoaXMga2V5IGF0IGFs admin@example.com]
`;
const SECRETS = `registries:
  harbor: {username: robot, password: "it's: a $(secret) # %"}
`;

/** Stand-ins are Debian packages. */
const hasStandIns = (os: OsId): boolean => OPERATING_SYSTEMS[os].packageManager === 'apt';

const ROLES = ownProfiles().filter((name) => !['base', 'node'].includes(name));

test('every script and user-data of every profile and operating system satisfies its consumer', async (t) => {
  await inTempFolder(async (folder) => {
    const made: string[] = [];
    for (const os of OS_IDS) {
      for (const role of ROLES) {
        for (const standIn of hasStandIns(os) ? [[], ['--stand-in']] : [[]]) {
          const name = [role, os, ...standIn.map(() => 'stand-in')].join('-');
          writeFileSync(
            join(folder, `${name}.yaml`),
            `extends: ${role}\nos: ${os}\nboot:\n  hostname: node-1\n`,
          );
          const done = await bake(
            ['compile', '--profile', `./${name}.yaml`, ...standIn, '--out', 'out'],
            folder,
          );
          assert.equal(done.code, 0, done.err);
          made.push(join(folder, 'out', name));
        }
      }
    }
    assert.equal(made.length, 4 * (OS_IDS.length + OS_IDS.filter(hasStandIns).length));
    for (const out of made) await judge(out);
    t.diagnostic(`${made.length} profiles, ${made.length * 2} scripts, ${made.length * 2} user-data`);
  });
});

test('so do those of profiles with all that a person can say', async () => {
  await inTempFolder(async (folder) => {
    copyFileSync(join(CASES, 'worker-registries/certificates/ca.pem'), join(folder, 'lab.pem'));
    copyFileSync(join(CASES, 'worker-own/hello.sh'), join(folder, 'hello.sh'));
    writeFileSync(join(folder, 'secrets.yaml'), SECRETS, { mode: 0o600 });
    for (const [name, engine] of Object.entries({ containerd: '', docker: '  engine: docker\n' })) {
      writeFileSync(join(folder, `${name}.yaml`), OWN.replace('runtime:\n', `runtime:\n${engine}`));
      const profile = ['--profile', `./${name}.yaml`, '--secrets', 'secrets.yaml'];
      const done = await bake(['compile', ...profile, '--stand-in', '--out', 'out'], folder);
      assert.equal(done.code, 0, done.err);
      const out = join(folder, 'out', name);
      const read = (artifact: string): string => readFileSync(join(out, artifact), 'utf8');
      assert.match(read('provision.sh'), /HTTPS_PROXY/);
      assert.match(read('user-data'), /harbor\.example\.com/);
      await judge(out);
    }
  });
});

/** ShellCheck of the scripts in an output folder, cloud-init of its user-data. */
async function judge(out: string): Promise<void> {
  await run('shellcheck', [join(out, 'provision.sh'), join(out, 'verify.sh')]);
  for (const form of ['user-data', 'user-data.stock']) {
    const said = await run('cloud-init', ['schema', '--config-file', join(out, form)]);
    assert.match(said.stdout, /Valid cloud-config/, `${out}/${form}`);
  }
}

test('our own shell scripts pass ShellCheck', async () => {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  const scripts = stdout
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('test/cases/') && existsSync(join(ROOT, name)))
    .filter((name) => isShell(readFileSync(join(ROOT, name), 'utf8')));
  assert.ok(scripts.length >= 20, scripts.join(' '));
  await run('shellcheck', ['--external-sources', ...scripts], { cwd: ROOT });
});

const isShell = (text: string): boolean => /^(?:#!.*\b(?:ba)?sh\b|# shellcheck shell=)/.test(text);

test('the firewall of every role is what nft accepts', async () => {
  await inTempFolder(async (folder) => {
    mkdirSync(join(folder, 'rules'));
    for (const role of ROLES) {
      writeFileSync(
        join(folder, `${role}-fw.yaml`),
        `extends: ${role}\nsystem:\n  firewall:\n    allow:\n      - {port: 8080, comment: "it’s: {{ a }} $x # %"}\n      - {port: 9000-9010, protocol: udp, from: [10.0.0.0/8, "fd00::/8"]}\n`,
      );
      const done = await bake(['plan', '--json', '--profile', `./${role}-fw.yaml`], folder);
      assert.equal(done.code, 0, done.err);
      const plan = JSON.parse(done.out) as {
        steps: { step: { kind: string; input: { path?: string; content?: string } } }[];
      };
      const rules = plan.steps.find(({ step }) => step.input.path === '/etc/bake/firewall.nft')?.step.input
        .content;
      assert.ok(rules);
      writeFileSync(join(folder, 'rules', role), rules);
    }
    for (const name of readdirSync(join(folder, 'rules'))) {
      // In a network namespace of its own: a check, too, asks the kernel about the tables that are there.
      await run('unshare', ['--net', 'nft', '--check', '--file', join(folder, 'rules', name)]);
    }
  });
});
