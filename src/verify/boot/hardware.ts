/**
 * Arguments of QEMU for what every machine is made of: nothing that a server at a provider has not. Screen, floppy, keyboard,
 * mouse, CD-ROM and SATA controller each cost an emulated machine time to look for and to write to.
 */
export const HARDWARE: readonly string[] = [
  '-nodefaults',
  ...['-machine', 'q35,sata=off,smbus=off,usb=off,vmport=off,i8042=off,hpet=off'],
  ...['-device', 'virtio-rng-pci'],
  ...['-display', 'none', '-monitor', 'none'],
];
