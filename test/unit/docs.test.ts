import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import { EXIT } from '../../src/cli/io.ts';
import { readChain } from '../../src/resolve/chain.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { compileText, messages, provider } from '../support/compile-text.ts';
import { blocksOf, commandsOf, isAsShown, readDocuments, type Block } from '../support/documents.ts';
import { MEANINGS } from '../support/profile-meanings.ts';
import { profilePage, profileRows } from '../support/profile-page.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { matchesFile } from '../support/update.ts';

const documents = readDocuments();
const documentAt = (path: string) => {
  const found = documents.find((document) => document.path === path);
  assert.ok(found, `${path} is missing`);
  return found;
};

/** What a page's examples may name beside them. */
const BESIDE = {
  'ca.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  'motd.txt': 'Ours.\n',
};

interface Example {
  readonly block: Block;
  /** Files beside it: those above, and the named profiles of its page. */
  readonly beside: Readonly<Record<string, string>>;
}

const PROFILE = /^# profile(?: (\S+\.yaml))?\n/;
const isProfile = ({ language, text }: Block): boolean => language === 'yaml' && PROFILE.test(text);

/** Blocks that begin with `# profile`, or with `# profile NAME` where others of the page extend it. */
const examples: readonly Example[] = documents.flatMap((document) => {
  const blocks = blocksOf(document).filter(isProfile);
  const named = blocks.flatMap(({ text }) => {
    const name = PROFILE.exec(text)?.[1];
    return name === undefined ? [] : [[name, text] as const];
  });
  return blocks.map((block) => ({ block, beside: { ...BESIDE, ...Object.fromEntries(named) } }));
});

describe('profiles in the documentation compile with --strict', () => {
  for (const { block, beside } of examples) {
    test(block.where, () => {
      const { value, diagnostics } = compileText(block.text, beside);
      assert.deepEqual(messages(diagnostics), []);
      assert.ok(value);
    });
  }
  test('there are some', () => assert.ok(examples.length >= 12));
});

/** A `# result` block shows part of what the profile before it comes to. */
describe('results in the documentation', () => {
  const all = documents.flatMap(blocksOf);
  const results = all.filter(({ language, text }) => language === 'yaml' && text.startsWith('# result\n'));
  for (const result of results) {
    test(result.where, () => {
      const before = all.slice(0, all.indexOf(result)).findLast(isProfile);
      const example = examples.find(({ block }) => block.where === before?.where);
      assert.ok(example, 'no profile stands before it');
      const files = provider(example.beside);
      const chain = readChain({ id: 'mine.yaml', path: 'mine.yaml', text: example.block.text }, files).value;
      const profile = chain && resolve(chain, files).value?.profile;
      assert.ok(profile);
      const shown = parse(result.text) as unknown;
      assert.deepEqual(partOf(profile, shown), shown);
    });
  }
  test('there are some', () => assert.ok(results.length >= 5));
});

/** The part of `whole` that has the keys of `shape`. */
function partOf(whole: unknown, shape: unknown): unknown {
  if (typeof shape !== 'object' || shape === null || Array.isArray(shape)) return whole;
  return Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [
      key,
      partOf((whole as Record<string, unknown> | undefined)?.[key], value),
    ]),
  );
}

/** Commands that need root, the network, many minutes or change the project: who runs them instead, and by which words. */
const RUN_ELSEWHERE: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'npm ci && npx bake --profile worker --stand-in': ['test/bake/bake-and-boot.test.ts', "'worker',"],
  'npx bake --profile worker --stand-in': ['test/bake/bake-and-boot.test.ts', 'Nothing has changed'],
  'npx bake verify --firmware both out/worker/worker.qcow2': [
    'test/bake/bake-and-boot.test.ts',
    "['--firmware', 'both']",
  ],
  'npx bake --profile worker --builder packer --target qemu': [
    'test/packer/build.test.ts',
    "[...worker, '--builder', 'packer',",
  ],
  'npx bake --profile worker --builder packer --target hetzner --var hcloud_location=hel1 --var-file mine.pkrvars.hcl':
    ['test/packer/building.test.ts', "'--var-file', 'mine.pkrvars.hcl'"],
  'npx bake verify --offline --plan out/worker/plan.json out/worker/packer/qemu/image/qemu/worker-*.qcow2': [
    'bench/packer.ts',
    "[BAKE, 'verify', '--offline', '--format', 'json', '--plan', plan, image]",
  ],
  'npx bake rehearse --cluster ../my-cluster/cluster.yaml --stand-in': [
    'test/rehearse/stand-ins.test.ts',
    "['--stand-in', '--engine', 'nspawn',",
  ],
  'sudo kubectl get nodes': ['test/rehearse/stand-ins.test.ts', "title === 'every node is Ready'"],
  'sudo npx bake rehearse --cluster cluster.yaml': [
    'test/real-kubernetes/cluster.test.ts',
    'rehearsal(t, project.folder, [...args, ...chaos], { machines: 7 })',
  ],
  'npx bake cluster render --cluster ../my-cluster/cluster.yaml --iso': [
    'test/examples/seed.test.ts',
    "['cluster', 'render', '--cluster', CLUSTER, ...secrets, '--iso']",
  ],
  // Masters and workers with --stand-in there: Kubernetes' own repository is not for tests to reach.
  ...Object.fromEntries(
    ['haproxy', 'master', 'worker'].map((role) => [
      `npx bake --profile ../my-cluster/${role}.yaml`,
      ['test/rehearse/stand-ins.test.ts', "['--profile', `${role}.yaml`, ...standIn]"] as const,
    ]),
  ),
  'npm ci && npm test': ['.ci/run', 'npm ci\nnpm test'],
  'npm ci': ['.ci/run', 'npm ci'],
  'npx bake doctor': ['test/setup.sh', 'doctor --fix'],
  'npx bake doctor --fix': ['test/setup.sh', 'doctor --fix'],
};

/** npm's scripts, and tests run by themselves: these tests can't run them, so it is enough that there are such. */
const NPM_SCRIPT = /^npm (?:run )?([\w:]+)$/;
const TEST_FILE = /^(?:\w+=\S+ )*node --import tsx --test (?:--test-name-pattern='([^']*)' )?(\S+)$/;

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Whether a command is for somebody else to run; what it names must be there. */
function isRunElsewhere(command: string, where: string): boolean {
  if (Object.hasOwn(RUN_ELSEWHERE, command)) return true;
  const script = NPM_SCRIPT.exec(command)?.[1];
  if (script !== undefined) {
    assert.ok(scripts[script], `${where}: package.json has no script ${script}`);
    return true;
  }
  const [, name, file] = TEST_FILE.exec(command) ?? [];
  if (file === undefined) return false;
  assert.ok(existsSync(join(ROOT, file)), `${where}: no ${file}`);
  const folders = [`test/cases/${name}`, `test/errors/${name}.yml`].map((path) => join(ROOT, path));
  assert.ok(name === undefined || folders.some(existsSync), `${where}: no case ${name}`);
  return true;
}

/** The files of all groups: of `npm test`, and of those that are run by name. */
const everyTest = ((): string[] => {
  const groups = [...readFileSync(join(ROOT, 'test/run.sh'), 'utf8').matchAll(/^ +(\w+)\) echo (.*) ;;$/gm)];
  const patterns = groups.flatMap(([, , files = '']) => files.split(' '));
  return patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*.test.ts')) return [pattern];
    return readdirSync(join(ROOT, dirname(pattern))).map((name) => join(dirname(pattern), name));
  });
})();

describe('commands in the documentation', () => {
  const seen = new Set<string>();
  let executed = 0;
  for (const document of documents) {
    const commands = commandsOf(document);
    if (commands.length === 0) continue;
    test(document.path, async (t) => {
      await inTempFolder(async (folder) => {
        const cwd = join(folder, 'bake');
        mkdirSync(cwd);
        for (const { where, command, exitCode, output } of commands) {
          seen.add(command);
          if (isRunElsewhere(command, where)) continue;
          executed += 1;
          const printed = await shell(command, cwd, exitCode, where);
          assert.ok(
            output === '' || isAsShown(printed, output),
            `${where}: $ ${command}\nprints\n${printed}\nand is shown with\n${output}`,
          );
        }
        t.diagnostic(`${commands.length} commands`);
      });
    });
  }

  test('some are run here, and those that are not are run by somebody', () => {
    assert.ok(executed >= 10, `only ${executed} are run`);
    for (const [command, [file, words]] of Object.entries(RUN_ELSEWHERE)) {
      assert.ok(seen.has(command), `no page shows ${command} any more`);
      assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(words), `${file} does not run ${command}`);
      if (file.endsWith('.test.ts')) assert.ok(everyTest.includes(file), `no group has ${file}`);
    }
  });
});

/** One command by bash, `npx bake` being the sources; both outputs as one. */
async function shell(command: string, cwd: string, exitCode: number, where: string): Promise<string> {
  const bake = `npx() { [ "$1" = bake ] || return 99; shift; "$NODE" --import "$TSX" "$MAIN" "$@"; }`;
  const env = {
    NODE: process.execPath,
    TSX: import.meta.resolve('tsx'),
    MAIN: join(ROOT, 'src/cli/main.ts'),
    HOME: dirname(cwd),
    XDG_CACHE_HOME: join(dirname(cwd), '.cache'),
    BAKE_CACHE_LIMIT: '',
    NODE_TEST_CONTEXT: '',
    NO_COLOR: '1',
  };
  const script = `exec 2>&1\n${bake}\n${command}`;
  const { stdout, exitCode: code } = await run('bash', ['-c', script], {
    cwd,
    env,
    okCodes: [0, 1, 2, 3, 70, 99, 127],
  });
  assert.equal(code, exitCode, `${where}: $ ${command}\n${stdout}`);
  return stdout;
}

describe('names in the documentation', () => {
  let count = 0;
  for (const { path, text } of documents) {
    test(path, () => {
      const folder = join(ROOT, dirname(path));
      const paths = [
        ...text.matchAll(/`((?:src|test|profiles|userdata|packer|docs|\.ci)\/[\w./-]*|\.ci\/run)`/g),
      ].map(([, name = '']) => name);
      const files = path.startsWith('src/')
        ? [...text.matchAll(/`([\w-]+\.ts)`/g)].map(([, name = '']) => name)
        : [];
      const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !/^https?:/.test(name));
      for (const name of paths) assert.ok(existsSync(join(ROOT, name)), `${path} names ${name}`);
      for (const name of [...files, ...links])
        assert.ok(existsSync(join(folder, name)), `${path} names ${name}`);
      count += paths.length + files.length + links.length;
    });
  }
  test('there are many', () => assert.ok(count >= 100, `only ${count}`));
});

test('each folder of src says what it is', () => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders)
    assert.ok(existsSync(join(ROOT, 'src', name, 'README.md')), `src/${name}/README.md`);
});

const MARKER = '<!-- What follows is made from the schema by test/unit/docs.test.ts with UPDATE=1. -->';

test('docs/profiles.md has every key of a profile', () => {
  const { text } = documentAt('docs/profiles.md');
  const head = text.slice(0, text.indexOf(MARKER) + MARKER.length);
  assert.ok(head.endsWith(MARKER));
  matchesFile(profilePage(head), join(ROOT, 'docs/profiles.md'));
});

test('every key of a profile has a meaning, in one place', () => {
  const rows = profileRows();
  assert.ok(rows.length > 60);
  assert.deepEqual(
    rows.filter(({ meaning }) => meaning === '').map(({ path }) => path),
    [],
  );
  const used = new Set(
    rows.filter(({ path, meaning }) => MEANINGS[path] === meaning).map(({ path }) => path),
  );
  assert.deepEqual(
    Object.keys(MEANINGS).filter((path) => !used.has(path)),
    [],
  );
});

test('the README counts the steps of a bake as they are', () => {
  const { value } = compileText('extends: worker\n', {}, true);
  assert.ok(value);
  const steps = value.plan.steps.filter(({ phase }) => phase === 'bake').map(({ title }) => title);
  const titles = ['base system: bootstrap of trixie', ...steps, 'disk image', 'write worker.qcow2'];
  const shown = [
    ...documentAt('README.md').text.matchAll(/^\[ *(\d+)\/(\d+)\] (.*?) {2}(?:\d+ min )?[\d.]+ s$/gm),
  ];
  assert.ok(shown.length >= 8);
  for (const [line, n, of, title] of shown)
    assert.deepEqual([Number(of), title], [titles.length, titles[Number(n) - 1]], line);
});

test('the README lists every operating system and exit code', () => {
  const { text } = documentAt('README.md');
  for (const { id, title, containerd } of Object.values(OPERATING_SYSTEMS))
    assert.match(
      text,
      new RegExp(`^\\| \`${id}\` +\\| ${title.replace(/[()]/g, '\\$&')} +\\| ${containerd ?? 'none'} `, 'm'),
    );
  for (const code of Object.values(EXIT)) assert.match(text, new RegExp(`^\\| ${code} +\\| `, 'm'));
});

test('the README names every command', async () => {
  const help = await shell('npx bake --help', ROOT, 0, 'help');
  const commands = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(
    ([, name = '']) => name,
  );
  assert.ok(commands.length >= 9, help);
  const { text } = documentAt('README.md');
  for (const name of commands) assert.match(text, new RegExp(`bake ${name}\\b`), `bake ${name}`);
});
