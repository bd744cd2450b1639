/** Room for GRUB and the smallest root that is worth making; the builder refuses less. In bytes. */
export const SMALLEST_DISK = 256 * 1024 * 1024;

/** Disks of the vendors' own cloud images, which can grow and not shrink. Source: the image's virtual size (2026-05). In bytes. */
export const VENDOR_DISK = { debian: 0, ubuntu: 0, rocky: 10 * 1024 * 1024 * 1024 } as const;

/** Our rule of thumb, not a measured limit: a system with a kernel takes more than half of it before anything runs. In bytes. */
export const USEFUL_DISK = 2 * 1024 * 1024 * 1024;
