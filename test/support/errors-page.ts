import { CODES, type Code } from '../../src/diagnostics/codes.ts';
import type { ErrorCase } from './error-case.ts';

const STAGES: readonly [string, string][] = [
  ['B1', 'Reading YAML'],
  ['B2', 'The shape of one file'],
  ['B3', 'Putting files together'],
  ['B4', 'Rules about the whole profile'],
  ['B5', 'Out of support, or known to be bad'],
  ['B6', 'Rules about a cluster'],
  ['B7', 'User-data of any origin'],
];

type Case = Pick<ErrorCase, 'name' | 'options' | 'expected'>;

/** docs/errors.md: every code, what it means, and what it looks like. */
export function errorsPage(cases: readonly Case[]): string {
  const codes = Object.keys(CODES) as Code[];
  const parts = STAGES.flatMap(([prefix, title]) => [
    `## ${title}`,
    ...codes.filter((code) => code.startsWith(prefix)).flatMap((code) => entry(code, cases)),
  ]);
  return `${[
    '# Errors and warnings',
    '<!-- Made from src/diagnostics/codes.ts, test/errors, test/cluster/errors and test/user-data-check by `npm run test:update`: change those. -->',
    'Each has a code. `bake explain CODE` says the same as this page. B502, B503, B504, B505, B611, B705, B708, B709, B712 and B714 are warnings, all others errors (a patch of Kubernetes newer than bake knows and a firewall rule without effect are warnings, too, and of B7xx the message decides); `--strict` makes warnings fatal.',
    ...parts,
  ].join('\n\n')}\n`;
}

function entry(code: Code, cases: readonly Case[]): string[] {
  const { title, explain } = CODES[code];
  // The shortest is the plainest.
  const [example] = cases
    .filter((one) => one.name.startsWith(`${code}-`) && one.options.json !== true)
    .sort((a, b) => a.expected.length - b.expected.length);
  const output = example?.expected
    .split('\n')
    .filter((line) => !/^\d+ (?:error|warning)/.test(line))
    .join('\n')
    .trimEnd();
  return [
    `### ${code}: ${title}`,
    explain,
    ...(output === undefined ? [] : [`\`\`\`text\n${output}\n\`\`\``]),
  ];
}
