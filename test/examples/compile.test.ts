import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { inTempFolder } from '../support/temp-folder.ts';
import { clusterExamples, EXAMPLES, renderExamples, sizesOf, sizeTable, succeed } from './examples.ts';

/** Codes of what is said of an example; of all others nothing. */
const KNOWN_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  // cri-dockerd with a Kubernetes that warns of it.
  'eight-machines-docker': ['B503'],
};

const codesIn = (said: string): string[] => [
  ...new Set([...said.matchAll(/(?:error|warning)\[(B\d+)\]/g)].map(([, code = '']) => code)),
];

/** Manifests that examples fetch: sha256 of the file in the tag of its repository. */
const MANIFESTS: Readonly<Record<string, string>> = {
  'https://raw.githubusercontent.com/flannel-io/flannel/v0.28.9/Documentation/kube-flannel.yml':
    'e875824be2f552b45711dbda91af81b17eb961d00025d914d9fef18fad8f09c0',
};

test('the examples are those that the page of examples lists', () => {
  const listed = [
    ...readFileSync(join(EXAMPLES, 'README.md'), 'utf8').matchAll(/\]\(([\w-]+)\/README\.md\)/g),
  ];
  assert.deepEqual(
    listed.map(([, name]) => name).sort(),
    readdirSync(EXAMPLES, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
  );
  assert.equal(clusterExamples.length, 5);
});

test('every example renders', async (t) => {
  await inTempFolder(async (folder) => {
    const rendered = await renderExamples(folder, ['baked']);
    assert.equal(rendered.length, clusterExamples.length);
    for (const { example, said, machines } of rendered) {
      assert.deepEqual(codesIn(said), KNOWN_WARNINGS[example] ?? [], said);
      const { nodes, counts } = clusterOf(example);
      assert.equal(machines.length, nodes.length + Object.keys(counts ?? {}).length, example);
      for (const { name, folder: at } of machines) {
        assert.equal(statSync(join(at, 'user-data')).mode & 0o777, 0o600);
        const node = nodes.find((one) => one.name === name);
        assert.equal(existsSync(join(at, 'meta-data')), node !== undefined, `${example}/${name}`);
        assert.equal(
          existsSync(join(at, 'network-config')),
          node?.network !== undefined,
          `${example}/${name}`,
        );
        // Gzipped it goes everywhere, and that of a worker as it is.
        const { raw, gzip } = sizesOf(at);
        assert.ok(gzip <= 16_384, `${example}/${name}: ${gzip} bytes gzipped`);
        assert.ok(raw <= (name.startsWith('worker') ? 16_384 : 32_768), `${example}/${name}: ${raw} bytes`);
      }
    }
    for (const line of sizeTable(rendered)) t.diagnostic(line);
  });
});

describe('every profile of an example has a plan', () => {
  for (const example of clusterExamples) {
    for (const profile of Object.values(clusterOf(example).profiles)) {
      test(`${example}: ${profile}`, async () => {
        const codes = codesIn(await succeed(example, ['plan', '--profile', profile]));
        assert.deepEqual(codes, profile.includes('haproxy') ? [] : (KNOWN_WARNINGS[example] ?? []));
      });
    }
  }
});

test('what examples fetch is held to the sha256 of a file that was seen', () => {
  let count = 0;
  for (const example of clusterExamples)
    for (const addon of clusterOf(example).addons ?? []) {
      if (typeof addon === 'string') continue;
      count += 1;
      assert.ok(addon.url, `${example}: ${JSON.stringify(addon)}`);
      assert.equal(addon.sha256, MANIFESTS[addon.url], example);
    }
  assert.equal(count, clusterExamples.length);
});

test('no example has a secret in it', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  assert.ok(files.length >= 20);
  for (const { name, parentPath } of files) {
    const text = readFileSync(join(parentPath, name), 'utf8');
    assert.doesNotMatch(text, /PRIVATE KEY/, name);
    assert.doesNotMatch(text, /^\s*-?\s*(?:password|token|passwd):/im, name);
    assert.ok(!/secrets?\.ya?ml/.test(name), name);
  }
});

interface ClusterExample {
  readonly profiles: Readonly<Record<string, string>>;
  readonly nodes: readonly { readonly name: string; readonly network?: unknown }[];
  readonly counts?: Readonly<Record<string, number>>;
  readonly addons?: readonly (string | { readonly url?: string; readonly sha256?: string })[];
}

function clusterOf(example: string): ClusterExample {
  return parse(readFileSync(join(EXAMPLES, example, 'cluster.yaml'), 'utf8')) as ClusterExample;
}
