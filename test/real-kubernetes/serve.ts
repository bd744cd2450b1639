import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/adapters/process.ts';

/** As build.sh writes it into the profiles. */
const PORT = 21202;

/** Builds real Kubernetes where it is not in the cache yet; returns its folder. Minutes the first time. */
export async function buildKubernetes(onLine?: (line: string) => void): Promise<string> {
  const script = fileURLToPath(new URL('build.sh', import.meta.url));
  const { stdout } = await run('bash', [script], onLine ? { onLine } : {});
  return stdout.trim();
}

/**
 * Serves the package repository at the address that the profiles name, on the loopback interface only. Where another
 * process serves it already, that one's is as good; when it ends, ours takes over.
 */
export async function serveKubernetes(kit: string): Promise<{ readonly close: () => Promise<void> }> {
  const repository = join(kit, 'repository');
  let isClosed = false;
  const server = createServer((request, response) => {
    void (async () => {
      const file = join(repository, normalize(new URL(request.url ?? '/', 'http://localhost').pathname));
      const size = await stat(file).then(
        (found) => (found.isFile() ? found.size : undefined),
        () => undefined,
      );
      if (size === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': size });
      await pipeline(createReadStream(file), response).catch(() => response.destroy());
    })();
  });
  const takeOver = async (): Promise<void> => {
    while (!isClosed && !(await listens(server))) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  if (!(await listens(server))) void takeOver();
  return {
    close: async () => {
      isClosed = true;
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the port was free; throws what else goes wrong. */
async function listens(server: Server): Promise<boolean> {
  server.listen(PORT, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}
