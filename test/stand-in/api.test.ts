import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const CLIENT = `
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from https import Api, tls_context
api = Api("https://127.0.0.1:" + sys.argv[2], tls_context(insecure=True))
for method in sys.argv[3:]:
    code, text = api.send(method, "/" + method, {} if method == "POST" else None)
    print(method, code, text)
`;

for (const [what, hangsUp, methods, connections] of [
  ['kept for what may be asked twice', false, ['GET', 'GET', 'PUT'], 1],
  ['opened anew where the server has hung up', true, ['GET', 'GET', 'PUT'], 3],
  ['not kept for what must not be done twice', false, ['GET', 'POST', 'GET'], 2],
] as const) {
  test(`the stand-ins’ connection is ${what}`, async () => {
    await inTempFolder(async (folder) => {
      const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
      const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      await run('openssl', [...request, '-subj', '/CN=test', '-keyout', key, '-out', cert]);
      const asked: string[] = [];
      let opened = 0;
      const server = createServer(
        { key: readFileSync(key), cert: readFileSync(cert) },
        (question, answer) => {
          asked.push(question.method ?? '');
          answer.end('ok', () => {
            if (hangsUp) question.socket.destroy();
          });
        },
      );
      const sockets: Socket[] = [];
      server.on('secureConnection', (socket: Socket) => {
        opened += 1;
        sockets.push(socket);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const port = String((server.address() as AddressInfo).port);
        const library = join(ROOT, 'userdata/stand-in/lib');
        const { stdout } = await run('python3', ['-c', CLIENT, library, port, ...methods], {
          timeoutMs: 20_000,
        });
        assert.equal(stdout, methods.map((method) => `${method} 200 ok`).join('\n'));
        assert.deepEqual(asked, methods, 'each is asked once');
        assert.equal(opened, connections);
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    });
  });
}
