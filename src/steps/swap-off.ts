import { defineStep } from './kind.ts';

/** No swap by any mechanism: fstab, swap files, swap units (also generated ones), zram. */
export type SwapOffInput = Readonly<Record<string, never>>;

export const swapOff = defineStep<SwapOffInput>({
  title: () => 'turn swap off for good',
  shell: () => 'bake_swap_off',
  checks: () => [
    { check: 'swap-off' },
    ...['swap.target', 'zramswap.service', 'zram-config.service'].map((unit) => ({
      check: 'service' as const,
      unit,
      masked: true,
    })),
    { check: 'file', path: '/etc/fstab', exists: true, withoutLines: ['^[^#]*[[:space:]]swap[[:space:]]'] },
    { check: 'file', path: '/swap.img', exists: false },
    { check: 'file', path: '/swapfile', exists: false },
    { check: 'file', path: '/etc/systemd/zram-generator.conf', exists: true, withoutLines: ['^\\[zram'] },
  ],
});
