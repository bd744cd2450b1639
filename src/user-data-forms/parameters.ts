import type { Form } from './form.ts';
import { guestinfo } from './guestinfo.ts';

/** A name, its value below it, an empty line: three clicks select a value whole. */
export const parameters: Form = {
  title: 'names and values of advanced parameters, to paste one by one',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: true,
  write: (input) =>
    guestinfo(input)
      .map(([name, value]) => `${name}\n${value}\n`)
      .join('\n'),
};
