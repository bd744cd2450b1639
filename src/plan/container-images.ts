import { dnsImageRepository } from '../catalog/kubeadm.ts';
import type { Path } from '../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { IMAGE_RECORDS_FOLDER, type ImageArchive } from '../steps/container-images.ts';
import { inLayer, program, type Draft } from './draft.ts';
import { fromEntry } from './from-entry.ts';
import type { PlannedStep } from './plan.ts';
import { pauseImage } from './runtime.ts';

const draft = inLayer('kubernetes');

/** Of the images that kubeadm names, those of every node and of control planes. Source: kubeadm's static pods and add-ons, 1.17 to 1.37. */
const ON_NODES = ['coredns', 'kube-proxy', 'pause'];
const ON_CONTROL_PLANES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** Images that are there before the first boot: archives that the profile lists, and what kubeadm names for the role. */
export function planContainerImages(resolved: ResolvedProfile, standIn: boolean): Draft[] {
  const { kubernetes, runtime, role } = resolved.profile;
  if (!kubernetes || !runtime) return [];
  const { engine } = runtime;
  const archives = kubernetes.images.flatMap((image, i) => {
    if (image.roles && !image.roles.some((one) => one === role)) return [];
    const path: Path = ['kubernetes', 'images', i];
    const location = 'url' in image ? image.url : fromEntry(resolved, [...path, 'file'], image.file);
    const { sha256 } = image;
    return draft(path, { kind: 'container-images', input: { engine, archive: { location, sha256 } } });
  });
  const all = engine === 'docker' && archives.length > 0 ? [...archives, ...loadAtBoot()] : archives;
  // A stand-in names no images.
  if (!kubernetes.preload || standIn) return all;
  const { version, imageRepository: repository } = kubernetes;
  const dnsRepository = dnsImageRepository(version, repository) ?? repository;
  const only = role === 'worker' ? ON_NODES : [...ON_NODES, ...ON_CONTROL_PLANES];
  const registry = {
    version,
    repository,
    dnsRepository,
    only,
    pauseImage: pauseImage(runtime, kubernetes),
  };
  const pull: Draft = draft(['kubernetes', 'preload'], {
    kind: 'container-images',
    input: { engine, registry },
  });
  return [...all, pull];
}

/** Where no step can start dockerd (in a root tree), its archives wait on the machine for the first boot. */
function loadAtBoot(): Draft[] {
  const path = '/usr/lib/bake/load-images';
  const unit = 'bake-load-images.service';
  return [
    draft(['kubernetes', 'images'], program(path, LOAD_IMAGES)),
    draft(['kubernetes', 'images'], { kind: 'unit', input: { unit, content: loadImagesUnit(path) } }),
    draft(['kubernetes', 'images'], { kind: 'service', input: { unit, state: 'enabled', active: false } }),
  ];
}

const LOAD_IMAGES = `#!/bin/bash
# Written by bake: gives Docker the images that wait on this machine, once.
set -euo pipefail
for archive in ${IMAGE_RECORDS_FOLDER}/*.tar; do
  [ -e "$archive" ] || continue
  docker load --quiet --input "$archive"
  rm -- "$archive"
done
`;

const loadImagesUnit = (path: string): string => `# Written by bake.
[Unit]
Description=Load preloaded images into Docker
ConditionPathExistsGlob=${IMAGE_RECORDS_FOLDER}/*.tar
Requires=docker.service
After=docker.service
Before=kubelet.service bake-firstboot.service

[Service]
Type=oneshot
ExecStart=${path}

[Install]
WantedBy=multi-user.target
`;

/** The archives that steps want to be handed. */
export function archivesOf(steps: readonly PlannedStep[]): ImageArchive[] {
  return steps.flatMap(({ step }) =>
    step.kind === 'container-images' && 'archive' in step.input ? [step.input.archive] : [],
  );
}
