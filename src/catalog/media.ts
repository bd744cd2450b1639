/** Media that `bake seed` writes, by the source of cloud-init that reads them. */
export const MEDIUM_NAMES = ['nocloud', 'config-drive', 'ovf'] as const;
export type MediumName = (typeof MEDIUM_NAMES)[number];
