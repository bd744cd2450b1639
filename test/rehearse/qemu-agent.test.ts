import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { Channel } from '../../src/rehearse/qemu/channel.ts';
import { AGENT } from '../../src/rehearse/qemu/guest.ts';

/** The agent itself, by the real bash; a socket takes the place of the port of a virtual machine. */
describe('the agent in virtual machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bake-test-agent-'));
  const socket = join(folder, 'socket');
  // The agent opens the port anew when it has ended; this one is open for good.
  const script = AGENT.replace('exec 3<>"$port"', 'exec 3<&4');
  const agent = spawn('bash', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit', 'ignore', 'pipe'] });
  const port = agent.stdio[4] as Duplex;
  const server = createServer((line) => line.pipe(port).pipe(line));
  let channel: Channel;

  before(
    async () => {
      server.listen(socket);
      await once(server, 'listening');
      channel = await Channel.open(socket);
    },
    { timeout: 10_000 },
  );

  after(async () => {
    channel.close();
    server.close();
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    rmSync(folder, { recursive: true });
  });

  const place = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('reads files as they are', async () => {
    const texts = [
      '',
      'no newline at the end',
      'a\ttab, a \\n that is none, a \\\\\n\n',
      'long\n'.repeat(2000),
      'ärger\n',
    ];
    const paths = texts.map((text, index) => place(`file-${index}`, text));
    paths.splice(2, 0, join(folder, 'missing'));
    const answer = await channel.files(paths);
    assert.deepEqual(answer, [texts[0], texts[1], undefined, ...texts.slice(2)]);
  });

  it('runs scripts, with their output and exit code, several at once', async () => {
    const long = await channel.run('seq 1 20000', 10_000);
    assert.equal(long.exitCode, 0);
    assert.equal(long.stdout.split('\n').length, 20_001);
    const all = await Promise.all(
      [3, 4, 5].map((code) => channel.run(`echo out ${code}; echo err ${code} >&2; exit ${code}`, 10_000)),
    );
    for (const [index, result] of all.entries()) {
      const code = index + 3;
      assert.deepEqual(result, { exitCode: code, stdout: `out ${code}\n`, stderr: `err ${code}\n` });
    }
  });

  it('ends a script whose time is over, and answers others meanwhile', async () => {
    const slow = channel.run('sleep 60', 1000);
    const path = place('meanwhile', 'here');
    assert.deepEqual(await channel.files([path]), ['here']);
    assert.equal((await slow).exitCode, 124);
  });
});
