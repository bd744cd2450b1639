import type { SecretText } from '../secrets/secret-text.ts';
import { xmlText } from '../text/xml.ts';
import type { Form, FormInput } from './form.ts';
import { ovfProperties } from './ovf.ts';

/** DSP0243 (Open Virtualization Format Specification 1.1), section 11, "OVF environment document". */
const ENVIRONMENT = 'http://schemas.dmtf.org/ovf/environment/1';

export const ovfEnv: Form = {
  title: 'the environment document of OVF (ovf-env.xml)',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: environmentText,
};

/** The document, as a hypervisor would make it of the properties of an OVF. */
export function environmentText(input: Pick<FormInput, 'identity' | 'payload'>): SecretText {
  return xmlText(
    {
      name: 'Environment',
      attributes: { 'oe:id': '' },
      content: [
        {
          name: 'PropertySection',
          content: Object.entries(ovfProperties(input)).map(([key, value]) => ({
            name: 'Property',
            attributes: { 'oe:key': key, 'oe:value': value },
          })),
        },
      ],
    },
    { '': ENVIRONMENT, oe: ENVIRONMENT },
  );
}
