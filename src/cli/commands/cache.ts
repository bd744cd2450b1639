import { listCache, pruneCache, verifyCache } from '../../build/local/cache.ts';
import { formatSize } from '../../units/size.ts';
import { cacheFolder, cacheLimit, thisHost } from '../cache-folder.ts';
import { EXIT, Stop, type Io } from '../io.ts';

export interface CacheOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `bake cache list|prune|verify`. */
export async function cacheCommand(action: string, options: CacheOptions, io: Io): Promise<void> {
  const folder = cacheFolder(io);
  const host = thisHost(io);
  const print = (value: unknown, lines: readonly string[]): void =>
    io.out(options.json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
  switch (action) {
    case 'list': {
      const entries = await listCache(host, folder);
      const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
      const lines = entries.map(
        ({ id, kind, name, bytes, lastUsed }) =>
          `${id.slice(0, 12)}  ${(kind === 'partial' ? `${name} (unfinished)` : name).padEnd(24)}${formatSize(bytes).padStart(9)}  last used ${new Date(lastUsed).toISOString().slice(0, 16).replace('T', ' ')}`,
      );
      print({ folder, limit: cacheLimit(io), entries }, [
        ...lines,
        `${folder}: ${formatSize(total)} of at most ${formatSize(cacheLimit(io))}`,
      ]);
      return;
    }
    case 'prune': {
      const removed = await pruneCache(host, folder, options.all ? 0 : cacheLimit(io));
      const total = removed.reduce((sum, { bytes }) => sum + bytes, 0);
      print({ removed }, [
        `removed ${removed.length} ${removed.length === 1 ? 'entry' : 'entries'}, ${formatSize(total)}`,
      ]);
      return;
    }
    case 'verify': {
      const verdicts = await verifyCache(host, folder);
      print(
        verdicts,
        verdicts.map(
          ({ id, name, sound, reason, removed }) =>
            `${id.slice(0, 12)}  ${name.padEnd(12)}${sound ? 'sound' : `DAMAGED, ${removed ? 'removed' : 'in use and kept'}: ${reason ?? ''}`}`,
        ),
      );
      if (verdicts.some(({ sound, removed }) => !sound && !removed))
        throw new Stop(
          EXIT.tool,
          'a bake is using what is damaged; say `bake cache verify` again when it has ended',
        );
      if (verdicts.some(({ sound }) => !sound))
        throw new Stop(EXIT.tool, 'what was damaged is removed; the next bake that needs it makes it again');
      return;
    }
    default:
      throw new Stop(EXIT.usage, `there is no \`bake cache ${action}\`; there are list, prune and verify`);
  }
}
