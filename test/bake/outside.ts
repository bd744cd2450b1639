/**
 * outside.ts ADDRESS LOGIN: what machines without a way out find at an address of their network. On port 3128 a proxy for who knows the
 * login, which answers http:// requests itself and reaches nobody for https:// ones; on port 80 a server. Answers are in $PAGES, by
 * URL. Each request is a line of JSON on standard output, after a first line that says `listening`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request that was seen. */
export interface Asked {
  readonly by: 'proxy' | 'server';
  /** Address of who asked. */
  readonly from: string;
  /** Method, and URL or host and port. */
  readonly what: string;
  /** Whether it came with the proxy's login. */
  readonly isKnown: boolean;
}

const [, , address = '', login = ''] = process.argv;
const pages = JSON.parse(process.env['PAGES'] ?? '{}') as Record<string, string>;

/** Resolves to whether who asks is known. */
function tell(by: Asked['by'], what: string, { headers, socket }: IncomingMessage): boolean {
  const isKnown = headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
  console.log(JSON.stringify({ by, from: socket.remoteAddress ?? '', what, isKnown } satisfies Asked));
  return isKnown;
}

function answer(url: string, response: ServerResponse): void {
  const page = pages[url];
  response.writeHead(page === undefined ? 404 : 200).end(page);
}

const proxy = createServer((request, response) => {
  const { method = '', url = '' } = request;
  if (tell('proxy', `${method} ${url}`, request)) answer(url, response);
  else response.writeHead(407, { 'proxy-authenticate': 'Basic realm="outside"' }).end();
}).on('connect', (request: IncomingMessage, socket: NodeJS.WritableStream) => {
  const isKnown = tell('proxy', `CONNECT ${request.url}`, request);
  socket.end(`HTTP/1.1 ${isKnown ? '502 Bad Gateway' : '407 Proxy Authentication Required'}\r\n\r\n`);
});
const server = createServer((request, response) => {
  const url = `http://${request.headers.host}${request.url}`;
  tell('server', `${request.method} ${url}`, request);
  answer(url, response);
});

await new Promise<void>((resolve) => proxy.listen(3128, address, resolve));
await new Promise<void>((resolve) => server.listen(80, address, resolve));
console.log('listening');
