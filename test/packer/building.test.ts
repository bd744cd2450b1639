import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { PackerFailed } from '../../src/build/packer/failures.ts';
import { readLine, shownLines } from '../../src/build/packer/machine-readable.ts';
import { runPacker } from '../../src/build/packer/run-packer.ts';
import type { TargetName } from '../../src/catalog/targets/index.ts';
import { compiled } from '../support/compile-text.ts';
import { bake, type CliResult } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** A stand-in for Packer; what Packer itself does is for build.test.ts and consumers.test.ts. */
const STAND_IN = fileURLToPath(new URL('stand-in', import.meta.url));

interface Built extends CliResult {
  readonly folder: string;
  /** Arguments of each call of Packer. */
  readonly calls: readonly string[];
  /** A file that was written; empty where there is none. */
  readonly read: (name: string) => string;
}

interface Asked {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (folder: string) => void;
}

/** `bake --profile worker --builder packer` with the stand-in, in a folder of its own. */
const building = (
  { words = ['--target', 'hetzner'], env = {}, prepare }: Asked,
  use: (built: Built) => void,
): Promise<void> =>
  inTempFolder(async (folder) => {
    prepare?.(folder);
    const read = (name: string): string => {
      const path = join(folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    const result = await bake(['-p', 'worker', '--builder', 'packer', ...words], folder, {
      PATH: `${STAND_IN}:${process.env['PATH'] ?? ''}`,
      STAND_IN_CALLS: join(folder, 'calls'),
      ...env,
    });
    const calls = read('calls').split('\n').slice(0, -1);
    use({ ...result, folder, read, calls });
  });

interface Manifest {
  readonly [key: string]: unknown;
  readonly steps: readonly { readonly stepId: string; readonly ms: number; readonly by: string }[];
}
const manifestIn = ({ read }: Built): Manifest => JSON.parse(read('out/worker/manifest.json')) as Manifest;

describe('bake --builder packer', () => {
  const stepsFor = (...targets: TargetName[]) =>
    compiled({ name: 'worker', image: { targets } }).plan.steps.filter(({ phase }) => phase === 'bake');
  const baked = stepsFor('hetzner');
  const count = baked.length + 4;

  test('fetches plugins, builds, and tells of each step', () =>
    building({}, (built) => {
      assert.equal(built.code, 0, built.err);
      const template = join(built.folder, 'out/worker/packer/hetzner');
      assert.deepEqual(built.calls, [
        'version',
        `-machine-readable init ${template}`,
        `-machine-readable build -color=false -var events=true ${template}`,
      ]);
      const lines = built.err.split('\n').filter((line) => line.startsWith('['));
      assert.equal(lines.length, count, built.err);
      lines.forEach((line, i) =>
        assert.ok(line.startsWith(`[${String(i + 1).padStart(String(count).length)}/${count}] `), line),
      );
      const titles = lines.map((line) => line.replace(/^\S+( \S+\])? /, '').replace(/ {2}[^ ].*$/, ''));
      const steps = baked.map(({ title }) => title);
      assert.deepEqual(titles, [
        ...['get Packer’s plugins', 'start a machine'],
        ...[...steps.slice(0, -1), 'check the machine', steps.at(-1), 'make the image'],
      ]);
      assert.match(lines[3] ?? '', / {2}1\.5 s$/);
      assert.match(built.out, /^Packer built worker in .*:\n {2}hcloud: hcloud-1\n$/);
      assert.equal(existsSync(join(built.folder, 'out/worker/.unfinished')), false);
    }));

  test('leaves the manifest of a local bake, with what the platform calls the image', () =>
    building({}, (built) => {
      const manifest = manifestIn(built);
      assert.deepEqual(Object.keys(manifest), [
        ...['arch', 'artifacts', 'buildId', 'builder', 'files', 'format', 'layers', 'offlineChecks', 'os'],
        ...['packages', 'plan', 'profile', 'role', 'standIn', 'steps', 'versions'],
      ]);
      const { steps, ...rest } = manifest;
      assert.deepEqual(
        steps,
        baked.map(({ id }) => ({ by: 'hcloud', ms: 1500, stepId: id })),
      );
      const written = JSON.parse(built.read('out/worker/plan.json')) as Record<string, unknown>;
      assert.equal(rest['plan'], written['hash']);
      assert.deepEqual(rest['versions'], written['versions']);
      assert.deepEqual(
        [rest['builder'], rest['artifacts'], rest['files'], rest['layers']],
        ['packer', [{ builder: 'hcloud', id: 'hcloud-1' }], [], []],
      );
      assert.deepEqual(rest['packages'], [
        { arch: 'amd64', by: 'hcloud', name: 'some-package', version: '1.0-1' },
      ]);
    }));

  test('writes what belongs beside an image, and keeps what Packer said', () =>
    building({}, ({ folder, read }) => {
      for (const name of ['plan.json', 'user-data', 'verify.sh', 'goss.yaml', 'SHA256SUMS'])
        assert.ok(existsSync(join(folder, 'out/worker', name)), name);
      const log = read('out/worker/packer/hetzner/packer.log');
      assert.match(log, /^Installed plugin /);
      assert.match(log, /^ {4}hcloud\.golden: what it says, with a comma$/m);
      assert.equal(statSync(join(folder, 'out/worker/packer/hetzner/packer.log')).mode & 0o777, 0o600);
    }));

  test('builds again, and tells of the image that it built now', () =>
    inTempFolder(async (folder) => {
      const idOf = async (): Promise<unknown> => {
        const { code, err } = await bake(
          ['-p', 'worker', '--builder', 'packer', '--target', 'vultr'],
          folder,
          {
            PATH: `${STAND_IN}:${process.env['PATH'] ?? ''}`,
            STAND_IN_CALLS: join(folder, 'calls'),
          },
        );
        assert.equal(code, 0, err);
        const { buildId } = JSON.parse(readFileSync(join(folder, 'out/worker/manifest.json'), 'utf8')) as {
          buildId: string;
        };
        return buildId;
      };
      const first = await idOf();
      assert.match(String(first), /^[0-9a-f]{64}$/);
      assert.equal(await idOf(), first, 'the same input has the same id');
    }));

  test('tells several builders apart', () =>
    building({ words: ['--target', 'hetzner', '--target', 'gcp'] }, (built) => {
      assert.equal(built.code, 0, built.err);
      const each = stepsFor('hetzner', 'gcp').length + 3;
      assert.match(built.err, new RegExp(`^\\[ *2/${2 * each + 1}\\] googlecompute: start a machine`, 'm'));
      assert.match(built.err, /^\[\d+\/\d+\] hcloud: seal the image/m);
      const { artifacts, steps } = manifestIn(built);
      assert.deepEqual(artifacts, [
        { builder: 'googlecompute', id: 'googlecompute-1' },
        { builder: 'hcloud', id: 'hcloud-1' },
      ]);
      assert.deepEqual([...new Set(steps.map(({ by }) => by))], ['googlecompute', 'hcloud']);
    }));

  test('takes the builder of Packer’s that is named', () =>
    building(
      { words: ['--target', 'vsphere', '--packer-builder', 'vsphere-iso', '--var', 'cpus=3', '--json'] },
      ({ code, out, err }) => {
        assert.equal(code, 0, err);
        const events = out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        assert.equal(events[0]?.['event'], 'build-start');
        assert.deepEqual(
          [events.at(-1)?.['event'], events.at(-1)?.['image']],
          ['build-end', 'vsphere-iso-1'],
        );
        assert.ok(
          events.some(({ event, line }) => event === 'output' && line === 'what it says, with a comma'),
        );
      },
    ));

  test('hands variables on as they were given, its own last', () =>
    building(
      {
        words: [
          ...['--target', 'hetzner', '--var', 'hcloud_location=a b=$c', '--var-file', 'mine.pkrvars.hcl'],
          ...['--var', 'image_name=x'],
        ],
      },
      ({ code, err, calls }) => {
        assert.equal(code, 0, err);
        assert.match(
          calls.at(-1) ?? '',
          / -var-file=mine\.pkrvars\.hcl -var hcloud_location=a b=\$c -var image_name=x -var events=true \//,
        );
      },
    ));

  test('leaves the plugins file out for Packer that can’t read it, and takes an older one away', () =>
    building(
      {
        env: { STAND_IN_VERSION: '1.6.6' },
        prepare: (folder) => {
          mkdirSync(join(folder, 'out/worker/packer/hetzner'), { recursive: true });
          writeFileSync(join(folder, 'out/worker/packer/hetzner/plugins.pkr.hcl'), 'packer {}\n');
        },
      },
      ({ code, err, calls, folder }) => {
        assert.equal(code, 0, err);
        assert.equal(calls.length, 2, 'no init');
        assert.ok(!readdirSync(join(folder, 'out/worker/packer/hetzner')).includes('plugins.pkr.hcl'));
        assert.match(err, /^\[ *1\/\d+\] start a machine/m);
      },
    ));
});

describe('a build that fails', () => {
  /** What a person is told, and that nothing looks like an image. */
  const failing = (env: Readonly<Record<string, string>>, ...said: readonly RegExp[]): Promise<void> =>
    building({ env }, ({ code, err, folder, read }) => {
      assert.equal(code, 3, err);
      for (const pattern of said) assert.match(err, pattern);
      assert.match(err, /all that Packer said is in out\/worker\/packer\/hetzner\/packer\.log/);
      assert.notEqual(read('out/worker/packer/hetzner/packer.log'), '');
      for (const name of ['manifest.json', 'SHA256SUMS', 'plan.json', '.unfinished'])
        assert.equal(existsSync(join(folder, 'out/worker', name)), false, name);
    });

  test('in a step says which, who asked for it, and what it printed last', () =>
    failing(
      { STAND_IN_FAILS: 'install containerd' },
      /^error: bake:\S+\.yaml:\d+:\d+: Packer’s build hcloud failed at “install containerd: containerd”: Script exited with non-zero/m,
      /^ {2}\| what it says, with a comma\n {2}\| bake: error: there is no room$/m,
    ));

  test('in a check shows those that failed, and no others', async () => {
    await failing({ STAND_IN_FAILS: 'check' }, /failed at “check the machine”: Script exited/, /\| not ok 2/);
    await building({ env: { STAND_IN_FAILS: 'check' } }, ({ err }) => assert.doesNotMatch(err, /\| ok 1/));
  });

  test('as its processes lost touch explains Packer’s words for it', () =>
    failing({ STAND_IN_FAILS: 'lost touch' }, /: unexpected EOF \(.* on a computer that is too busy\);/));

  test('before any machine shows what Packer said', () =>
    failing(
      { STAND_IN_FAILS: 'init' },
      /^error: packer init exited with code 1; /m,
      /^ {2}\| Failed getting the plugin: no such host$/m,
    ));

  test('that would disturb another bake does not begin', () =>
    inTempFolder(async (folder) => {
      const out = join(folder, 'out/worker');
      mkdirSync(out, { recursive: true });
      const holder = spawn('flock', ['--no-fork', out, 'sh', '-c', 'echo locked; exec sleep 60']);
      try {
        await once(holder.stdout, 'data');
        const { code, err } = await bake(
          ['-p', 'worker', '--builder', 'packer', '--target', 'vultr'],
          folder,
          {
            PATH: `${STAND_IN}:${process.env['PATH'] ?? ''}`,
            STAND_IN_CALLS: join(folder, 'calls'),
          },
        );
        assert.equal(code, 3);
        assert.match(err, /another bake is writing to .*out\/worker; wait for it/);
        assert.equal(readFileSync(join(folder, 'calls'), 'utf8'), 'version\n');
      } finally {
        holder.kill('SIGKILL');
      }
    }));

  test('leaves the manifest of an earlier one alone', () =>
    building(
      {
        env: { STAND_IN_FAILS: 'check' },
        prepare: (folder) => {
          mkdirSync(join(folder, 'out/worker'), { recursive: true });
          writeFileSync(join(folder, 'out/worker/manifest.json'), '{}\n');
        },
      },
      ({ code, read }) => {
        assert.equal(code, 3);
        assert.equal(read('out/worker/manifest.json'), '{}\n');
      },
    ));
});

describe('what makes no sense', () => {
  for (const [what, words, said] of [
    ['a format', ['--builder', 'packer', '--format', 'ova'], /--format is for the local builder/],
    ['--fresh', ['--builder', 'packer', '--fresh'], /--fresh is for the local builder/],
    ['a target that is none, for the local builder', ['--target', 'hetzer'], /did you mean "hetzner"/],
    ['a variable for the local builder', ['--var', 'a=b'], /--var is for --builder packer/],
    [
      'a file of them for none',
      ['--builder', 'none', '--var-file', 'f'],
      /--var-file is for --builder packer/,
    ],
    ['a builder of Packer’s', ['--packer-builder', 'qemu'], /--packer-builder is for --builder packer/],
    ['a target that is none', ['--builder', 'packer', '--target', 'hetzer'], /did you mean "hetzner"/],
    [
      'another target’s builder',
      ['--builder', 'packer', '--packer-builder', 'hcloud'],
      /hcloud is for target hetzner/,
    ],
    ['a variable without a value', ['--builder', 'packer', '--var', 'cpus'], /--var cpus: write NAME=VALUE/],
    [
      'a slip in a variable',
      ['--builder', 'packer', '--var', 'cpu=2'],
      /no variable cpu; did you mean "cpus"/,
    ],
    [
      'a variable of bake’s',
      ['--builder', 'packer', '--var', 'output=x'],
      /--var output: bake sets it by itself/,
    ],
  ] as const)
    test(`${what} is told of: 2`, () =>
      inTempFolder(async (folder) => {
        const { code, err } = await bake(['-p', 'worker', ...words], folder);
        assert.equal(code, 2, err);
        assert.match(err, said);
        assert.equal(existsSync(join(folder, 'out')), false, 'nothing is written');
      }));

  for (const [version, target, said] of [
    ['1.6.6', 'huawei', /Packer 1\.6\.6 has no builder huaweicloud-ecs and fetches none; get a newer one: /],
    ['1.5.1', 'hetzner', /Packer 1\.5\.1 can’t read these templates/],
  ] as const)
    test(`Packer ${version} for ${target}`, () =>
      building(
        { words: ['--target', target], env: { STAND_IN_VERSION: version } },
        ({ code, err, calls }) => {
          assert.equal(code, 3);
          assert.match(err, said);
          assert.deepEqual(calls, ['version']);
        },
      ));

  test('no Packer: it is named, with how to get it', () =>
    inTempFolder(async (folder) => {
      const { code, out } = await bake(['doctor', '--for', 'packer'], folder, { PATH: folder });
      assert.equal(code, 3);
      assert.match(
        out,
        /^can’t have Packer build images\n {6}packer is not installed \(packer: .*developer\.hashicorp\.com\/packer\/install\)$/m,
      );
      assert.match(out, /^To mend it: .*(packer|doctor --fix --for packer)/m);
    }));
});

describe('Packer that is told to stop', () => {
  const stopping = (hangs: (folder: string) => string, graceMs: number): Promise<[unknown, string]> =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'sources.pkr.hcl'), 'source "hcloud" "golden" {\n');
      const stop = new AbortController();
      const flag = hangs(folder);
      const log = join(folder, 'log');
      const ended = runPacker(
        {
          template: folder,
          cwd: folder,
          env: {
            PATH: `${STAND_IN}:${process.env['PATH'] ?? ''}`,
            STAND_IN_CALLS: join(folder, 'calls'),
            STAND_IN_HANGS: flag,
          },
          log,
          courses: [],
          host: { run, pid: process.pid, env: {}, now: Date.now },
          monitor: () => undefined,
          signal: stop.signal,
          graceMs,
        },
        'build',
        [],
      ).then(
        () => undefined,
        (error: unknown) => error,
      );
      for (let i = 0; i < 200 && !existsSync(join(folder, 'calls')); i += 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
      // Until it has a machine.
      await new Promise((resolve) => setTimeout(resolve, 300));
      stop.abort();
      const error = await ended;
      const left = existsSync(flag);
      rmSync(flag, { force: true });
      return [error, `${left ? 'a machine is left' : ''}${readFileSync(log, 'utf8')}`];
    });

  test('has the time to remove its machine', async () => {
    const [error, log] = await stopping((folder) => join(folder, 'machine'), 60_000);
    assert.ok(error instanceof ToolFailure && error.aborted, String(error));
    assert.match(
      log,
      /^==> hcloud\.golden: Creating a machine\nCancelling build after receiving terminated\n$/,
    );
  });

  test('and is killed where it does not end, which is told', async () => {
    const began = Date.now();
    const [error] = await stopping(() => 'for good', 500);
    assert.ok(error instanceof PackerFailed, String(error));
    assert.match(error.message, /had not ended .*so it was killed; look for its machine/);
    assert.ok(Date.now() - began < 30_000);
  });
});

describe('Packer’s lines for machines', () => {
  const shown = (line: string) => {
    const told = readLine(line);
    assert.ok(told);
    return shownLines(told, ['qemu.golden']);
  };

  test('commas and lines come out as they went in', () => {
    assert.deepEqual(shown('1,,ui,say,a%!(PACKER_COMMA) b\\n==> qemu.golden: c'), [
      { text: 'a, b', shown: 'a, b' },
      { name: 'qemu.golden', text: 'c', shown: '==> qemu.golden: c' },
    ]);
  });

  test('what a program in the machine says is its own, blanks and all', () => {
    assert.deepEqual(shown('1,,ui,message,    qemu.golden:   deep'), [
      { name: 'qemu.golden', text: '  deep', shown: '    qemu.golden:   deep' },
    ]);
    assert.equal(shown('1,,ui,message,    other.golden: x')[0]?.name, undefined);
  });

  test('anything else is none', () => {
    assert.equal(readLine('Error: something'), undefined);
    assert.equal(readLine('a,b,c'), undefined);
    assert.deepEqual(readLine('17,qemu.golden,error,x'), {
      target: 'qemu.golden',
      type: 'error',
      data: ['x'],
    });
  });
});
