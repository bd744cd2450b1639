import { attributes, variable } from '../../text/hcl.ts';
import { beside, TAGS, type Builder } from '../builder.ts';
import { optional, required } from '../variables.ts';

/** What the platform has no image of is imported. */
const LACKS = {
  debian: ' The platform has none: import Debian’s cloud image.',
  ubuntu: '',
  rocky: ' The platform has none: import Rocky Linux’s cloud image.',
} as const;

export const oracleOci: Builder = {
  name: 'oracle-oci',
  title: 'Oracle Cloud, from an image of a compartment or the platform',
  plugin: { name: 'oracle', source: 'github.com/hashicorp/oracle', version: '>= 1.0.0' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: ({ os }) => [
    required('oracle_tenancy', 'OCID of the tenancy.', 'ocid1.tenancy.oc1..example'),
    required('oracle_user', 'OCID of the user.', 'ocid1.user.oc1..example'),
    required(
      'oracle_fingerprint',
      'Fingerprint of the user’s API key.',
      '00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00',
    ),
    required('oracle_key_file', 'Path of that key (PEM, RSA).', 'oci.pem'),
    required('oracle_region', 'Region to build in.', 'eu-frankfurt-1'),
    required('oracle_compartment', 'OCID of the compartment to build in.', 'ocid1.compartment.oc1..example'),
    required('oracle_availability_domain', 'Availability domain.', 'Uocm:EU-FRANKFURT-1-AD-1'),
    required('oracle_subnet', 'OCID of the machine’s subnet.', 'ocid1.subnet.oc1..example'),
    required(
      'oracle_image',
      `OCID of an image of ${os.title}; it differs by region.${LACKS[os.family]}`,
      'ocid1.image.oc1..example',
    ),
    optional('oracle_shape', 'Shape of the machine while it is built.', 'VM.Standard2.1'),
  ],
  source: () => [
    attributes({
      tenancy_ocid: variable('oracle_tenancy'),
      user_ocid: variable('oracle_user'),
      fingerprint: variable('oracle_fingerprint'),
      key_file: variable('oracle_key_file'),
      region: variable('oracle_region'),
    }),
    attributes({ image_name: variable('image_name'), tags: TAGS }),
    attributes({
      compartment_ocid: variable('oracle_compartment'),
      availability_domain: variable('oracle_availability_domain'),
      subnet_ocid: variable('oracle_subnet'),
      base_image_ocid: variable('oracle_image'),
      shape: variable('oracle_shape'),
      user_data_file: beside('cloud/user-data'),
    }),
  ],
};
