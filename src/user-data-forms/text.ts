import type { Form } from './form.ts';

export const text: Form = {
  title: 'text; a MIME message with a gzipped part where the field is too small for it',
  payloads: ['plain', 'mime+gzip'],
  carries: 'text',
  bringsIdentity: false,
  write: ({ payload }) => payload.bytes.toString(),
};
