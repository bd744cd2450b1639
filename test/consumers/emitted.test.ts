import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ownProfiles } from '../../src/adapters/files.ts';
import { OS_IDS } from '../../src/profile/schema.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const ROLES = ownProfiles().filter((name) => !['base', 'node'].includes(name));

test('every script and user-data of every profile and operating system satisfies its consumer', async (t) => {
  await inTempFolder(async (folder) => {
    const made: string[] = [];
    for (const os of OS_IDS) {
      for (const role of ROLES) {
        for (const standIn of [[], ['--stand-in']]) {
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
    assert.equal(made.length, OS_IDS.length * 4 * 2);
    for (const out of made) {
      await run('shellcheck', [join(out, 'provision.sh'), join(out, 'verify.sh')]);
      for (const form of ['user-data', 'user-data.stock']) {
        const said = await run('cloud-init', ['schema', '--config-file', join(out, form)]);
        assert.match(said.stdout, /Valid cloud-config/);
      }
    }
    t.diagnostic(`${made.length} profiles, ${made.length * 2} scripts, ${made.length * 2} user-data`);
  });
});

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
