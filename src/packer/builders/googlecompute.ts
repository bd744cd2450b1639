import type { OperatingSystem } from '../../catalog/operating-systems.ts';
import type { OsId } from '../../plan/plan.ts';
import { attributes, variable } from '../../text/hcl.ts';
import { DESCRIPTION, diskGiB, LABELS, type Builder } from '../builder.ts';
import { optional, platformName, required, whole } from '../variables.ts';

/** Family and project. Source: cloud.google.com/compute/docs/images/os-details. */
const IMAGES: Readonly<Record<OsId, readonly [family: string, project: string]>> = {
  'debian-12': ['debian-12', 'debian-cloud'],
  'debian-13': ['debian-13', 'debian-cloud'],
  'ubuntu-22.04': ['ubuntu-2204-lts', 'ubuntu-os-cloud'],
  'ubuntu-24.04': ['ubuntu-2404-lts-amd64', 'ubuntu-os-cloud'],
  'ubuntu-26.04': ['ubuntu-2604-lts-amd64', 'ubuntu-os-cloud'],
  'rocky-9': ['rocky-linux-9', 'rocky-linux-cloud'],
  'rocky-10': ['rocky-linux-10', 'rocky-linux-cloud'],
};

/** Disks of these images, in GB; Rocky Linux's is not verified. */
const DISK = { debian: 10, ubuntu: 10, rocky: 20 } as const;

const lacksCloudInit = (install: string): string =>
  `if ! command -v cloud-init >/dev/null; then ${install}; fi`;

/** Google's Debian and Rocky Linux have its own agent and no cloud-init, by which our machines are told who they are. */
const PREPARE: Readonly<Record<OperatingSystem['family'], readonly string[]>> = {
  debian: [
    'export DEBIAN_FRONTEND=noninteractive',
    lacksCloudInit('apt-get -q update && apt-get -q -y install cloud-init'),
  ],
  ubuntu: [],
  rocky: [lacksCloudInit('dnf -q -y install cloud-init')],
};

/** Credentials come the way of Google's own tools: application default credentials, or GOOGLE_APPLICATION_CREDENTIALS. */
export const googlecompute: Builder = {
  name: 'googlecompute',
  title: 'Google Cloud, from an image family',
  plugin: { name: 'googlecompute', source: 'github.com/hashicorp/googlecompute', version: '>= 1.1.0' },
  from: 'cloud-image',
  // sshd of these images lets no root in, and Google's agent sees to users itself.
  login: 'build-user',
  makesFiles: false,
  prepare: ({ os }) => PREPARE[os.family],
  tidy: ['rm -f -- /var/lib/google/google_users'],
  variables: (machine) => {
    const [family, project] = IMAGES[machine.os.id];
    return [
      required('google_project', 'Project to build in.', 'images'),
      required('google_zone', 'Zone to build in.', 'europe-west3-a'),
      optional('google_machine_type', 'Type of the machine while it is built.', 'e2-standard-2'),
      optional('google_image_family', 'Family of images to start from.', family),
      optional('google_image_project', 'Project of that family.', project),
      whole(
        'google_disk_size',
        'Size of the disk, in GB; at least that of the image to start from.',
        diskGiB(machine, DISK[machine.os.family]),
        DISK[machine.os.family],
      ),
    ];
  },
  source: (machine) => [
    attributes({ project_id: variable('google_project'), zone: variable('google_zone') }),
    attributes({
      image_name: variable('image_name'),
      image_family: platformName(machine.profile),
      image_description: DESCRIPTION,
      image_labels: LABELS,
      labels: LABELS,
    }),
    attributes({
      source_image_family: variable('google_image_family'),
      source_image_project_id: [variable('google_image_project')],
      machine_type: variable('google_machine_type'),
      disk_size: variable('google_disk_size'),
      disk_type: 'pd-ssd',
    }),
  ],
};
