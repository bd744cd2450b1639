import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGET_NAMES, TARGETS } from '../../src/catalog/targets/index.ts';
import type { Target } from '../../src/catalog/targets/target.ts';
import type { Machine } from '../../src/user-data-forms/form.ts';
import { writeFor } from '../../src/user-data-forms/index.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { updating } from '../support/update.ts';
import { exampleMachines } from './machines.ts';

const PAGE = join(ROOT, 'docs/targets.md');
const MARKER = '<!-- What follows is made by test/targets/sizes.test.ts with UPDATE=1. -->';

const PACKED = { plain: '', mime: ' as MIME', 'mime+gzip': ' packed', gzip: ' gzip' } as const;

/** A figure in KiB, and what is not one: `13 packed`, `too large: 53`. */
function cell(target: Target, machine: Machine): string {
  const [first] = target.forms;
  assert.ok(first);
  const { text, size, payload } = writeFor(target, first.form, machine);
  const kib = Math.round(size / 1024);
  return text === undefined ? `too large: ${kib}` : `${kib}${PACKED[payload.kind]}`;
}

async function rows(): Promise<string[][]> {
  return inTempFolder(async (folder) => {
    const baked = await exampleMachines(folder);
    const stock = await exampleMachines(folder, { stock: true });
    const machines = [baked.haproxy, baked.master, baked.worker, stock.master, stock.worker];
    return TARGET_NAMES.map((name) => {
      const { limit } = TARGETS[name].userData;
      const room = limit ? `${Math.round(limit.bytes / 1024)}` : 'no limit known';
      return [`\`${name}\``, room, ...machines.map((machine) => cell(TARGETS[name], machine))];
    });
  });
}

const HEAD = ['target', 'KiB it takes', 'balancer', 'master', 'worker', 'master, stock', 'worker, stock'];
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** In KiB. Keys are random, so that sizes differ by half a KiB from one time to the next; what is that near the limit fits at one time only. */
const CLOSE = 1;

test('docs/targets.md says how large user-data is', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const head = page.slice(0, page.indexOf(MARKER) + MARKER.length);
  assert.ok(head.endsWith(MARKER));
  const made = await rows();
  if (updating) {
    const table = [HEAD, HEAD.map(() => '---'), ...made].map(line).join('');
    writeFileSync(
      PAGE,
      `${head}\n\n<!-- prettier-ignore-start -->\n\n${table}\n<!-- prettier-ignore-end -->\n`,
    );
    return;
  }
  const shown = page
    .slice(head.length)
    .split('\n')
    .filter((text) => text.startsWith('| `'))
    .map((text) => text.slice(2, -2).split(' | '));
  assert.equal(shown.length, made.length);
  made.forEach((cells, i) =>
    cells.forEach((is, j) => {
      const says = shown[i]?.[j] ?? '';
      const words = (text: string): string => text.replace(/\d+/g, '');
      const figure = (text: string): number => Number(/\d+/.exec(text)?.[0] ?? 0);
      const isAtLimit = Math.abs(figure(is) - figure(cells[1] ?? '')) <= CLOSE;
      assert.ok(
        (words(says) === words(is) || isAtLimit) && Math.abs(figure(says) - figure(is)) <= CLOSE,
        `${cells[0]}, ${HEAD[j]}: the page says ${says}, it is ${is} (UPDATE=1 writes it anew)`,
      );
    }),
  );
});
