import { isDeepStrictEqual } from 'node:util';
import { archivesOf } from '../plan/container-images.ts';
import type { Plan } from '../plan/plan.ts';
import { attributes, block, expression, hclText, type HclBody, type HclValue } from '../text/hcl.ts';
import type { Builder, MachineFacts, Variable } from './builder.ts';
import { flag, imageName, optional, required, sshTimeout } from './variables.ts';

/** All variables of a template: those without a default first, each once. */
export function variablesOf(builders: readonly Builder[], machine: MachineFacts, plan: Plan): Variable[] {
  const all = [
    ...builders.flatMap(({ variables }) => variables(machine)),
    ...(localArchives(plan).length > 0 && builders.some(({ from }) => from !== 'baked-disk')
      ? [
          required(
            'archives',
            `Folder with the archives that the profile names, and nothing else: ${localArchives(plan).join(', ')}.`,
            'archives',
          ),
        ]
      : []),
    imageName(machine),
    ...(builders.some(({ from }) => from !== 'baked-disk')
      ? [
          flag(
            'events',
            'Tell of steps as `bake --builder packer` reads them, rather than for people.',
            false,
          ),
        ]
      : []),
    // An installer has to be done before anybody can log in.
    sshTimeout(builders.some(({ from }) => from === 'installer') ? '60m' : '20m'),
    ...(builders.some(({ login }) => login === 'build-user')
      ? [
          optional(
            'build_user',
            'User that Packer logs in as while it builds; it is not in the image.',
            'packer',
          ),
        ]
      : []),
  ];
  const byName = new Map<string, Variable>();
  for (const variable of all) {
    const known = byName.get(variable.name);
    if (known && !isDeepStrictEqual(known, variable))
      throw new Error(`two variables are called ${variable.name}`);
    byName.set(variable.name, variable);
  }
  return [...byName.values()].sort((a, b) => Number(isPreset(a)) - Number(isPreset(b)));
}

/** Whether a person may leave it out. */
export const isPreset = (variable: Variable): boolean => variable.default !== undefined;

/** Archives that the person who builds has, and that go up to the machine: by the name that provision.sh looks for. */
export function localArchives({ steps }: Plan): string[] {
  const names = archivesOf(steps)
    .filter(({ location }) => !/^https?:\/\//.test(location))
    .map(({ location }) => location.replace(/^.*\//, ''));
  return [...new Set(names)];
}

export function variablesFile(variables: readonly Variable[]): string {
  return hclText(
    variables.map((variable) =>
      block(
        ['variable', variable.name],
        [
          attributes({
            type: expression(variable.type),
            description: variable.description,
            default: variable.default,
            sensitive: variable.sensitive,
          }),
          ...validation(variable),
        ],
      ),
    ),
  );
}

const validation = ({ validation: rule }: Variable): HclBody =>
  rule
    ? [
        block(
          ['validation'],
          [attributes({ condition: expression(rule.condition), error_message: rule.message })],
        ),
      ]
    : [];

/** What has to be set, with values that only show the form. */
export function exampleFile(variables: readonly Variable[]): string {
  const open = variables.filter((variable) => !isPreset(variable));
  const said =
    open.length === 0
      ? 'Every variable has a default: nothing has to be set.'
      : 'Every variable without a default, with a value that shows its form. Copy it to mine.auto.pkrvars.hcl, which Packer reads by\nitself, and put yours in. Secrets are better off in the environment: PKR_VAR_ and the name.';
  const group = (secret: boolean): HclBody => {
    const some = open.filter(({ sensitive = false }) => sensitive === secret);
    return some.length === 0
      ? []
      : [
          attributes(
            Object.fromEntries(some.map(({ name, example }): [string, HclValue] => [name, example ?? ''])),
          ),
        ];
  };
  return hclText([{ comment: said }, ...group(false), ...group(true)]);
}

/** Apart from the rest, as Packer before 1.7 can't read it; those versions have the builders in them. */
export function pluginsFile(builders: readonly Builder[]): string {
  const plugins = new Map(builders.map(({ plugin }) => [plugin.name, plugin]));
  return hclText([
    {
      comment:
        'For `packer init`, from Packer 1.7 on. Older ones can’t read this file and have these builders in them: take it away there.',
    },
    block(
      ['packer'],
      [
        block(
          ['required_plugins'],
          [
            attributes(
              Object.fromEntries(
                [...plugins].map(([name, { version, source }]): [string, HclValue] => [
                  name,
                  { version, source },
                ]),
              ),
            ),
          ],
        ),
      ],
    ),
  ]);
}
