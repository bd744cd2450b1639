import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { emitGoss } from '../emit/goss.ts';
import { emitSeal, emitUnsealedProvision } from '../emit/shell.ts';
import type { Artifact } from '../emit/emit.ts';
import { emitVerify } from '../emit/verify-sh.ts';
import { printPlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { hclText } from '../text/hcl.ts';
import { yamlText } from '../text/yaml.ts';
import { buildBlocks } from './build.ts';
import type { Builder, MachineFacts } from './builder.ts';
import { installerAnswers, letRootIn } from './installer.ts';
import { exampleFile, pluginsFile, variablesFile, variablesOf } from './inputs.ts';
import type { TemplatePieces } from './pieces.ts';
import { sourcesFile } from './sources.ts';

/** Where the key of a build lies in the template's folder. */
export const KEY_FILE = 'seed/key';

/** Older Packer than 1.7 can’t read it. */
export const PLUGINS_FILE = 'plugins.pkr.hcl';

/** Names of the variables of a template. */
export const variableNames = (plan: Plan, builders: readonly Builder[]): string[] =>
  variablesOf(builders, factsOf(plan), plan).map(({ name }) => name);

/** Whether a key of ours lets Packer in, so that {@link emitPacker} has to be given its public half. */
export const needsKey = (builders: readonly Builder[]): boolean =>
  builders.some(({ login }) => login === 'build-key');

/** Folders that hold a half of that key, so that they are others where the key is another one. */
export const keyFolders = (builders: readonly Builder[]): string[] => [
  ...(needsKey(builders) ? ['seed'] : []),
  ...(builders.some(({ installer }) => installer) ? ['install'] : []),
];

/**
 * A folder that Packer builds with, one source a builder, which run side by side: names below that folder. `publicKey` is one line
 * as in authorized_keys, of the key in {@link KEY_FILE}; without it, where one is needed, this throws.
 */
export function emitPacker(
  plan: Plan,
  pieces: TemplatePieces,
  builders: readonly Builder[],
  publicKey?: string,
): Artifact[] {
  const machine = factsOf(plan);
  const variables = variablesOf(builders, machine, plan);
  const file = (name: string, text: string, executable = false): Artifact => ({
    name,
    text,
    executable,
    secret: false,
  });
  const provisions = builders.some(({ from }) => from !== 'baked-disk');
  const seeds = needsKey(builders);
  if (seeds && publicKey === undefined) throw new Error('these builders need the public half of a key');
  const installers = builders.flatMap(({ name, installer }) =>
    installer
      ? Object.entries(installerAnswers(machine, installer, publicKey ?? '', pieces)).map(([answer, text]) =>
          file(`install/${name}/${answer}`, text),
        )
      : [],
  );
  // What root does in the image, checked before it is sealed: nothing of the boot phase is there yet.
  const baked: Plan = { ...plan, steps: plan.steps.filter(({ phase }) => phase === 'bake') };
  return [
    file(PLUGINS_FILE, pluginsFile(builders)),
    file('variables.pkr.hcl', variablesFile(variables)),
    file('sources.pkr.hcl', sourcesFile(builders, machine, plan)),
    file('build.pkr.hcl', hclText(buildBlocks(builders, machine, plan))),
    file('example.pkrvars.hcl', exampleFile(variables)),
    ...(provisions
      ? [
          file('provision.sh', emitUnsealedProvision(plan, pieces), true),
          file('verify.sh', emitVerify(baked, pieces.verifyHelpers), true),
          file('seal.sh', emitSeal(plan, pieces), true),
          // What every image carries of itself: the checks with those of the boot phase.
          file('records/plan.json', printPlan(plan)),
          file('records/goss.yaml', emitGoss(plan)),
          file('records/verify.sh', emitVerify(plan, pieces.verifyHelpers), true),
        ]
      : []),
    ...(builders.some(({ from }) => from === 'baked-disk')
      ? [file('write-disk.sh', pieces.writeDisk, true)]
      : []),
    ...(seeds
      ? [
          file('seed/user-data', cloudConfig(letRootIn(publicKey))),
          file('seed/meta-data', 'instance-id: image-build\n'),
        ]
      : []),
    ...(builders.some(({ login }) => login === 'platform-key')
      ? [file('cloud/user-data', cloudConfig(letRootIn()))]
      : []),
    ...installers,
  ];
}

const cloudConfig = (content: object): string => `#cloud-config\n${yamlText(content)}`;

function factsOf({ profile, os, image, steps, hash }: Plan): MachineFacts {
  const { base } = image;
  const archives = archivesOf(steps);
  const own =
    base.from === 'cloud-image' && /^https?:\/\//.test(base.location)
      ? { image: { url: base.location, sha256: base.sha256 } }
      : {};
  return {
    profile,
    os: OPERATING_SYSTEMS[os],
    diskSize: image.diskSize,
    plan: hash.slice(0, 12),
    ...(archives ? { archives } : {}),
    ...own,
  };
}

function archivesOf(steps: Plan['steps']): MachineFacts['archives'] {
  for (const { step } of steps) {
    if (step.kind !== 'archives') continue;
    const { input } = step;
    if ('base' in input) return { main: input.base, security: input.base };
    const main = input.archives[0]?.uri;
    const security = input.archives.find(({ suite }) => suite.endsWith('-security'))?.uri;
    if (main !== undefined && security !== undefined) return { main, security };
  }
  return undefined;
}
