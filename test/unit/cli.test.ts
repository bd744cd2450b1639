import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/run.ts';
import { CODES } from '../../src/diagnostics/codes.ts';
import { parsePlan } from '../../src/plan/make-plan.ts';
import { OS_IDS } from '../../src/profile/schema.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const ARTIFACTS = ['goss.yaml', 'plan.json', 'provision.sh', 'user-data', 'user-data.stock', 'verify.sh'];
/** With the folder for Packer. */
const WRITTEN = [...ARTIFACTS, 'packer'].sort();
const madeKeyIn = (folder: string): string => `Made a key for builds: ${folder}/packer/qemu/seed/key\n`;

describe('exit codes', () => {
  test('0: fine', () =>
    inTempFolder(async (folder) => {
      const { code, out, err } = await bake(['compile', '--profile', 'worker'], folder);
      assert.equal(code, 0, err);
      assert.equal(err, madeKeyIn('out/worker'));
      assert.match(out, /^worker: \d+ steps, plan [0-9a-f]{12}\n/);
      assert.deepEqual(readdirSync(join(folder, 'out/worker')).sort(), WRITTEN);
    }));

  test('1: what the person wrote is wrong', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'mine.yaml'), 'extends: wroker\n');
      const { code, out, err } = await bake(['compile', '--profile', 'mine.yaml'], folder);
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, /^mine\.yaml:1:10: error\[B301\]/);
      assert.equal(existsSync(join(folder, 'out')), false, 'nothing is written');
    }));

  for (const [what, args] of Object.entries({
    'no profile': ['compile'],
    'nothing at all': [],
    'an unknown command': ['complie'],
    'an unknown option': ['compile', '--porfile', 'worker'],
    'an option without its value': ['compile', '--profile'],
    'a word too much': ['schema', 'extra'],
    'an unknown builder': ['--profile', 'worker', '--builder', 'magic'],
    'an unknown code': ['explain', 'B999'],
    'a seed of no chaos': ['rehearse', '--seed', '7'],
    'a seed that is no number': ['rehearse', '--chaos', '--seed', 'x'],
    'a timeout that is no duration': ['rehearse', '--timeout', 'soon'],
    'a lifetime of the token with another rotation': ['secrets', 'rotate', 'window', '--token-ttl', '2h'],
    'an init window with another rotation': ['secrets', 'rotate', 'token', '--init-window', '2h'],
    'a lifetime that is none, and no file': ['secrets', 'rotate', 'token', '--token-ttl', 'long'],
    'a lifetime that is none, and no cluster file': [
      ...['secrets', 'new', '--cluster', 'no.yaml', '--token-ttl', 'long'],
    ],
    'nowhere to write a seed': ['seed', '--node', 'm1', '--out', ''],
    'nowhere to write user-data': ['userdata', '--node', 'm1', '--out', ''],
    'nowhere to write secrets': ['secrets', 'new', '--name', 'demo', '--out', ''],
  })) {
    test(`2: ${what}`, () =>
      inTempFolder(async (folder) => {
        const { code, err } = await bake(args, folder);
        assert.equal(code, 2, err);
        assert.notEqual(err, '');
        assert.doesNotMatch(err, /\n {4}at /, 'no stack for a slip');
      }));
  }

  for (const [word, hint] of Object.entries({
    complie: 'did you mean "compile"?',
    bak: 'to bake, write bake --profile NAME',
    bake: 'to bake, write bake --profile NAME',
    something: 'there are compile, plan, ',
  })) {
    test(`2: unknown command ${word}`, async () => {
      for (const more of [[], ['--profile', 'worker']]) {
        const { code, out, err } = await bake([word, ...more], '/');
        assert.deepEqual([code, out], [2, '']);
        assert.ok(err.startsWith(`bake: unknown command "${word}"; ${hint}`), err);
      }
    });
  }

  test('3: the machine does not do what was asked', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'out'), 'a file in the place of the folder');
      const { code, err } = await bake(['compile', '--profile', 'worker'], folder);
      assert.equal(code, 3);
      assert.match(err, /^bake: can’t write .*; choose another folder with --out\n$/);
    }));

  // Node's own way of making folders never comes back from /proc.
  for (const args of [
    ['compile', '--profile', 'worker', '--out', '/proc/x'],
    ['--profile', 'worker', '--builder', 'none', '--out', '/proc/x/y'],
    ['init', '/proc/x'],
  ]) {
    test(`3: no folder can be made there: bake ${args.join(' ')}`, { timeout: 20_000 }, () =>
      inTempFolder((folder) => {
        const { status, stderr } = spawnSync(
          process.execPath,
          ['--import', import.meta.resolve('tsx'), MAIN, ...args],
          { cwd: folder, encoding: 'utf8', timeout: 15_000 },
        );
        assert.equal(status, 3, stderr);
        assert.match(
          stderr,
          /^bake: can’t write \/proc\/x: no folder can be made there; choose another folder/,
        );
        return Promise.resolve();
      }),
    );
  }

  test('3: output to a full disk', () =>
    inTempFolder((folder) => {
      for (const args of [['schema'], ['plan', '--json', '--profile', 'no-such']]) {
        const argv = [process.execPath, '--import', import.meta.resolve('tsx'), MAIN, ...args];
        const { status, stderr } = spawnSync('bash', ['-c', '"$@" >/dev/full', 'bash', ...argv], {
          cwd: folder,
          encoding: 'utf8',
        });
        assert.equal(status, 3, stderr);
        assert.match(stderr, /^bake: can’t write to standard output: ENOSPC.*\n$/);
      }
      return Promise.resolve();
    }));

  test('3: the current folder is gone', async (t) => {
    t.mock.method(process, 'cwd', () => {
      throw new Error('ENOENT: no such file or directory, uv_cwd');
    });
    let said = '';
    assert.equal(await runCli(['profiles'], { out: () => undefined, err: (text) => (said += text) }), 3);
    assert.match(said, /^bake: the current folder is not there any more/);
  });

  test('1, as JSON where a machine reads it', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'mine.yaml'), 'extends: wroker\n');
      for (const command of ['plan', 'compile']) {
        const { code, out } = await bake([command, '--json', '--profile', 'mine.yaml'], folder);
        assert.equal(code, 1);
        const said = JSON.parse(out) as { ok: boolean; diagnostics: { code: string }[] };
        assert.deepEqual([said.ok, said.diagnostics[0]?.code], [false, 'B301'], command);
      }
    }));

  test('70: our bug, with its stack', () =>
    inTempFolder(async (folder) => {
      let said = '';
      const code = await runCli(['schema'], {
        cwd: folder,
        out: () => {
          throw new TypeError('made by the test');
        },
        err: (text) => (said += text),
      });
      assert.equal(code, 70);
      assert.match(said, /^bake: this is a bug in bake/);
      assert.match(said, /TypeError: made by the test\n +at /);
    }));
});

describe('compile', () => {
  test('says so when nothing has changed, and writes no byte', () =>
    inTempFolder(async (folder) => {
      const times = (): number[] =>
        ARTIFACTS.map((name) => statSync(join(folder, 'out/worker', name)).mtimeMs);
      await bake(['compile', '--profile', 'worker'], folder);
      const before = times();
      const { out } = await bake(['compile', '--profile', 'worker'], folder);
      assert.match(out, /Nothing has changed\.\n$/);
      assert.deepEqual(times(), before);
    }));
  test('--out, --json', () =>
    inTempFolder(async (folder) => {
      const { code, out, err } = await bake(
        ['compile', '--profile', 'haproxy', '--out', 'x/y', '--json'],
        folder,
      );
      assert.equal(code, 0);
      assert.equal(err, madeKeyIn('x/y/haproxy'));
      const said = JSON.parse(out) as {
        ok: boolean;
        folder: string;
        changed: number;
        plan: { profile: string };
      };
      assert.deepEqual(
        [said.ok, said.plan.profile, said.folder],
        [true, 'haproxy', join(folder, 'x/y/haproxy')],
      );
      assert.deepEqual(readdirSync(said.folder).sort(), WRITTEN);
      const files = readdirSync(said.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      assert.equal(said.changed, files.length - 1, 'all but the key');
    }));
  test('programs may be run, texts not', () =>
    inTempFolder(async (folder) => {
      await bake(['compile', '--profile', 'worker'], folder);
      const modes = Object.fromEntries(
        ARTIFACTS.map((name) => [name, statSync(join(folder, 'out/worker', name)).mode & 0o111]),
      );
      assert.deepEqual(
        Object.keys(modes).filter((name) => modes[name] !== 0),
        ['provision.sh', 'verify.sh'],
      );
    }));
  test('stand-ins are named in all that is said and written', () =>
    inTempFolder(async (folder) => {
      const { out } = await bake(['compile', '--profile', 'worker', '--stand-in'], folder);
      assert.match(out, /STAND-IN/);
      for (const name of ARTIFACTS)
        assert.match(readFileSync(join(folder, 'out/worker', name), 'utf8'), /stand-?in/i, name);
    }));
  test('what --builder none says, too', () =>
    inTempFolder(async (folder) => {
      for (const flags of [[], ['--json'], ['--stand-in']]) {
        const words = ['--profile', 'worker', '--out', 'out', ...flags];
        const none = await bake(['--builder', 'none', ...words], folder);
        assert.match(none.out, /worker/);
        rmSync(join(folder, 'out'), { recursive: true });
        assert.deepEqual(await bake(['compile', ...words], folder), none);
        rmSync(join(folder, 'out'), { recursive: true });
      }
    }));
  test('waits for nobody who bakes into its folder, and changes nothing there', () =>
    inTempFolder(async (folder) => {
      const compile = ['compile', '--profile', 'worker'];
      await bake(compile, folder);
      const out = join(folder, 'out/worker');
      const before = readFileSync(join(out, 'plan.json'), 'utf8');
      const holder = spawn('flock', ['--no-fork', out, 'sh', '-c', 'echo locked; exec sleep 60']);
      try {
        await once(holder.stdout, 'data');
        const other = await bake([...compile, '--stand-in'], folder);
        assert.equal(other.code, 3);
        assert.match(other.err, /another bake is writing to .*out\/worker; wait for it, or .*--out/);
        assert.equal(readFileSync(join(out, 'plan.json'), 'utf8'), before);
        assert.equal((await bake(compile, folder)).code, 0, 'what is there already need not be written');
      } finally {
        const ended = once(holder, 'exit');
        holder.kill();
        await ended;
      }
      assert.equal((await bake([...compile, '--stand-in'], folder)).code, 0);
    }));
  test('--strict makes warnings errors', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'mine.yaml'), "extends: worker\nsystem: { firewall: { engine: 'off' } }\n");
      const relaxed = await bake(['compile', '--profile', 'mine.yaml'], folder);
      assert.equal(relaxed.code, 0);
      assert.match(relaxed.err, /warning\[B504\].*1 warning; /s);
      const strict = await bake(['compile', '--profile', 'mine.yaml', '--strict'], folder);
      assert.equal(strict.code, 1);
      assert.match(strict.err, /error\[B504\].*1 error; /s);
    }));
});

describe('the other commands', () => {
  test('plan', () =>
    inTempFolder(async (folder) => {
      const { code, out } = await bake(['plan', '--profile', 'worker', '--json'], folder);
      assert.equal(code, 0);
      assert.equal(parsePlan(out)?.profile, 'worker');
      assert.deepEqual(readdirSync(folder), [], 'nothing is written');
    }));
  test('profiles', () =>
    inTempFolder(async (folder) => {
      const { code, out } = await bake(['profiles', '--json'], folder);
      assert.equal(code, 0);
      const roles = (JSON.parse(out) as { name: string; role?: string }[]).flatMap(({ name, role }) =>
        role === undefined ? [] : [name],
      );
      assert.deepEqual(roles, ['haproxy', 'master', 'standalone', 'worker']);
    }));
  test('explain', () =>
    inTempFolder(async (folder) => {
      const all = await bake(['explain'], folder);
      assert.equal(all.out.trimEnd().split('\n').length, Object.keys(CODES).length);
      for (const code of Object.keys(CODES))
        assert.equal((await bake(['explain', code.toLowerCase()], folder)).code, 0);
    }));
  test('init makes a project that compiles, and leaves what is there alone', () =>
    inTempFolder(async (folder) => {
      assert.equal((await bake(['init', 'mine'], folder)).code, 0);
      const told = await bake(['init', 'other', '--json'], folder);
      assert.deepEqual(
        (JSON.parse(told.out) as { files: string[] }).files,
        readdirSync(join(folder, 'mine')).sort(),
      );
      for (const role of ['master', 'worker', 'haproxy']) {
        const { code, err } = await bake(
          ['compile', '--profile', `./${role}.yaml`, '--strict'],
          join(folder, 'mine'),
        );
        assert.equal(code, 0, err);
        const text = readFileSync(join(folder, 'mine', `${role}.yaml`), 'utf8');
        for (const os of OS_IDS) assert.ok(text.includes(os), `${role}.yaml has no ${os}`);
      }
      const again = await bake(['init', 'mine'], folder);
      assert.equal(again.code, 1);
      assert.match(again.err, /nothing was written/);
    }));
  for (const [what, dir, code, said] of [
    ['that is a file', 'file', 1, /^bake: .*file is a file, or below one; nothing was written/],
    ['below a file', 'file/mine', 1, /^bake: .*file\/mine is a file, or below one; nothing was written/],
    ['without a name', '', 2, /^bake: say which folder to make: bake init my-cluster/],
  ] as const) {
    test(`init in a folder ${what}`, () =>
      inTempFolder(async (folder) => {
        writeFileSync(join(folder, 'file'), '');
        const done = await bake(['init', dir], folder);
        assert.equal(done.code, code, done.err);
        assert.match(done.err, said);
        assert.deepEqual(readdirSync(folder), ['file']);
      }));
  }
  test('cache list, verify and prune of a cache that can’t be read', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      for (const action of ['list', 'verify', 'prune']) {
        const done = await bake(['cache', action], folder, { XDG_CACHE_HOME: join(folder, 'file') });
        assert.equal(done.code, 3, done.err);
        assert.match(
          done.err,
          /^error: can't read .*file\/bake\/layers: ENOTDIR.*; choose .* XDG_CACHE_HOME\n$/,
        );
      }
    }));
  test('verify wants a time limit that is one', () =>
    inTempFolder(async (folder) => {
      for (const limit of ['soon', '0m', '10']) {
        const { code, err } = await bake(['verify', '--time-limit', limit, 'none.qcow2'], folder);
        assert.equal(code, 2, err);
        assert.match(err, new RegExp(`--time-limit "${limit}" is no time such as 30m`));
      }
      const { code } = await bake(['verify', '--time-limit', '1h30m', 'none.qcow2'], folder);
      assert.equal(code, 1, 'the image is what is missing then');
    }));

  test('verify looks for its image and the plan before it asks for tools', () =>
    inTempFolder(async (folder) => {
      // Nothing can be installed from there either.
      const env = { PATH: folder };
      const none = await bake(['verify', 'none.qcow2'], folder, env);
      assert.deepEqual(none, { code: 1, out: '', err: 'bake: there is no image none.qcow2\n' });
      writeFileSync(join(folder, 'image.qcow2'), '');
      const alone = await bake(['verify', 'image.qcow2'], folder, env);
      assert.equal(alone.code, 1);
      assert.match(alone.err, /^bake: can’t read .*plan\.json; /);
    }));
  test('--version', () =>
    inTempFolder(async (folder) => {
      const { code, out } = await bake(['--version'], folder);
      assert.equal(code, 0);
      assert.match(out, /^\d+\.\d+\.\d+/);
    }));
});

describe('help', async () => {
  const { out: overview } = await bake(['--help'], '/');
  const commands = [...(overview.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');

  test('names the commands', () => {
    for (const name of ['compile', 'plan', 'verify', 'schema', 'init', 'doctor', 'explain', 'profiles'])
      assert.ok(commands.includes(name), name);
  });

  test('bake help COMMAND is bake COMMAND --help', async () => {
    for (const name of ['', ...commands])
      assert.deepEqual(
        await bake(name === '' ? ['help'] : ['help', name], '/'),
        await bake(name === '' ? ['--help'] : [name, '--help'], '/'),
      );
    assert.equal((await bake(['help', 'complie'], '/')).code, 2);
  });

  for (const name of ['', ...commands]) {
    test(`bake ${name} --help has examples, and they run`, () =>
      inTempFolder(async (folder) => {
        const { code, out } = await bake([...(name === '' ? [] : [name]), '--help'], folder);
        assert.equal(code, 0);
        const examples = [...out.matchAll(/^ +\$ bake(.*)$/gm)].map((match) =>
          (match[1] ?? '').trim().split(' '),
        );
        assert.ok(examples.length > 0);
        mkdirSync(join(folder, 'images'));
        writeFileSync(join(folder, 'my-worker.yaml'), 'extends: worker\n');
        if (ABOUT_CLUSTERS.includes(name)) await makeCluster(folder);
        for (const example of examples) await runExample(name, example, folder);
      }));
  }
});

/** Commands that want a cluster file and its secrets. */
const ABOUT_CLUSTERS: readonly string[] = ['userdata', 'seed', 'cluster'];

async function makeCluster(folder: string): Promise<void> {
  const file =
    'name: prod\nnodes: [{ name: master-1, role: master, address: 10.0.0.11 }]\ncounts: { worker: 1 }\naddons: []\n';
  for (const name of ['cluster.yaml', 'prod.yaml']) writeFileSync(join(folder, name), file);
  const { code, err } = await bake(['secrets', 'new', '--cluster', 'cluster.yaml'], folder);
  assert.equal(code, 0, err);
}

/** Examples that bake or boot an image are run by the tests of images; here it is seen that they are understood. */
async function runExample(name: string, example: readonly string[], folder: string): Promise<void> {
  const { code, err } = await bake(name === '' ? [...example, '--builder', 'none'] : example, folder);
  const shown = `bake ${example.join(' ')}: ${err}`;
  if (name === 'verify') assert.ok(code === 1 && err.includes('out/worker/'), shown);
  // Where there is no cluster file; on a machine that can't rehearse, that is said first.
  else if (name === 'rehearse') assert.ok(code === 3 || (code === 1 && err.includes('cluster file')), shown);
  // Media want xorriso.
  else if (['doctor', 'seed'].includes(name) || example.includes('--iso'))
    assert.ok([0, 3].includes(code), shown);
  else assert.equal(code, 0, shown);
}
