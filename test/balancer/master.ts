/**
 * master.ts NAME ADDRESS KEY CERTIFICATE NOT-READY: in place of an API server. Answers /readyz over TLS, with 500 while the file
 * NOT-READY exists, and to whatever else is said, its name. Prints when each connection of a client first spoke (ms since 1970).
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:tls';

const [name = '', host = '', key = '', cert = '', notReady = ''] = process.argv.slice(2);
const options = { key: readFileSync(key), cert: readFileSync(cert) };
createServer(options, (socket) => {
  let known = false;
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const text = String(data);
    if (text.startsWith('GET /readyz')) {
      const status = existsSync(notReady) ? '500 Internal Server Error' : '200 OK';
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    if (!known) console.log(Date.now());
    known = true;
    socket.write(name);
  });
}).listen({ host, port: 6443, backlog: 4096 }, () => console.log('listening'));
