import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { split } from '../../src/user-data-check/split.ts';
import { Places } from '../../src/user-data-check/places.ts';
import { readCloudConfig } from '../../src/user-data-check/read-cloud-config.ts';
import { check, CORPUS, FAULTS, GOOD } from '../support/user-data-corpus.ts';

/** `cloud-init schema --config-file` for many files with one start of Python. */
const SCHEMA = `
import sys
from cloudinit.config import schema
for path in sys.argv[1:]:
    schema.handle_schema_args("schema", schema.get_parser().parse_args(["--config-file", path]))
`;

/** What cloud-init runs to make a user of a group that is not there: given by keys, by `groups` and `primary_group`. */
const USERS = `
import json
from unittest import mock
from cloudinit import distros, helpers
made = []
for keys in [{"groups": "docker"}, {"groups": ["docker"], "create_groups": False}, {"primary_group": "docker"},
             {"groups": "adm", "primary_group": "docker"}]:
    with mock.patch("cloudinit.distros.util.is_user", return_value=False), \
         mock.patch("cloudinit.distros.util.is_group", side_effect=lambda name: name == "adm"), \
         mock.patch("cloudinit.distros.util.system_is_snappy", return_value=False), \
         mock.patch("cloudinit.distros.subp.subp") as subp:
        distros.fetch("debian")("debian", {}, helpers.Paths({})).add_user("ops", **keys)
        made.append([call.args[0][0] for call in subp.call_args_list])
print(json.dumps(made))
`;

interface Judged {
  readonly type: string;
  readonly value?: unknown;
  /** Paths such as `write_files.0.permissions`. */
  readonly errors?: readonly string[];
}

/** Plain text that is no container with an unknown part, which cloud-init itself takes apart otherwise than we tell. */
const isPlain = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 13)).toString() === '#cloud-config' &&
  !Buffer.from(bytes.subarray(0, 21)).toString().includes('archive');
const files = [...GOOD, ...FAULTS].map(({ file }) => file);

describe('cloud-init 22.4.2 itself', () => {
  let asked: Readonly<Record<string, readonly Judged[]>> = {};
  before(async () => {
    const { stdout } = await run('/usr/bin/python3', [
      join(CORPUS, 'oracle.py'),
      ...files.filter((file) => !file.endsWith('gzip-cut-off/user-data')),
    ]);
    asked = JSON.parse(stdout) as typeof asked;
  });

  test('is the one whose schema we have', async () => {
    const { stdout, stderr } = await run('cloud-init', ['--version']);
    assert.match(stdout + stderr, / 22\.4\.2/);
  });

  test('takes every good file that it can be asked about', async (t) => {
    const plain = GOOD.filter(({ bytes }) => isPlain(bytes));
    const { stdout } = await run('/usr/bin/python3', ['-c', SCHEMA, ...plain.map(({ file }) => file)]);
    assert.equal(stdout.match(/^Valid cloud-config: /gm)?.length, plain.length, stdout);
    t.diagnostic(`${plain.length} of ${GOOD.length} are plain cloud-config`);
    assert.ok(plain.length >= 14);
  });

  test('makes missing groups of a user, unless told not to or by primary_group alone', async () => {
    const { stdout } = await run('/usr/bin/python3', ['-c', USERS]);
    assert.deepEqual(JSON.parse(stdout), [
      ['groupadd', 'useradd'],
      ['useradd'],
      ['useradd'],
      ['groupadd', 'useradd'],
    ]);
  });

  test('sees the same parts in good files', () => {
    for (const { file, bytes, name } of GOOD) {
      const source = { id: name, path: name, text: Buffer.from(bytes).toString('utf8') };
      const { parts } = split(source, new Places());
      const theirs = asked[file]?.map(({ type }) => type);
      // It takes archives apart, and renders templates, at a later place than it was asked at.
      if (theirs?.[0] === 'text/cloud-config-archive') assert.equal(parts.length, 4);
      else if (theirs?.[0] === 'text/jinja2') assert.ok(parts[0]?.isTemplate);
      else
        assert.deepEqual(
          parts.map(({ type }) => type),
          theirs,
          name,
        );
    }
  });

  test('reads the same values', () => {
    let compared = 0;
    for (const file of files.filter((one) => isPlain(readFileSync(one)))) {
      const [theirs] = asked[file] ?? [];
      if (theirs?.value === null || theirs?.value === undefined) continue;
      const source = { id: file, path: file, text: readFileSync(file, 'utf8') };
      const [part] = split(source, new Places()).parts;
      const read = part && readCloudConfig(part);
      // Of a key that stands twice it takes the last.
      if (read?.diagnostics.some(({ code }) => code === 'B102')) continue;
      assert.deepEqual(read?.config?.value, theirs.value, file);
      compared++;
    }
    assert.ok(compared >= 60, `${compared} files`);
  });

  test('refuses the same values', () => {
    let refused = 0;
    for (const { file, name, bytes } of [...GOOD, ...FAULTS].filter((one) => isPlain(one.bytes))) {
      const [theirs] = asked[file] ?? [];
      if (!theirs?.errors) continue;
      const said = check(bytes, name, { version: '22.4.2' }).diagnostics;
      const ours = said.filter(
        ({ code, path, span }) => (code === 'B704' || code === 'B711') && path.length > 0 && span,
      );
      const keys = (paths: readonly string[]): string[] =>
        [...new Set(paths.map((path) => path.split('.')[0] ?? ''))].sort();
      // Notes on network-config inside of written files are no matter of the schema.
      const bySchema = ours.filter(({ message }) => !message.includes('25.3'));
      assert.deepEqual(keys(bySchema.map(({ path }) => path.join('.'))), keys(theirs.errors), name);
      refused += theirs.errors.length > 0 ? 1 : 0;
    }
    assert.ok(refused >= 6, `${refused} files`);
  });
});
