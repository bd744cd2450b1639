import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { renderExamples, sizesOf, sizeTable } from './examples.ts';

/** `cloud-init schema --config-file` for many files with one start of Python: the one that the package is for. */
const SCHEMA = `
import sys
from cloudinit.config import schema
for path in sys.argv[1:]:
    schema.handle_schema_args("schema", schema.get_parser().parse_args(["--config-file", path]))
`;

test('cloud-init takes the user-data of every machine of every example', async (t) => {
  await inTempFolder(async (folder) => {
    const rendered = await renderExamples(folder, ['baked', 'stock']);
    const files = rendered.flatMap(({ machines }) => machines.map((one) => join(one.folder, 'user-data')));
    const { stdout } = await run('/usr/bin/python3', ['-c', SCHEMA, ...files]);
    assert.equal(stdout.match(/^Valid cloud-config: /gm)?.length, files.length, stdout);
    t.diagnostic(`${files.length} files`);
    // Stock user-data brings the provisioning with it; gzipped it still goes through OpenStack and vSphere.
    for (const { machines } of rendered.filter(({ form }) => form === 'stock'))
      for (const { name, folder: at } of machines) {
        const { raw, gzip } = sizesOf(at);
        assert.ok(gzip <= 49_149 && raw <= 262_144, `${name}: ${raw} bytes, ${gzip} gzipped`);
      }
    for (const line of sizeTable(rendered)) t.diagnostic(line);
  });
});
