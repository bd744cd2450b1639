import { vmxLine } from '../text/vmx.ts';
import type { Form } from './form.ts';
import { guestinfo } from './guestinfo.ts';

export const vmx: Form = {
  title: 'lines of a .vmx file',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: (input) =>
    guestinfo(input)
      .map(([name, value]) => vmxLine(name, value))
      .join(''),
};
