import type { OperatingSystem } from '../../catalog/operating-systems.ts';
import type { OsId } from '../../plan/plan.ts';
import { attributes, block, variable, type HclBody } from '../../text/hcl.ts';
import { diskGiB, TAGS, type Builder } from '../builder.ts';
import { optional, required, secret, whole } from '../variables.ts';

/** Publisher, offer and SKU (generation 2). Sources: wiki.debian.org/Cloud/MicrosoftAzure; documentation.ubuntu.com/azure, "Find Ubuntu images"; Rocky Linux's in the marketplace (publisher resf). */
const IMAGES: Readonly<Record<OsId, readonly [publisher: string, offer: string, sku: string]>> = {
  'debian-12': ['Debian', 'debian-12', '12-gen2'],
  'debian-13': ['Debian', 'debian-13', '13-gen2'],
  'ubuntu-22.04': ['Canonical', '0001-com-ubuntu-server-jammy', '22_04-lts-gen2'],
  'ubuntu-24.04': ['Canonical', 'ubuntu-24_04-lts', 'server'],
  'ubuntu-26.04': ['Canonical', 'ubuntu-26_04-lts', 'server'],
  'rocky-9': ['resf', 'rockylinux-x86_64', '9-base'],
  'rocky-10': ['resf', 'rockylinux-x86_64', '10-base'],
};

/** Images that belong to a plan of the marketplace, though it costs nothing: machines have to name it. */
const PLAN: Readonly<Record<OperatingSystem['family'], HclBody>> = {
  debian: [],
  ubuntu: [],
  rocky: [
    block(
      ['plan_info'],
      [
        attributes({
          plan_name: variable('azure_sku'),
          plan_product: variable('azure_offer'),
          plan_publisher: variable('azure_publisher'),
        }),
      ],
      'The subscription accepts its terms once: az vm image terms accept. Machines of the finished image name it, too.',
    ),
  ],
};

export const azureArm: Builder = {
  name: 'azure-arm',
  title: 'Azure, from the marketplace',
  plugin: { name: 'azure', source: 'github.com/hashicorp/azure', version: '>= 2.0.0' },
  from: 'cloud-image',
  // Azure refuses machines whose administrator is called root.
  login: 'build-user',
  makesFiles: false,
  tidy: ['if command -v waagent >/dev/null; then waagent -force -deprovision; fi'],
  variables: (machine) => {
    const [publisher, offer, sku] = IMAGES[machine.os.id];
    return [
      required('azure_subscription_id', 'Subscription.', '00000000-0000-0000-0000-000000000001'),
      required('azure_tenant_id', 'Tenant of the service principal.', '00000000-0000-0000-0000-000000000002'),
      required('azure_client_id', 'Service principal.', '00000000-0000-0000-0000-000000000003'),
      secret('azure_client_secret', 'Its secret.', 'example'),
      required('azure_location', 'Location to build in.', 'westeurope'),
      required('azure_resource_group', 'Resource group of the finished image; it must be there.', 'images'),
      optional('azure_vm_size', 'Size of the machine while it is built.', 'Standard_D2s_v3'),
      optional('azure_publisher', 'Publisher of the image to start from.', publisher),
      optional('azure_offer', 'Its offer.', offer),
      optional('azure_sku', 'Its SKU.', sku),
      whole(
        'azure_disk_size',
        'Size of the disk, in GiB; at least that of the image to start from.',
        diskGiB(machine, 30),
        30,
      ),
    ];
  },
  source: ({ os }) => [
    attributes({
      subscription_id: variable('azure_subscription_id'),
      tenant_id: variable('azure_tenant_id'),
      client_id: variable('azure_client_id'),
      client_secret: variable('azure_client_secret'),
      location: variable('azure_location'),
    }),
    attributes({
      managed_image_name: variable('image_name'),
      managed_image_resource_group_name: variable('azure_resource_group'),
      azure_tags: TAGS,
    }),
    attributes({
      os_type: 'Linux',
      image_publisher: variable('azure_publisher'),
      image_offer: variable('azure_offer'),
      image_sku: variable('azure_sku'),
      vm_size: variable('azure_vm_size'),
      os_disk_size_gb: variable('azure_disk_size'),
    }),
    ...PLAN[os.family],
  ],
};
