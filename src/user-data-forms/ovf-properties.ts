import type { Form } from './form.ts';
import { ovfProperties } from './ovf.ts';

/** Options of `govc import.ova` (govc’s documentation, import.spec): what is not in them stays as the OVA has it. */
export const ovfPropertiesForm: Form = {
  title: 'properties to import an OVA with, as JSON for govc',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: (input) =>
    `${JSON.stringify(
      {
        ...(input.identity ? { Name: input.identity.hostname } : {}),
        PropertyMapping: Object.entries(ovfProperties(input)).map(([Key, Value]) => ({ Key, Value })),
      },
      null,
      2,
    )}\n`,
};
