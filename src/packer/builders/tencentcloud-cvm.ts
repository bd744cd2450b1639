import { attributes, variable } from '../../text/hcl.ts';
import { beside, diskGiB, TAGS, type Builder } from '../builder.ts';
import { optional, required, secret, whole } from '../variables.ts';

export const tencentcloudCvm: Builder = {
  name: 'tencentcloud-cvm',
  title: 'Tencent Cloud, from its image',
  plugin: { name: 'tencentcloud', source: 'github.com/hashicorp/tencentcloud', version: '>= 1.2.0' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    required('tencent_secret_id', 'ID of the API key.', 'example'),
    secret('tencent_secret_key', 'Its secret.', 'example'),
    required('tencent_region', 'Region to build in.', 'ap-guangzhou'),
    required('tencent_zone', 'Zone to build in.', 'ap-guangzhou-6'),
    required('tencent_image', `ID of the public image of ${machine.os.title}.`, 'img-12345678'),
    optional('tencent_instance_type', 'Type of the machine while it is built.', 'S5.MEDIUM4'),
    whole('tencent_disk_size', 'Size of the disk, in GiB.', diskGiB(machine, 20), 20),
  ],
  source: () => [
    attributes({
      secret_id: variable('tencent_secret_id'),
      secret_key: variable('tencent_secret_key'),
      region: variable('tencent_region'),
      zone: variable('tencent_zone'),
    }),
    attributes(
      { image_name: variable('image_name'), run_tags: TAGS },
      'Tags of the machine that the image is made in: older plugins have none for images, and a description has 60 characters.',
    ),
    attributes({
      source_image_id: variable('tencent_image'),
      instance_type: variable('tencent_instance_type'),
      disk_type: 'CLOUD_PREMIUM',
      disk_size: variable('tencent_disk_size'),
      associate_public_ip_address: true,
      internet_max_bandwidth_out: 10,
      user_data_file: beside('cloud/user-data'),
    }),
  ],
};
