import { createHash } from 'node:crypto';
import type { CloudConfig, Machine } from '../support/machine.ts';
import type { Call } from '../support/recorded.ts';

/** A place where a value must have come out: what it is, what was found, what was wanted. */
export type Place = readonly [string, unknown, unknown];

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const callsOf = ({ provision, stockScript }: Machine, name: string): Call[] =>
  [...provision, ...stockScript].filter((call) => call.name === name);
/** A file's content by both routes, and the sum that the checks hold it to. */
export function file(
  machine: Machine,
  path: string,
  wanted: string,
  of: (content: string) => unknown = (content) => content,
): Place[] {
  const baked = machine.provision
    .filter(({ name, args }) => name === 'bake_write' && args[0] === path)
    .map(({ input }) => input);
  const native =
    machine.stock.write_files?.filter((written) => written.path === path).map(({ content }) => content) ?? [];
  const scripted = machine.stockScript
    .filter(({ name, args }) => name === 'bake_write' && args[0] === path)
    .map(({ input }) => input);
  return [
    [`${path} of the image`, baked.map((content) => of(content ?? '')), baked.map(() => wanted)],
    [
      `${path} of the stock route`,
      [...native, ...scripted].map((content) => of(content ?? '')),
      baked.map(() => wanted),
    ],
    [`${path} is written`, baked.length > 0, true],
  ];
}
const has = (part: string) => (content: string) => (content.includes(part) ? part : content);
/** A file that has a part somewhere. */
export const holds = (machine: Machine, path: string, part: string): Place[] =>
  file(machine, path, part, has(part));
export const argument = (machine: Machine, name: string, wanted: string): Place => [
  `an argument of ${name}`,
  callsOf(machine, name)
    .flatMap(({ args }) => args)
    .includes(wanted),
  true,
];
export const check = (machine: Machine, helper: string, ...args: string[]): Place => [
  `${helper} ${args.join(' ')}`,
  machine.checks.some((words) => words[2] === helper && args.every((arg) => words.slice(3).includes(arg))),
  true,
];
export const goss = (machine: Machine, kind: string, id: string): Place => [
  `goss.yaml, ${kind}`,
  Object.hasOwn(machine.goss[kind] ?? {}, id),
  true,
];
export const gossLine = (machine: Machine, path: string, line: string): Place => [
  `goss.yaml finds the line in ${path}`,
  (machine.goss['file']?.[path]?.['contents'] as string[] | undefined)?.some((pattern) =>
    new RegExp(pattern.slice(1, -1)).test(line),
  ),
  true,
];
export const userOf = (config: CloudConfig, name: string): Record<string, unknown> =>
  (config.users?.find((user) => typeof user === 'object' && user['name'] === name) ?? {}) as Record<
    string,
    unknown
  >;
export const base = ({ plan }: Machine): unknown =>
  plan.image.base.from === 'cloud-image'
    ? plan.image.base.location
    : plan.image.base.from === 'bootstrap'
      ? plan.image.base.archives[0]?.uri
      : undefined;
