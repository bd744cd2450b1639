import { createHash } from 'node:crypto';

/** Every identifier on a disk. UUIDs in lower case; `espVolumeId` is eight upper-case hex digits. */
export interface DiskIdentity {
  readonly disk: string;
  readonly biosBoot: string;
  readonly esp: string;
  readonly root: string;
  readonly rootFs: string;
  readonly rootHashSeed: string;
  readonly espVolumeId: string;
}

/** Identifiers that depend on nothing but `seed` (the plan's hash), so that the same plan gives the same disk. */
export function diskIdentity(seed: string): DiskIdentity {
  return {
    disk: uuid(seed, 'disk'),
    biosBoot: uuid(seed, 'bios-boot'),
    esp: uuid(seed, 'esp'),
    root: uuid(seed, 'root'),
    rootFs: uuid(seed, 'root-fs'),
    rootHashSeed: uuid(seed, 'root-hash-seed'),
    espVolumeId: digest(seed, 'esp-volume').toString('hex', 0, 4).toUpperCase(),
  };
}

/** An RFC 9562 version 8 UUID: the version for values derived in one's own way. */
export function uuid(seed: string, name: string): string {
  const bytes = digest(seed, name).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function digest(seed: string, name: string): Buffer {
  return createHash('sha256').update(`${name}\0${seed}`).digest();
}
