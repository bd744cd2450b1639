import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { secretsText } from '../../src/secrets/write.ts';
import { bake, type CliResult } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const CLUSTER = `name: demo
endpoint: kubeapi.example.com:6443
nodes:
  - name: master-1
    role: master
    mac: '52:54:00:00:00:11'
    network: { addresses: [10.0.0.11/24], gateway: 10.0.0.254 }
  - { name: worker-1, role: worker, address: 10.0.0.21 }
counts: { worker: 3 }
addons: []
`;

let secrets = '';
before(async () => {
  const cluster = await makeClusterSecrets({
    cluster: 'demo',
    now: new Date(),
    initWindowSeconds: 3600,
    tokenTtlSeconds: 86_400,
  });
  secrets = secretsText({ registries: {}, cluster });
});

const inProject = (
  look: (folder: string, userdata: (...args: string[]) => Promise<CliResult>) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> =>
  inTempFolder(async (folder) => {
    writeFileSync(join(folder, 'cluster.yaml'), CLUSTER);
    writeFileSync(join(folder, 'secrets.yaml'), secrets, { mode: 0o600 });
    await look(folder, (...args) => bake(['userdata', ...args], folder, env));
  });

describe('bake userdata --target', () => {
  test('makes a stock machine into one of the platform, whatever the profile is for', () =>
    inProject(async (folder, userdata) => {
      writeFileSync(join(folder, 'vm.yaml'), 'extends: worker\nimage: { targets: [vsphere] }\n');
      writeFileSync(join(folder, 'cluster.yaml'), `${CLUSTER}profiles: { worker: ./vm.yaml }\n`);
      const { code, out, err } = await userdata(
        '--node',
        'worker-1',
        '--stock',
        '--target',
        'qemu',
        '--form',
        'text',
      );
      assert.equal(code, 0, err);
      assert.match(out, /qemu-guest-agent/);
      assert.match(out, /datasource_list: \[ NoCloud, None \]/);
      assert.doesNotMatch(out, /open-vm-tools|VMware/);
    }));

  test('is content with an image that is for the platform', () =>
    inProject(async (folder, userdata) => {
      writeFileSync(join(folder, 'vm.yaml'), 'extends: worker\nimage: { targets: [vmware] }\n');
      writeFileSync(join(folder, 'cluster.yaml'), `${CLUSTER}profiles: { worker: ./vm.yaml }\n`);
      const { code, err } = await userdata('--node', 'worker-1', '--target', 'vmware');
      assert.equal(code, 0, err);
      assert.doesNotMatch(err, /lacks/);
    }));

  test('says how large it is, where it goes, and what is not in it', async () => {
    await inProject(async (_, userdata) => {
      const aws = await userdata('--node', 'master-1', '--target', 'aws', '--form', 'base64');
      assert.equal(aws.code, 0, aws.err);
      assert.match(aws.err, /^user-data of master-1 for AWS: [\d.]+ KiB of 16 KiB, gzipped$/m);
      assert.match(aws.err, /^It goes into the same field with “already base64 encoded” ticked/m);
      assert.match(aws.err, /static addresses are not in user-data/);
      assert.doesNotMatch(aws.err, /larger than some fields/);
      // With name and network in it nothing is missing.
      const vmx = await userdata('--node', 'master-1', '--target', 'vmware');
      assert.match(vmx.out, /^guestinfo\.metadata = "/);
      assert.doesNotMatch(vmx.err, /static addresses/);
      // An image that is for no platform has no guest agent, without which none of this is read.
      assert.match(vmx.err, /lacks open-vm-tools: bake it with --target vmware/);
      assert.doesNotMatch(aws.err, /lacks/);
      const again = await userdata('--node', 'master-1', '--target', 'vmware');
      assert.equal(again.out, vmx.out);
    });
  });

  test('serves workers that the platform names', async () => {
    await inProject(async (_, userdata) => {
      const { code, out, err } = await userdata('--profile', 'worker', '--target', 'vsphere');
      assert.equal(code, 0, err);
      assert.match(out, /^guestinfo\.userdata\n/);
    });
  });

  test('writes a file for its owner only', async () => {
    await inProject(async (folder, userdata) => {
      const { code, out, err } = await userdata('-n', 'worker-1', '--target', 'hetzner', '--out', 'w.yaml');
      assert.equal(code, 0, err);
      assert.equal(out, '');
      assert.equal(statSync(join(folder, 'w.yaml')).mode & 0o777, 0o600);
      assert.match(readFileSync(join(folder, 'w.yaml'), 'utf8'), /^#cloud-config\n/);
    });
  });

  test('refuses what does not fit, and says what would help', async () => {
    await inProject(async (_, userdata) => {
      const aws = await userdata('--node', 'worker-1', '--stock', '--target', 'aws');
      assert.equal(aws.code, 1);
      assert.equal(aws.out, '');
      assert.match(
        aws.err,
        /user-data of worker-1 is too large for AWS: \d+ KiB of 16 KiB, gzipped in a MIME message at the smallest\. What helps:\n {2}- bake the image, and leave out --stock.*\n {2}- serve .*#include/,
      );
      const nutanix = await userdata('--node', 'worker-1', '--stock', '--target', 'nutanix');
      assert.match(nutanix.err, /^ {2}- attach it: bake seed --target nutanix --node worker-1$/m);
    });
  });

  test('knows its words before it compiles anything', async () => {
    await inProject(async (_, userdata) => {
      const cases: readonly (readonly [args: string[], why: RegExp])[] = [
        [['--target', 'asw'], /there is no target "asw"; did you mean "aws"\?/],
        [['--target', 'aws', '--form', 'bas64'], /aws has no form "bas64"; did you mean "base64"\?/],
        [['--target', 'aws', '--form', 'vmx'], /aws has no form "vmx"; it has text, base64, cli, mime/],
        [['--form', 'text'], /--form is one of a platform’s: say which by --target/],
      ];
      for (const [args, why] of cases) {
        const { code, err, out } = await userdata('--node', 'worker-1', ...args);
        assert.equal(code, 2, err);
        assert.match(err, why);
        assert.equal(out, '');
      }
    });
  });
});

describe('bake userdata --copy', () => {
  /** A program in a folder of its own that keeps what it is given, and stays behind as clipboards of X do. */
  const fake = (folder: string, name: string): { readonly path: string; readonly kept: string } => {
    const bin = join(folder, 'bin');
    const kept = join(folder, `${name}.kept`);
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\ncat >'${kept}'\nprintf '%s\\n' "$*" >'${kept}.args'\nsleep 60 &\n`,
    );
    chmodSync(join(bin, name), 0o755);
    return { path: bin, kept };
  };

  test('gives it to the program of this desktop, and prints nothing', async () => {
    const asked: readonly (readonly [name: string, env: Record<string, string>, args: string])[] = [
      ['wl-copy', { WAYLAND_DISPLAY: 'wayland-0' }, ''],
      ['xclip', { DISPLAY: ':0' }, '-selection clipboard'],
      ['xsel', { DISPLAY: ':0' }, '--clipboard --input'],
      ['pbcopy', {}, ''],
    ];
    for (const [name, env, args] of asked)
      await inTempFolder(async (elsewhere) => {
        const { path, kept } = fake(elsewhere, name);
        await inProject(
          async (_, userdata) => {
            const began = Date.now();
            const copied = await userdata('-n', 'worker-1', '--target', 'aws', '--copy');
            assert.equal(copied.code, 0, copied.err);
            assert.ok(Date.now() - began < 45_000, 'it waits for what stays behind');
            assert.equal(copied.out, '');
            assert.match(copied.err, new RegExp(`of 16 KiB, on the clipboard \\(${name}\\)$`, 'm'));
            assert.equal(
              readFileSync(kept, 'utf8'),
              (await userdata('-n', 'worker-1', '--target', 'aws')).out,
            );
            assert.equal(readFileSync(`${kept}.args`, 'utf8').trim(), args);
          },
          { ...env, PATH: `${path}:/usr/bin:/bin` },
        );
      });
  });

  test('on Windows as UTF-16', async () => {
    await inTempFolder(async (elsewhere) => {
      const { path, kept } = fake(elsewhere, 'clip.exe');
      await inProject(
        async (_, userdata) => {
          const { code, err } = await userdata('-n', 'worker-1', '--copy');
          assert.equal(code, 0, err);
          assert.equal(readFileSync(kept).toString('utf16le'), (await userdata('-n', 'worker-1')).out);
        },
        { PATH: `${path}:/usr/bin:/bin` },
      );
    });
  });

  test('says so where there is no clipboard', async () => {
    await inTempFolder(async (elsewhere) => {
      const { path, kept } = fake(elsewhere, 'xclip');
      await inProject(
        async (_, userdata) => {
          const { code, out, err } = await userdata('-n', 'worker-1', '--copy');
          assert.equal(code, 3);
          assert.equal(out, '');
          assert.match(
            err,
            /there is no clipboard to copy to: that takes one of wl-copy, xclip, xsel, pbcopy, clip\.exe/,
          );
        },
        // Installed, and no display to copy to.
        { PATH: path },
      );
      assert.ok(!existsSync(kept));
    });
  });
});
