import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Why an address gave nothing; `undefined` when it answered as it should. Follows up to five redirects. Rejects when `signal` is aborted. */
export async function whyUnreachable(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await get(url, AbortSignal.any([signal, AbortSignal.timeout(10_000)]));
    await response.body.dump();
    return response.statusCode < 400 ? undefined : `it answers ${response.statusCode}`;
  } catch (error) {
    // Called off, which says nothing of the address.
    signal.throwIfAborted();
    return reasonOf(error);
  }
}

/**
 * Fetches `url` into `path`, whole and with the sha256 that is expected, or not at all.
 * Rejects with an Error whose message says what went wrong.
 */
export async function download(
  url: string,
  path: string,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  try {
    const response = await get(url, signal);
    if (response.statusCode !== 200) throw new Error(`it answers ${response.statusCode}`);
    await pipeline(
      response.body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path),
      { signal },
    );
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`its sha256 is ${found}, not ${sha256}; nothing of it is used`);
  } catch (error) {
    await rm(path, { force: true });
    throw new Error(`can’t fetch ${url}: ${reasonOf(error)}`, { cause: error });
  }
}

async function get(url: string, signal: AbortSignal) {
  // Loaded when something is fetched: most bakes fetch nothing themselves.
  const { EnvHttpProxyAgent, request } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  let at = url;
  for (let redirects = 0; redirects <= 5; redirects++) {
    const response = await request(at, { dispatcher, signal });
    const { location } = response.headers;
    if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string')
      return response;
    await response.body.dump();
    at = new URL(location, at).href;
  }
  throw new Error('more than five redirects');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within 10 seconds';
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN'
    ? 'its name can’t be resolved'
    : code === 'ECONNREFUSED'
      ? 'the connection is refused'
      : error.message;
}
