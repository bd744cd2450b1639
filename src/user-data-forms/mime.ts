import type { Form } from './form.ts';

export const mime: Form = {
  title: 'a MIME message, to which parts of your own can be added',
  payloads: ['mime', 'mime+gzip'],
  carries: 'text',
  bringsIdentity: false,
  write: ({ payload }) => payload.bytes.toString(),
};
