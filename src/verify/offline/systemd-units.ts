import { type ImageReader, readText } from '../image/reader.ts';

/**
 * What `systemctl is-enabled` would say, as far as files tell it (systemctl(1), systemd.unit(5)):
 * `enabled`: something starts it (a link in a .wants or .requires directory), or an alias of it is set;
 * `masked`: its file is a link to /dev/null, or empty;
 * `static`: it has no [Install] section, so there is nothing to enable;
 * `disabled`: it could be enabled and is not.
 */
export type UnitState = 'enabled' | 'masked' | 'static' | 'disabled' | 'not-found';

/** In order of precedence; on a merged-/usr system the last two are one. */
const UNIT_PATH = [
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** Links that start units, collected once for an image. */
export interface UnitLinks {
  /** Unit names that a .wants or .requires directory links to, under either of the link's two names. */
  readonly started: ReadonlySet<string>;
  /** Target unit name to the alias names that /etc/systemd/system gives it. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** Reads all links once, since a plan asks for many units. */
export async function readUnitLinks(reader: ImageReader): Promise<UnitLinks> {
  const started = new Set<string>();
  const aliases = new Map<string, string[]>();
  for (const directory of UNIT_PATH) {
    for (const name of await reader.list(directory)) {
      const path = `${directory}/${name}`;
      if (/\.(wants|requires|upholds)$/.test(name)) {
        for (const unit of await reader.list(path)) {
          started.add(unit);
          const target = await reader.readLink(`${path}/${unit}`);
          // A link from an instance to its template starts that instance only.
          if (target !== undefined && !target.includes('@.')) started.add(baseName(target));
        }
        continue;
      }
      const target = directory === UNIT_PATH[0] ? await reader.readLink(path) : undefined;
      if (target === undefined || target === '/dev/null' || baseName(target) === name) continue;
      aliases.set(baseName(target), [...(aliases.get(baseName(target)) ?? []), name]);
    }
  }
  return { started, aliases };
}

/** The state of one unit, `containerd.service`; aliases are followed to the unit they stand for. */
export async function unitState(reader: ImageReader, links: UnitLinks, unit: string): Promise<UnitState> {
  const found = await findUnit(reader, unit);
  if (found === undefined) return 'not-found';
  if (found.masked) return 'masked';
  const names = [unit, found.name];
  if (names.some((name) => links.started.has(name))) return 'enabled';
  if (names.some((name) => links.aliases.has(name))) return 'enabled';
  return /^\s*(WantedBy|RequiredBy|UpheldBy|Also|Alias)\s*=\s*\S/m.test(found.text) ? 'disabled' : 'static';
}

interface UnitFile {
  readonly name: string;
  readonly text: string;
  readonly masked: boolean;
}

async function findUnit(reader: ImageReader, unit: string): Promise<UnitFile | undefined> {
  // foo@bar.service is made from foo@.service unless it has a file of its own.
  const template = unit.replace(/@[^@]+(?=\.[a-z]+$)/, '@');
  for (const name of template === unit ? [unit] : [unit, template]) {
    for (const directory of UNIT_PATH) {
      const path = `${directory}/${name}`;
      if (!(await reader.lstat(path))) continue;
      const target = await reader.readLink(path);
      if (target === '/dev/null') return { name, text: '', masked: true };
      const text = await readText(reader, path);
      if (text === undefined) continue;
      return { name: target === undefined ? name : baseName(target), text, masked: text === '' };
    }
  }
  return undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
