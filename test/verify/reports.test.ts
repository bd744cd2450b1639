import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootResults } from '../../src/verify/boot/boot-results.ts';
import {
  deadEnd,
  clockRunsFast,
  hasLoginPrompt,
  lastLines,
  hasStopped,
} from '../../src/verify/boot/console.ts';
import { parseGuestReport } from '../../src/verify/boot/guest-report.ts';
import { renderTable, renderTap, toJson } from '../../src/verify/render.ts';
import { allPassed, type CheckResult } from '../../src/verify/result.ts';
import { parseTap } from '../../src/verify/tap.ts';

const ORIGIN = { file: 'worker.yaml', line: 3, column: 5 };
const planned = (title: string) => ({
  stepId: 'abc',
  title,
  origin: ORIGIN,
  check: { check: 'swap-off' } as const,
});

const TAP = `TAP version 13
1..5
ok 1 - plain
not ok 2 - wrong \\# of things
# asked for at worker.yaml:3:5
  # found 3
  ---
  wanted: 4
  ...
ok 3 - left out # SKIP not here
ok 4 - # SKIP Package: vim: installed: skipped
some noise of a program
ok 5 plain too
# 5 checks, 1 failed
`;

test('TAP is read: titles, details, skips', () => {
  assert.deepEqual(parseTap(TAP), {
    announced: 5,
    points: [
      { ok: true, title: 'plain' },
      { ok: false, title: 'wrong # of things', detail: 'asked for at worker.yaml:3:5\nfound 3\nwanted: 4' },
      { ok: true, title: 'left out', skipped: 'not here' },
      { ok: true, title: 'Package: vim: installed: skipped', skipped: 'Package: vim: installed: skipped' },
      { ok: true, title: 'plain too' },
    ],
  });
  assert.deepEqual(parseTap('Bail out! no bash\n'), { points: [], bailedOut: 'no bash' });
  assert.deepEqual(parseTap('okay\nnot okay\n'), { points: [] });
  assert.equal(parseTap('ok 1 - a \\s\\. pattern\n').points[0]?.title, 'a \\s\\. pattern');
});

const results: readonly CheckResult[] = [
  { id: 'a', title: 'fine', status: 'pass', where: 'offline' },
  {
    id: 'b',
    title: 'no # sign',
    origin: ORIGIN,
    status: 'fail',
    detail: 'found one\nand another',
    where: 'offline',
  },
  { title: 'later', status: 'skip', detail: 'too short', where: 'boot-bios' },
];

test('TAP that we write is read back the same', () => {
  const { announced, points } = parseTap(renderTap(results));
  assert.equal(announced, 3);
  assert.deepEqual(
    points.map(({ ok, title }) => [ok, title]),
    [
      [true, 'offline: fine'],
      [false, 'offline: no # sign'],
      [true, 'boot-bios: later'],
    ],
  );
  assert.equal(points[1]?.detail, 'worker.yaml:3:5\nfound one\nand another');
  assert.notEqual(points[2]?.skipped, undefined);
});

test('the table shows what needs attention, with the line of the profile', () => {
  assert.equal(
    renderTable(results),
    `offline: 1 ok, 1 FAILED
  FAILED  no # sign  worker.yaml:3:5
          found one
          and another

boot-bios: 1 skipped
  skipped later
          too short
`,
  );
  assert.match(renderTable(results, { all: true }), /^ {2}ok {6}fine$/m);
  const mark = (text: string) => `<${text}>`;
  const palette = { pass: mark, fail: mark, skip: mark, dim: (text: string) => text };
  assert.match(renderTable(results, { palette }), /^offline: <1 ok>, <1 FAILED>\n {2}<FAILED {2}>no # sign/);
});

test('many checks with one reason are told once', () => {
  const many = Array.from({ length: 50 }, (_, n): CheckResult => ({
    title: `check ${n}`,
    status: 'fail',
    detail: 'never reported',
    where: 'boot-uefi',
  }));
  assert.equal(
    renderTable(many),
    'boot-uefi: 50 FAILED\n  FAILED  check 0 and 49 more\n          never reported\n',
  );
  assert.equal(renderTable(many.slice(0, 3)).match(/never reported/g)?.length, 3);
});

test('JSON holds every result and the counts', () => {
  const json = toJson(results);
  assert.deepEqual(json, { format: 'bake/verify/v1', passed: 1, failed: 1, skipped: 1, results });
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
});

test('nothing checked is not a pass', () => {
  assert.equal(allPassed([]), false);
  assert.equal(allPassed(results), false);
  assert.equal(allPassed(results.filter(({ status }) => status !== 'fail')), true);
});

const PORT = `\x1b[2J\x1b[01;01H
::bake-verify reached\r
::bake-verify begin machine
1..1
ok 1 - no unit failed

::bake-verify end machine 0
::bake-verify begin verify
1..3
ok 1 - swap is off
not ok 2 - twice
ok 3 - twice

::bake-verify end verify 1
`;
const DONE = `${PORT}::bake-verify done\n`;

test('the result port is read at every moment', () => {
  const report = parseGuestReport(DONE);
  assert.deepEqual([report.reached, report.done], [true, true]);
  assert.deepEqual(
    report.sections.map(({ name, exitCode }) => [name, exitCode]),
    [
      ['machine', 0],
      ['verify', 1],
    ],
  );
  for (let length = 0; length < DONE.length; length += 1) parseGuestReport(DONE.slice(0, length));
  const half = parseGuestReport(PORT.slice(0, PORT.indexOf('not ok')));
  assert.deepEqual(half.sections[1], { name: 'verify', text: '1..3\nok 1 - swap is off\n' });
  assert.equal(half.done, false);
});

const outcomeOf = (port: string, problem?: string) => ({
  report: parseGuestReport(port),
  console: 'line 1\n\x1b[1;31mKernel panic\x1b[0m\r\n',
  ...(problem === undefined ? {} : { problem }),
});
const told = (list: readonly CheckResult[]) =>
  list.map(({ id, title, status, detail }) => [id, title, status, detail]);

test('planned checks get the results of their titles, in order where titles are alike', () => {
  const list = bootResults(outcomeOf(DONE), [planned('twice'), planned('swap is off'), planned('twice')], {
    where: 'boot-bios',
    goss: false,
  });
  assert.deepEqual(told(list), [
    ['machine/boot', 'the machine boots and runs its checks', 'pass', undefined],
    ['machine', 'no unit failed', 'pass', undefined],
    ['abc', 'twice', 'fail', undefined],
    ['abc', 'swap is off', 'pass', undefined],
    ['abc', 'twice', 'pass', undefined],
  ]);
  assert.deepEqual(list[2]?.origin, ORIGIN);
});

test('what never reported has failed', () => {
  const checks = [planned('swap is off'), planned('twice'), planned('twice'), planned('never told')];
  const list = bootResults(outcomeOf(DONE), checks, { where: 'boot-bios', goss: true });
  const failed = list.filter(({ status, detail }) => status === 'fail' && detail !== undefined);
  assert.deepEqual(told(failed), [
    ['abc', 'never told', 'fail', 'never reported'],
    ['goss', 'all checks of "goss" report', 'fail', 'never reported'],
  ]);
});

test('a machine that does not come up fails everything, and says why', () => {
  const list = bootResults(outcomeOf('', 'the kernel panicked'), [planned('swap is off')], {
    where: 'boot-uefi',
    goss: true,
  });
  assert.ok(list.every(({ status }) => status === 'fail'));
  assert.equal(list[0]?.detail, 'the kernel panicked; the last lines of its console:\nline 1\nKernel panic');
  assert.deepEqual(
    list.map(({ id }) => id),
    ['machine/boot', 'machine', 'abc', 'verify', 'goss'],
  );
});

for (const [title, text, code, wrong] of [
  ['is cut off', '1..2\nok 1 - a\n', 124, /stopped at its time limit/],
  ['crashes', 'bash: syntax error\n', 2, /never said how many.*\nbash: syntax error/],
  ['reports less than announced', '1..2\nok 1 - a\n', 0, /announced 2 checks and reported 1/],
  ['fails without naming a check', '1..1\nok 1 - a\n', 1, /exited with code 1 although no check failed/],
  ['bails out', '1..1\nBail out! no root\n', 1, /gave up: no root/],
] as const) {
  test(`a part that ${title} has failed`, () => {
    const port = `::bake-verify reached\n::bake-verify begin verify\n${text}\n::bake-verify end verify ${code}\n::bake-verify done\n`;
    const list = bootResults(outcomeOf(port), [], { where: 'boot-bios', goss: false });
    const part = list.find((result) => result.title === 'all checks of "verify" report');
    assert.equal(part?.status, 'fail');
    assert.match(part.detail ?? '', wrong);
  });
}

test('a kernel or a systemd that has stopped is told from one that goes on', () => {
  assert.ok(hasStopped('[ 6593.103415] systemd[1]: Freezing execution.'));
  assert.ok(hasStopped('[    3.2] Kernel panic - not syncing: IO-APIC'));
  assert.ok(
    !hasStopped('[ 6552.290170] systemd[1]: Failed to fork off sandboxing environment: Protocol error'),
  );
});

test('a clock that is ahead of the time since the power came is told from one that is not', () => {
  const at = (seconds: number): string =>
    `[${seconds.toFixed(6).padStart(12)}] sched: DL replenish lagged too much`;
  assert.ok(clockRunsFast(at(801.65), 138));
  assert.ok(clockRunsFast(at(30), 14));
  for (const [stamp, secondsOn] of [
    [0, 0.9],
    [16.06, 14.6],
    [13, 14.6],
    [1395, 1395],
  ] as const)
    assert.ok(!clockRunsFast(at(stamp), secondsOn), `${stamp} s of the kernel after ${secondsOn} s`);
  assert.ok(!clockRunsFast('[  OK  ] Reached target multi-user.target.', 1));
  assert.ok(!clockRunsFast('bake: [  642.841074] is no stamp', 1));
});

test('dead ends are known by what the console says', () => {
  for (const [console, meaning] of [
    ['[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs', /kernel panicked/],
    ['traps: PANIC: double fault: 0000 [#1]', /double fault/],
    ['You are in emergency mode. After logging in', /emergency mode/],
    ['ALERT!  UUID=x does not exist.  Dropping to a shell!', /initramfs/],
    ['error: no such device\r\nEntering rescue mode...\r\ngrub rescue> ', /GRUB/],
    ['UEFI Interactive Shell v2.2', /UEFI/],
  ] as const) {
    assert.match(deadEnd(console) ?? 'none', meaning);
  }
  for (const fine of [
    '',
    'BdsDxe: failed to load Boot0001 "UEFI QEMU DVD-ROM"',
    'panic=10 on the command line',
    'Started rescue.service',
  ]) {
    assert.equal(deadEnd(fine), undefined, fine);
  }
  assert.ok(hasLoginPrompt('Debian GNU/Linux 13 host ttyS0\n\nhost login: '));
  assert.ok(!hasLoginPrompt('Started login service'));
});

test('the last lines are clean', () => {
  assert.equal(lastLines('a\r\n\r\n\x1b[2J\x1b[01;01H\x1b[=3h  b \nc\n', 2), '  b\nc');
});
