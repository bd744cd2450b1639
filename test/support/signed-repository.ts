import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';

/** A flat apt repository with packages of Kubernetes' names that hold one harmless program each, signed by a throw-away key. */
export async function signedRepository(
  folder: string,
  version: string,
): Promise<{ readonly fingerprint: string }> {
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync('/tmp/bake-gpg-');
  const gpg = (...args: readonly string[]) =>
    run('gpg', [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--no-tty',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      ...args,
    ]);
  try {
    const packages: string[] = [];
    for (const [name, own, program] of [
      ['kubelet', version, '/usr/bin/kubelet'],
      ['kubeadm', version, '/usr/bin/kubeadm'],
      ['kubectl', version, '/usr/bin/kubectl'],
      ['cri-tools', '1.35.0-1.1', '/usr/bin/crictl'],
      ['kubernetes-cni', '1.8.0-1.1', '/opt/cni/bin/loopback'],
    ] as const) {
      packages.push(await makePackage(folder, name, own, program));
    }
    writeFileSync(join(folder, 'Packages'), packages.join('\n'));
    const list = readFileSync(join(folder, 'Packages'));
    const sum = createHash('sha256').update(list).digest('hex');
    const release = `Origin: bake test\nLabel: bake test\nDate: ${new Date().toUTCString().replace('GMT', 'UTC')}\nSHA256:\n ${sum} ${list.length} Packages\n`;
    writeFileSync(join(folder, 'Release'), release);
    await gpg('--quick-generate-key', 'bake test', 'ed25519', 'sign', 'never');
    const { stdout } = await gpg('--with-colons', '--list-keys');
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1];
    if (fingerprint === undefined) throw new Error('gpg made no key');
    await gpg('--armor', '--output', join(folder, 'key.asc'), '--export');
    await gpg('--clearsign', '--output', join(folder, 'InRelease'), join(folder, 'Release'));
    return { fingerprint };
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all'], { okCodes: [0, 1, 2] });
    rmSync(home, { recursive: true, force: true });
  }
}

async function makePackage(folder: string, name: string, version: string, program: string): Promise<string> {
  const root = join(folder, `.${name}`);
  const put = (path: string, text: string, mode: number): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  put(
    'DEBIAN/control',
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: test <test@localhost>\nDescription: made for a test\n`,
    0o644,
  );
  put(program, '#!/bin/sh\necho "# made for a test"\n', 0o755);
  if (name === 'kubelet')
    put(
      '/usr/lib/systemd/system/kubelet.service',
      '[Unit]\nDescription=made for a test\n[Service]\nExecStart=/usr/bin/kubelet\n[Install]\nWantedBy=multi-user.target\n',
      0o644,
    );
  const deb = join(folder, `${name}.deb`);
  await run('dpkg-deb', ['--root-owner-group', '--build', root, deb]);
  rmSync(root, { recursive: true });
  const { stdout: control } = await run('dpkg-deb', ['--field', deb]);
  const sum = createHash('sha256').update(readFileSync(deb)).digest('hex');
  return `${control.trim()}\nFilename: ./${name}.deb\nSize: ${statSync(deb).size}\nSHA256: ${sum}\n`;
}
