import { type ImageReader, readText } from '../image/reader.ts';

/** One package as /var/lib/dpkg/status tells of it (deb822; Status is "selection flag state", dpkg(1)). */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly installed: boolean;
  /** The wish `hold`: apt and unattended-upgrades leave the package alone. */
  readonly held: boolean;
}

/** Every package that dpkg knows, removed ones with left-over configuration included; undefined of a system that has RPMs instead. */
export async function readDpkgStatus(reader: ImageReader): Promise<readonly DpkgPackage[] | undefined> {
  const text = await readText(reader, '/var/lib/dpkg/status');
  if (text === undefined) return (await hasRpms(reader)) ? undefined : [];
  return text.split(/\n\n+/).flatMap((stanza) => {
    const name = field(stanza, 'Package');
    if (name === undefined) return [];
    const [selection, , state] = (field(stanza, 'Status') ?? '').split(' ');
    return {
      name,
      version: field(stanza, 'Version') ?? '',
      architecture: field(stanza, 'Architecture') ?? '',
      installed: state === 'installed',
      held: selection === 'hold',
    };
  });
}

/** Where rpm has its database (rpm's macro _dbpath; the second in Fedora and openSUSE). */
const hasRpms = async (reader: ImageReader): Promise<boolean> =>
  Boolean((await reader.stat('/var/lib/rpm')) ?? (await reader.stat('/usr/lib/sysimage/rpm')));

function field(stanza: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, 'm').exec(stanza)?.[1];
}
