import { posix } from 'node:path';
import { shellQuote, shellWords } from '../text/shell.ts';
import type { Check } from './check.ts';
import { defineStep } from './kind.ts';

/** Images that the runtime has before a kubelet asks for them. */
export type ContainerImagesInput =
  | { readonly engine: 'containerd' | 'docker'; readonly archive: ImageArchive }
  | { readonly engine: 'containerd' | 'docker'; readonly registry: ImageRegistry };

/** A tar that `docker save`, `ctr images export` or the like has made: docker-archive or OCI layout. */
export interface ImageArchive {
  /** An address, or a path relative to the folder of the profile that is compiled. */
  readonly location: string;
  readonly sha256: string;
}

/**
 * What `kubeadm config images list` names for a version, pulled. Docker can't pull in a root tree: there the archives must have it all.
 */
export interface ImageRegistry {
  readonly version: string;
  /** Of kubeadm's `--image-repository`. */
  readonly repository: string;
  /** Where CoreDNS lies: kubeadm is told, and its list of images is not (catalog/kubeadm.ts, dnsImageRepository). */
  readonly dnsRepository: string;
  /** Last parts of the names to pull, such as `kube-proxy`. */
  readonly only: readonly string[];
  /** The sandbox image, which containerd may have been told otherwise than kubeadm. */
  readonly pauseImage: string;
}

/** Where a machine keeps the names of its preloaded images: a file for each archive or release. */
export const IMAGE_RECORDS_FOLDER = '/var/lib/bake/images';

/** Its exit code says whether the engine has the image `$name`. An image that is not unpacked yet is as good: that is done at its first use. */
const HAS_IMAGE = {
  containerd: `ctr -n k8s.io images check "name==\\"$name\\"" | grep -qF ' complete ('`,
  docker: 'docker image inspect "$name" >/dev/null',
} as const;

/** Docker can't be started in a root tree: there an archive that waits for the first boot must have each image. */
const DOCKER_PULL = `bake_docker_pull() {
  local name
  while read -r name; do
    if bake_is_live; then
      docker image inspect "$name" >/dev/null 2>&1 || docker pull --quiet "$name" </dev/null
    else
      grep -qsxF -- "$name" "$BAKE_IMAGES"/*[0-9a-f] || bake_die "no archive of kubernetes.images has $name, and Docker can't pull here"
    fi
  done <<<"$1"
}
`;

export const containerImages = defineStep<ContainerImagesInput>({
  title: (input) =>
    'archive' in input
      ? `preload images from ${posix.basename(input.archive.location)}`
      : `preload images of Kubernetes ${input.registry.version} from ${input.registry.repository}`,
  shell: (input) => {
    if ('archive' in input) {
      const { sha256, location } = input.archive;
      return `bake_import_images ${shellWords([input.engine, sha256, location])}`;
    }
    const { version, repository, dnsRepository, pauseImage, only } = input.registry;
    const docker = input.engine === 'docker' ? DOCKER_PULL : '';
    return `${docker}bake_pull_images ${shellWords([input.engine, version, repository, dnsRepository, pauseImage, ...only])}`;
  },
  checks: (input): Check[] => {
    const [name, what] =
      'archive' in input
        ? [input.archive.sha256, posix.basename(input.archive.location)]
        : [`v${input.registry.version}`, `Kubernetes ${input.registry.version}`];
    const record = `${IMAGE_RECORDS_FOLDER}/${name}`;
    return [
      { check: 'file', path: record, exists: true, type: 'file', mode: '0644', owner: 'root' },
      {
        check: 'command',
        title: `${input.engine} has the images of ${what}`,
        script: `while read -r name; do ${HAS_IMAGE[input.engine]} || exit 1; done <${shellQuote(record)}`,
      },
    ];
  },
  // User-data can't bring an archive that is a file here; a machine that starts from a stock image pulls its images.
  imageOnly: (input) => 'archive' in input && !/^https?:\/\//.test(input.archive.location),
});
