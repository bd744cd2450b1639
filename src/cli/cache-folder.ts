import { join } from 'node:path';
import { run } from '../adapters/process.ts';
import { DEFAULT_LIMIT_BYTES, parseLimit } from '../build/local/cache.ts';
import type { Host } from '../build/local/host.ts';
import { EXIT, Stop, type Io } from './io.ts';

/** `$XDG_CACHE_HOME/bake`, or `~/.cache/bake` (XDG Base Directory Specification). */
export function cacheFolder({ env }: Io): string {
  const home = env['XDG_CACHE_HOME'];
  return join(
    home !== undefined && home.startsWith('/') ? home : join(env['HOME'] ?? '/root', '.cache'),
    'bake',
  );
}

/** BAKE_CACHE_LIMIT, or 20 GiB. */
export function cacheLimit({ env }: Io): number {
  const text = env['BAKE_CACHE_LIMIT'];
  if (text === undefined || text === '') return DEFAULT_LIMIT_BYTES;
  const limit = parseLimit(text);
  if (limit === undefined)
    throw new Stop(
      EXIT.usage,
      `BAKE_CACHE_LIMIT is ${JSON.stringify(text)}; it must be a size such as 10GiB`,
    );
  return limit;
}

export function thisHost({ env }: Io): Host {
  return { run, pid: process.pid, env, now: Date.now };
}
