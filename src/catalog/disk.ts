/** Room for GRUB and the smallest root that is worth making; the builder refuses less. In bytes. */
export const SMALLEST_DISK = 256 * 1024 * 1024;

/** Our rule of thumb, not a measured limit: a system with a kernel takes more than half of it before anything runs. In bytes. */
export const USEFUL_DISK = 2 * 1024 * 1024 * 1024;
