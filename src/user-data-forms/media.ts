import type { MediumName } from '../catalog/media.ts';
import { configDriveFiles } from '../firstboot/config-drive.ts';
import { seedFiles } from '../firstboot/seed.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import type { Machine } from './form.ts';
import { environmentText } from './ovf-env.ts';
import { payloadOf } from './payload.ts';

/** A medium to attach to a machine, with name, network and user-data on it. There is no limit to what one holds. */
export interface Medium {
  /** cloud-init's name of the source that reads it. */
  readonly datasource: string;
  /** Volume label, by which cloud-init and its ds-identify know it. */
  readonly label: string;
  /** Texts by their paths on it. */
  readonly files: (machine: Required<Machine>) => Readonly<Record<string, SecretText>>;
}

export const MEDIA: Readonly<Record<MediumName, Medium>> = {
  nocloud: {
    datasource: 'NoCloud',
    label: 'CIDATA',
    files: ({ identity, userData }) => ({ ...seedFiles(identity, userData) }),
  },
  'config-drive': {
    datasource: 'ConfigDrive',
    label: 'config-2',
    files: ({ identity, userData }) => configDriveFiles(identity, userData),
  },
  // DSP0243, "Transport media format": ovf-env.xml in the root of an ISO 9660 image. The label is one that ds-identify knows (is_cdrom_ovf).
  ovf: {
    datasource: 'OVF',
    label: 'OVF-TRANSPORT',
    files: ({ identity, userData }) => ({
      'ovf-env.xml': environmentText({ identity, payload: payloadOf(userData, 'plain') }),
    }),
  },
};
