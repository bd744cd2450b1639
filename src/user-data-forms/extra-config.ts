import type { Form } from './form.ts';
import { guestinfo } from './guestinfo.ts';

export const extraConfig: Form = {
  title: 'JSON: key and value of each advanced parameter',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: (input) =>
    `${JSON.stringify(
      guestinfo(input).map(([key, value]) => ({ key, value })),
      null,
      2,
    )}\n`,
};
