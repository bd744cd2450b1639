import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { planContainerImages } from '../../src/plan/container-images.ts';
import type { ProfileFile } from '../../src/profile/schema.ts';
import { kindOf } from '../../src/steps/index.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import { resolved } from '../rules/resolved.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** The image names of kubeadm 1.35.8 in the registry that it is told; one that is not its default has CoreDNS beside the others. */
const KUBEADM = `#!/bin/bash
[ "$*" = "config images list --kubernetes-version v1.35.8 --image-repository $REPOSITORY" ] || { echo "kubeadm $*" >&2; exit 1; }
for one in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do echo "$REPOSITORY/$one:v1.35.8"; done
if [ "$REPOSITORY" = registry.k8s.io ]; then echo registry.k8s.io/coredns/coredns:v1.13.1; else echo "$REPOSITORY/coredns:v1.13.1"; fi
echo "$REPOSITORY/pause:3.10.1"
echo "$REPOSITORY/etcd:3.6.6-0"
`;
/** A containerd whose images are lines of a file, with the one that an archive has brought. */
const CTR = `#!/bin/bash
case $* in
  version) ;;
  *'images check '*) name=\${*: -1}; name=\${name#name==\\"}; grep -qxF -- "\${name%\\"}" "$HAS" && echo "x complete (1/1)" ;;
  *'images pull '*) echo "\${@: -1}" | tee -a "$HAS" >>"$PULLED" ;;
esac
`;
const SCRIPT = `
set -euo pipefail
. "$1/userdata/provision.sh"
BAKE_WORK=$2/work BAKE_IMAGES=$2/images
bake_own() { chmod -- "$2" "$1"; }
bake_is_live() { false; }
mkdir -p "$BAKE_WORK" "$BAKE_IMAGES"
eval "$3"
`;

const stepOf = (profile: ProfileFile): string => {
  const drafts = planContainerImages(resolved(profile), false);
  const step = drafts
    .map((draft) => draft.step)
    .find((one) => one.kind === 'container-images' && 'registry' in one.input);
  assert.ok(step);
  return kindOf(step).shell(step.input, { os: OPERATING_SYSTEMS['debian-13'] });
};

/** What is pulled, and what is recorded. `has`: what archives have brought. */
async function preload(profile: ProfileFile, has: readonly string[] = []) {
  return inTempFolder(async (folder) => {
    const bin = join(folder, 'bin');
    for (const name of ['bin', 'images']) mkdirSync(join(folder, name));
    const containerd = '#!/bin/bash\nexec sleep 60\n';
    for (const [name, text] of Object.entries({ kubeadm: KUBEADM, ctr: CTR, containerd }))
      writeFileSync(join(bin, name), text, { mode: 0o755 });
    const lines = has.map((name) => `${name}\n`).join('');
    writeFileSync(join(folder, 'has'), lines);
    writeFileSync(join(folder, 'images', 'a'.repeat(64)), lines);
    const repository = resolved(profile).profile.kubernetes?.imageRepository ?? '';
    const done = await run('bash', ['-c', SCRIPT, 'bash', ROOT, folder, stepOf(profile)], {
      env: {
        PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`,
        REPOSITORY: repository,
        HAS: join(folder, 'has'),
        PULLED: join(folder, 'pulled'),
      },
      okCodes: [0, 1],
    });
    const read = (name: string): string[] =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n') : [];
    return { said: done.stderr, pulled: read('pulled').sort(), record: read('images/v1.35.8') };
  });
}

const node = (registry: string, dns = registry): string[] => [
  `${dns}/coredns:v1.13.1`,
  `${registry}/kube-proxy:v1.35.8`,
  `${registry}/pause:3.10.1`,
];
const controlPlane = (registry: string): string[] =>
  ['etcd:3.6.6-0', 'kube-apiserver:v1.35.8', 'kube-controller-manager:v1.35.8', 'kube-scheduler:v1.35.8'].map(
    (name) => `${registry}/${name}`,
  );

describe('preloaded images', () => {
  const preloaded = { kubernetes: { preload: true } };
  const official = node('registry.k8s.io', 'registry.k8s.io/coredns');

  test('a worker has none of a control plane', async () => {
    const { pulled, record } = await preload(preloaded);
    assert.deepEqual(pulled, official);
    assert.deepEqual(record, official);
  });

  test('a master and a standalone machine have all', async () => {
    for (const role of ['master', 'standalone'] as const) {
      const { record } = await preload({ extends: role, ...preloaded });
      assert.deepEqual(record, [...official, ...controlPlane('registry.k8s.io')].sort());
    }
  });

  test('what archives have brought is not pulled, and stands in the record', async () => {
    const { pulled, record } = await preload(preloaded, official.slice(0, 2));
    assert.deepEqual(pulled, official.slice(2));
    assert.deepEqual(record, official);
  });

  test('CoreDNS comes from where the mirror has it', async () => {
    assert.deepEqual(
      (await preload({ ...preloaded, mirrors: 'aliyun' })).record,
      node('registry.aliyuncs.com/google_containers'),
    );
    const deep = { preload: true, imageRepository: 'k8s.m.daocloud.io' };
    assert.deepEqual(
      (await preload({ kubernetes: deep })).record,
      node('k8s.m.daocloud.io', 'k8s.m.daocloud.io/coredns'),
    );
  });

  test('Docker, which can’t pull here, wants each image from an archive', async () => {
    const docker: ProfileFile = {
      kubernetes: { preload: true, images: [{ url: 'https://example.com/a.tar', sha256: 'a'.repeat(64) }] },
      runtime: { engine: 'docker' },
    };
    assert.deepEqual((await preload(docker, official)).record, official);
    const { said, record } = await preload(docker, official.slice(0, 1));
    assert.match(said, /no archive of kubernetes\.images has registry\.k8s\.io\/kube-proxy:v1\.35\.8/);
    assert.deepEqual(record, []);
  });

  test('archives are for the roles that they name', () => {
    const kubernetes = {
      images: [
        { url: 'https://example.com/all.tar', sha256: 'a'.repeat(64) },
        { url: 'https://example.com/masters.tar', sha256: 'b'.repeat(64), roles: ['master', 'standalone'] },
      ],
    } satisfies ProfileFile['kubernetes'];
    const archivesOf = (role: string): number =>
      planContainerImages(resolved({ extends: role, kubernetes }), false).length;
    assert.deepEqual(['worker', 'master', 'standalone'].map(archivesOf), [1, 2, 2]);
  });
});
