import { defineStep } from './kind.ts';

/**
 * Takes away what must not be the same on two machines, and what nobody needs: identity, keys, logs, caches
 * (facts: image-builder's sysprep role, cloud-init's `clean`). The last step of an image; never run on a machine.
 */
export type SealInput = Readonly<Record<string, never>>;

export const seal = defineStep<SealInput>({
  title: () => 'seal the image',
  shell: () => 'bake_seal',
  // What sealing promises is checked on the image itself (src/verify/offline/hygiene-rules.ts): a booted machine has an identity again.
  checks: () => [],
  imageOnly: () => true,
});
