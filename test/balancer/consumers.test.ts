import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../src/adapters/process.ts';
import type { BalancerFile } from '../../src/balancer/file.ts';
import { balancerFiles, balancerServices } from '../../src/balancer/files.ts';
import { INTERFACE_FILE } from '../../src/balancer/keepalived.ts';
import { balancersOf } from '../../src/balancer/machines.ts';
import { haproxyWord } from '../../src/text/haproxy.ts';
import { keepalivedWord } from '../../src/text/keepalived.ts';
import { ROOT } from '../support/programs.ts';
import { nastyText, randomFrom, SEED } from '../support/random.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { makeAuthority } from './authority.ts';
import { CASES, pieces, SECRETS } from './clusters.ts';
import type { Sentence, Verdict } from './judge.ts';

const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** What first boot adds where the cluster names no interface. */
function withInterface(files: readonly BalancerFile[]): readonly BalancerFile[] {
  if (files.some(({ path }) => path === INTERFACE_FILE)) return files;
  const text = '$INTERFACE=eth0\n';
  return [
    ...files,
    { path: INTERFACE_FILE, mode: '0644', owner: 'root', group: 'root', text, secret: false },
  ];
}

/** Namespaces of its own: nothing of this machine is changed, and nothing is left. */
async function judge(folder: string, sentences: readonly Sentence[]): Promise<Verdict[]> {
  const file = join(folder, 'sentences.json');
  writeFileSync(file, JSON.stringify(sentences));
  const { stdout } = await run(
    'unshare',
    [...NAMESPACES, process.execPath, '--import', 'tsx', join(ROOT, 'test/balancer/judge.ts'), file],
    { cwd: ROOT, timeoutMs: 120_000 },
  );
  return JSON.parse(stdout) as Verdict[];
}

function sentencesOf(ca: string): Sentence[] {
  return Object.entries(CASES).flatMap(([name, { cluster, hasCa }]) =>
    balancersOf(cluster).map((machine) => ({
      name: `${name}/${machine.name}`,
      files: withInterface(
        balancerFiles(cluster, machine.name, { secrets: SECRETS, ...(hasCa ? { ca } : {}) }, pieces),
      ),
      checks: balancerServices(cluster).map(({ check }) => check),
    })),
  );
}

test('haproxy, keepalived and nginx take every configuration, without a warning', async (t) => {
  await inTempFolder(async (folder) => {
    const sentences = sentencesOf((await makeAuthority(folder)).ca);
    const verdicts = await judge(folder, sentences);
    for (const { name, check, code, output } of verdicts) {
      assert.equal(code, 0, `${name}: ${check}\n${output}`);
      assert.doesNotMatch(output, /warn|alert|unknown/i, `${name}: ${check}`);
    }
    const tools = new Set(verdicts.map(({ check }) => check.split(' ')[0]));
    assert.deepEqual([...tools].sort(), ['haproxy', 'keepalived', 'nginx']);
    t.diagnostic(`${sentences.length} machines, ${verdicts.length} verdicts`);
  });
});

test('the same programs refuse a configuration that is wrong', async () => {
  await inTempFolder(async (folder) => {
    const { ca } = await makeAuthority(folder);
    const broken = sentencesOf(ca).map((sentence) => ({
      ...sentence,
      files: sentence.files.map((file) => ({
        ...file,
        text: file.text
          .replace('timeout check', 'timeout chek')
          .replace('virtual_router_id', 'virtual_router_id 0\n    oops')
          .replace('least_conn', 'least_con'),
      })),
    }));
    for (const { name, check, code } of await judge(folder, broken))
      assert.ok(code !== null && code > 0, `${name}: ${check} gave ${code}`);
  });
});

/** Some that mean something to one of the languages, and random ones of such characters. */
function hostileTexts(): string[] {
  const random = randomFrom(SEED);
  const known = [
    `a'b"c\\d$e`,
    '# x',
    '$HOME',
    '"${HOME}"',
    'a b',
    '!x y',
    '{x}',
    'x:y',
    '-',
    ' x ',
    "'",
    '%',
  ];
  return [...known, ...Array.from({ length: 60 }, () => nastyText(random))].filter((text) => text !== '');
}

/** What a quoting function makes of each, without those that it refuses. */
function quoted(quote: (text: string) => string): Map<string, string> {
  const taken = new Map<string, string>();
  for (const text of hostileTexts()) {
    try {
      taken.set(text, quote(text));
    } catch {
      // That these are refused, and how, is in texts.test.ts.
    }
  }
  return taken;
}

test('haproxy lets people in by exactly the password that was meant', async (t) => {
  await inTempFolder(async (folder) => {
    const passwords = [...quoted((text) => haproxyWord(`admin:${text}`))];
    assert.ok(passwords.length >= 20, String(passwords.length));
    const listens = passwords.map(
      ([, word], i) =>
        `listen n${i}\n    mode http\n    bind unix@${folder}/${i}.sock\n    stats enable\n    stats uri /\n    stats auth ${word}\n`,
    );
    const timeouts = ['connect', 'client', 'server'].map((what) => `    timeout ${what} 5s\n`).join('');
    const config = join(folder, 'haproxy.cfg');
    writeFileSync(config, `defaults\n${timeouts}${listens.join('')}`);
    const stop = new AbortController();
    const running = run('haproxy', ['-db', '-f', config], { signal: stop.signal }).catch(
      (error: Error) => error,
    );
    try {
      const gone = running.then((how) => assert.fail(`haproxy has ended: ${JSON.stringify(how)}`));
      gone.catch(() => undefined);
      while (!existsSync(join(folder, `${passwords.length - 1}.sock`))) await Promise.race([sleep(50), gone]);
      for (const [i, [password]] of passwords.entries()) {
        const status = async (user: string): Promise<string> => {
          const header = `Authorization: Basic ${Buffer.from(user).toString('base64')}`;
          const socket = join(folder, `${i}.sock`);
          const args = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--unix-socket', socket, '-H', header];
          return (await run('curl', [...args, 'http://stats/'])).stdout;
        };
        assert.equal(await status(`admin:${password}`), '200', `SEED=${SEED} ${JSON.stringify(password)}`);
        assert.equal(await status(`admin:${password}x`), '401', `SEED=${SEED} ${JSON.stringify(password)}`);
      }
    } finally {
      stop.abort();
      await running;
    }
    t.diagnostic(`${passwords.length} passwords, SEED=${SEED}`);
  });
});

test('keepalived has exactly the password that was meant', async (t) => {
  await inTempFolder(async (folder) => {
    // It carries 8 characters; blanks at an end of the line it prints can't be told from none.
    const passwords = [...quoted((text) => keepalivedWord(text.slice(0, 8).trim()))];
    assert.ok(passwords.length >= 5, String(passwords.length));
    const instances = passwords.map(
      ([, word], i) =>
        `vrrp_instance n${i} {\n state BACKUP\n interface eth0\n virtual_router_id ${i + 1}\n priority 9\n authentication {\n auth_type PASS\n auth_pass ${word}\n }\n virtual_ipaddress {\n 10.9.9.${i + 1}/32\n }\n}\n`,
    );
    const config = join(folder, 'keepalived.conf');
    writeFileSync(config, instances.join(''));
    const script =
      'mount -t tmpfs t /run && ip link add eth0 type veth peer name p && ip link set p up && ip link set eth0 up && timeout -s INT 2 keepalived -P -n -l -d -f "$1" || [ $? = 124 ]';
    const { stdout, stderr } = await run('unshare', [...NAMESPACES, 'bash', '-c', script, 'bash', config]);
    const found = [...`${stdout}${stderr}`.matchAll(/ {2}Password = (.*)/g)].map(([, text = '']) => text);
    assert.deepEqual(
      found,
      passwords.map(([text]) => text.slice(0, 8).trim()),
      `SEED=${SEED}`,
    );
    t.diagnostic(`${passwords.length} passwords, SEED=${SEED}`);
  });
});

test('the check script passes ShellCheck', async () => {
  await run('shellcheck', [join(ROOT, 'userdata/balancer/check-balancer')]);
});

const OK = 'HTTP/1.0 200 OK\r\n\r\n';
const BAD = 'HTTP/1.1 503 Service Unavailable\r\n\r\n';

for (const [what, answers, code] of [
  ['alive', { '/alive': OK }, 0],
  ['alive', { '/alive': BAD, '/masters': OK }, 1],
  ['alive', { '/alive': '' }, 1],
  ['alive', {}, 1],
  ['masters', { '/masters': OK }, 0],
  ['masters', { '/masters': BAD }, 1],
  ['masters', {}, 1],
] as const) {
  const said = Object.entries(answers).map(([path, text]) => `${path}: ${text.trim() || 'nothing'}`);
  test(`check-balancer ${what} of one that says ${said.join(', ') || 'good-bye'} ends with ${code}`, async () => {
    const questions = new Map(
      Object.entries(answers).map(([path, text]) => [`GET ${path} HTTP/1.0\r\n\r\n`, text]),
    );
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      let question = '';
      socket.on('data', (chunk) => {
        // Bash writes line by line.
        question += String(chunk);
        if (!question.endsWith('\r\n\r\n')) return;
        const answer = questions.get(question);
        if (answer === undefined) socket.destroy();
        else socket.write(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      assert.equal(await checkBalancer(what, String(port), '6443', '-', PEER), code);
    } finally {
      server.close();
    }
    assert.equal(await checkBalancer('alive', String(port)), 1, 'nobody listens');
  });
}

test('a balancer that knows of no master keeps the address where no other knows of one', async () => {
  assert.equal(await checkBalancer('masters', '1', '6443', '-', '10.0.0.9'), 0);
});

/** A balancer through which a master answers; none does through any other. */
const PEER = '10.0.0.2';
const CURL = `#!/bin/sh
case "$*" in *::${PEER}:6443*) ;; *) exit 7 ;; esac
`;

async function checkBalancer(...words: readonly string[]): Promise<number> {
  return inTempFolder(async (folder) => {
    writeFileSync(join(folder, 'curl'), CURL, { mode: 0o755 });
    const check = ['bash', join(ROOT, 'userdata/balancer/check-balancer'), ...words];
    const options = { okCodes: [0, 1], timeoutMs: 10_000 };
    const { exitCode, stderr } = await run('env', [`PATH=${folder}:/usr/bin:/bin`, ...check], options);
    assert.equal(stderr, '');
    return exitCode;
  });
}
