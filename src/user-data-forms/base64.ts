import type { Form } from './form.ts';

/** Nothing stands behind the one line: Hetzner's source takes a line break for a sign that it is no base64. */
export const base64: Form = {
  title: 'one line of base64, gzipped where the platform is known to take that',
  payloads: ['gzip', 'plain', 'mime+gzip'],
  carries: 'base64',
  bringsIdentity: false,
  write: ({ payload }) => payload.bytes.toString('base64'),
};
