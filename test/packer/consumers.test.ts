import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { OPERATING_SYSTEMS, type OperatingSystem } from '../../src/catalog/operating-systems.ts';
import { makeBuildKey, publicLine } from '../../src/packer/build-key.ts';
import { BUILDERS } from '../../src/packer/builders.ts';
import type { OsId } from '../../src/plan/plan.ts';
import { attributes, block, hclText } from '../../src/text/hcl.ts';
import { kickstartWord } from '../../src/text/kickstart.ts';
import { HOSTILE } from '../hostile/values.ts';
import { compileText } from '../support/compile-text.ts';
import { templateOf, textOf, writeTemplate } from '../support/packer-template.ts';
import { nastyText, randomFrom, SEED } from '../support/random.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** Not in Packer 1.6.6: their arguments are held against published lists (templates.test.ts). */
const LATER = ['nutanix', 'vultr', 'huaweicloud-ecs'];
const KNOWN = BUILDERS.filter(({ name }) => !LATER.includes(name));

const ROLES = ['master', 'worker', 'haproxy', 'standalone'];
const SYSTEMS = Object.keys(OPERATING_SYSTEMS) as OsId[];

/** AWS's way to give credentials, which the plugin asks for when it validates. */
const ENV = { CHECKPOINT_DISABLE: '1', AWS_ACCESS_KEY_ID: 'example', AWS_SECRET_ACCESS_KEY: 'example' };

const packer = (args: readonly string[], folder: string) =>
  run('packer', args, { cwd: folder, env: { ...ENV, HOME: folder }, okCodes: [0, 1, 3] });

const planOf = (role: string, os: OsId) => {
  const { value, diagnostics } = compileText(`extends: ${role}\nname: ${role}\nos: ${os}\n`);
  assert.ok(value, JSON.stringify(diagnostics));
  return value.plan;
};

/** OpenStack's builder logs in when it validates: as much of Keystone as that takes (Identity API v3, "Authentication"). */
let keystone: Server;
let address = '';
before(async () => {
  keystone = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const here = `http://${request.headers.host ?? ''}`;
      const catalog = ['compute', 'image', 'network', 'volumev3'].map((type) => ({
        type,
        endpoints: [
          { interface: 'public', region: 'RegionOne', region_id: 'RegionOne', url: `${here}/${type}` },
        ],
      }));
      response.writeHead(201, { 'X-Subject-Token': 'example', 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ token: { catalog, expires_at: '2099-01-01T00:00:00.000000Z' } }));
    });
  }).listen(0, '127.0.0.1');
  await once(keystone, 'listening');
  address = `http://127.0.0.1:${(keystone.address() as AddressInfo).port}/v3`;
});
after(() => keystone.close());

/** `packer validate` with the example's values alone, but for the two that would ask the network. */
async function validate(folder: string): Promise<void> {
  const declared = readFileSync(join(folder, 'variables.pkr.hcl'), 'utf8');
  const given = { qemu_image_checksum: `sha256:${'0'.repeat(64)}`, openstack_auth_url: address };
  const set = Object.entries(given)
    .filter(([name]) => declared.includes(`variable "${name}"`))
    .flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  const { exitCode, stdout, stderr } = await packer(
    ['validate', '-var-file=example.pkrvars.hcl', ...set, '.'],
    folder,
  );
  assert.deepEqual([exitCode, stdout + stderr], [0, '']);
}

describe('packer validate', () => {
  test('Packer has every builder that is to be judged by it', async () => {
    assert.equal(KNOWN.length, 20);
    await inTempFolder(async (folder) => {
      for (const name of [...LATER, 'qemu']) {
        const text = hclText([
          block(['source', name, 'x'], []),
          block(['build'], [attributes({ sources: [`source.${name}.x`] })]),
        ]);
        writeFileSync(join(folder, 'x.pkr.hcl'), text);
        const { stdout, stderr } = await packer(['validate', 'x.pkr.hcl'], folder);
        assert.equal(/Unknown source type/.test(stdout + stderr), name !== 'qemu', name);
      }
    });
  });

  /** Packer starts a process for each builder and each block of a build, all at once: too many for a busy computer. */
  const FEW = 4;
  for (const os of SYSTEMS)
    test(`every builder, every role: ${os}`, async () => {
      for (const role of ROLES)
        for (let i = 0; i < KNOWN.length; i += FEW)
          await inTempFolder(async (folder) => {
            writeTemplate(templateOf(planOf(role, os), KNOWN.slice(i, i + FEW)), folder);
            await validate(folder);
          });
    });

  for (const [file, word, slip] of [
    ['sources.pkr.hcl', 'disk_image ', 'disc_image '],
    ['build.pkr.hcl', 'valid_exit_codes ', 'valid_exit_code '],
  ] as const)
    test(`an argument that there is not would be told of: ${file}`, () =>
      inTempFolder(async (folder) => {
        const [qemu] = BUILDERS.filter(({ name }) => name === 'qemu');
        assert.ok(qemu);
        writeTemplate(templateOf(planOf('worker', 'debian-13'), [qemu]), folder);
        const path = join(folder, file);
        writeFileSync(path, readFileSync(path, 'utf8').replace(word, slip));
        await assert.rejects(validate(folder), new RegExp(slip.trim()));
      }));
});

test('packer fmt has nothing to say', () =>
  inTempFolder(async (folder) => {
    for (const os of SYSTEMS)
      for (const role of ROLES) {
        for (const { name, text } of templateOf(planOf(role, os), BUILDERS))
          if (name.endsWith('.hcl')) writeFileSync(join(folder, name), text);
        // The file of examples has another ending, which fmt wants to be told.
        for (const what of ['.', 'example.pkrvars.hcl']) {
          const { exitCode, stdout } = await packer(['fmt', '-check', '-diff', what], folder);
          assert.deepEqual([exitCode, stdout], [0, ''], `${role}, ${os}`);
        }
      }
  }));

describe(`hostile values come out of HCL as they were (SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  // cty normalises text (form C), and UTF-8 has no half of a pair.
  const texts = [
    ...HOSTILE,
    ...Array.from({ length: 400 }, () => nastyText(random)),
    '$${a}',
    '$$${a} %%%{if}',
    '',
  ]
    .filter((text) => !/\p{Surrogate}/u.test(text))
    .map((text) => text.normalize('NFC'));

  test('as values and as keys', () =>
    inTempFolder(async (folder) => {
      const keys = Object.fromEntries(texts.map((text, i) => [`${text}\u00b7${i}`, i]));
      writeFileSync(join(folder, 'x.pkr.hcl'), hclText([block(['locals'], [attributes({ texts, keys })])]));
      const fmt = await packer(['fmt', '-check', '-diff', 'x.pkr.hcl'], folder);
      assert.deepEqual([fmt.exitCode, fmt.stdout], [0, '']);
      const { stdout } = await run('packer', ['console', folder], {
        env: { ...ENV, HOME: folder },
        input: 'jsonencode(local)\n',
      });
      assert.deepEqual(JSON.parse(stdout), { texts, keys });
    }));

  test('text that is no Unicode is refused', () => {
    assert.throws(() => hclText([attributes({ a: 'a\ud800b' })]), /no Unicode/);
  });
});

/** Answers of an installer, in their folder, before the tool that reads them. Anaconda's: kickstart.test.ts. */
const ANSWERS: Readonly<Record<OperatingSystem['family'], (folder: string) => Promise<void>>> = {
  debian: async (folder) => {
    await run('debconf-set-selections', ['--checkonly', 'preseed.cfg'], { cwd: folder });
  },
  ubuntu: async (folder) => {
    const { autoinstall } = parse(readFileSync(join(folder, 'user-data'), 'utf8')) as {
      autoinstall: Record<string, unknown>;
    };
    writeFileSync(join(folder, 'inner'), `#cloud-config\n${JSON.stringify(autoinstall['user-data'])}\n`);
    const said = await run('cloud-init', ['schema', '--config-file', 'inner'], { cwd: folder });
    assert.match(said.stdout, /^Valid cloud-config/m);
  },
  rocky: async (folder) => {
    const [, script = ''] =
      /^%post[^\n]*\n([^]*?)^%end$/m.exec(readFileSync(join(folder, 'ks.cfg'), 'utf8')) ?? [];
    await run('shellcheck', ['-'], { input: `#!/bin/sh\n${script}` });
  },
};

describe('what machines and installers are given', () => {
  for (const os of SYSTEMS)
    test(os, () =>
      inTempFolder(async (folder) => {
        writeTemplate(templateOf(planOf('master', os), BUILDERS), folder);
        for (const name of ['seed/user-data', 'cloud/user-data']) {
          const said = await run('cloud-init', ['schema', '--config-file', name], { cwd: folder });
          assert.match(said.stdout, /^Valid cloud-config/m);
        }
        const { installer, name } = KNOWN.find(({ from }) => from === 'installer') ?? {};
        assert.ok(installer);
        await ANSWERS[OPERATING_SYSTEMS[os].family](join(folder, `install/${name}`));
      }),
    );

  // provision.sh and verify.sh have the sections and helpers that ShellCheck sees in test/consumers/emitted.test.ts.
  test('seal.sh, write-disk.sh, and each line that Packer runs, pass ShellCheck', async () => {
    for (const os of ['debian-12', 'rocky-9'] as const) {
      const artifacts = templateOf(planOf('worker', os), BUILDERS);
      for (const name of ['seal.sh', 'write-disk.sh'])
        await run('shellcheck', ['-'], { input: textOf(artifacts, name) });
      const lines = textOf(artifacts, 'build.pkr.hcl');
      const inline = [...lines.matchAll(/inline += (\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\])/g)].map(
        ([, list = '']) => list,
      );
      assert.ok(inline.length >= 6);
      for (const list of inline) {
        const script = (JSON.parse(list.replace(/,\s*\]$/, ']')) as string[])
          .join('\n')
          .replaceAll(/([$%])\1\{/g, '$1{');
        await run('shellcheck', ['--shell=bash', '-'], { input: `#!/bin/bash -e\n${script}\n` });
      }
    }
  });
});

test('the key of a build is one for OpenSSH, too', () =>
  inTempFolder(async (folder) => {
    const key = makeBuildKey();
    writeFileSync(join(folder, 'key'), key, { mode: 0o600 });
    const { stdout } = await run('ssh-keygen', ['-y', '-f', join(folder, 'key')]);
    assert.equal(stdout.trim(), publicLine(key)?.replace(/ image-build$/, ''));
    assert.equal(publicLine('something else'), undefined);
  }));

test(`hostile values come out of a kickstart as they were (SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const texts = [...HOSTILE, ...Array.from({ length: 400 }, () => nastyText(random))].filter(
    (text) => !/[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029\0]|\p{Surrogate}/u.test(text),
  );
  // What pykickstart does with a line (parser.py).
  const read =
    'import json, shlex, sys; print(json.dumps([shlex.split(x, comments=True) for x in json.load(sys.stdin)]))';
  const { stdout } = await run('python3', ['-c', read], {
    input: JSON.stringify(texts.map((text) => `url --url=${kickstartWord(text)} x`)),
  });
  assert.deepEqual(
    JSON.parse(stdout),
    texts.map((text) => ['url', `--url=${text}`, 'x']),
  );
});
