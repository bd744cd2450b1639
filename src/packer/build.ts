import type { Plan } from '../plan/plan.ts';
import { attributes, block, expression, hclTemplate, variable } from '../text/hcl.ts';
import type { HclAttributes, HclBlock, HclBody } from '../text/hcl.ts';
import { beside, type Builder, type MachineFacts } from './builder.ts';
import { IMAGE_RECORDS } from '../verify/image/made-by.ts';
import { TELL_PACKAGES } from './events.ts';
import { localArchives } from './inputs.ts';
import { SOURCE } from './sources.ts';

/** Where Packer writes down what came out, in the template's folder: of builders that run a machine, and of those that write a disk. */
export const MANIFESTS = {
  running: 'packer-manifest.json',
  writing: 'packer-manifest-disk.json',
} as const;

/** What is done in the machines, and with what comes out. Builders that write a disk have a build of their own. */
export function buildBlocks(builders: readonly Builder[], machine: MachineFacts, plan: Plan): HclBody {
  const writing = builders.filter(({ from }) => from === 'baked-disk');
  const running = builders.filter((builder) => !writing.includes(builder));
  return [
    ...build(running, [
      ...provision(running, machine, plan),
      ...afterwards(running, plan, MANIFESTS.running),
    ]),
    ...build(writing, [...writeDisk(writing), ...afterwards(writing, plan, MANIFESTS.writing)]),
  ];
}

function build(builders: readonly Builder[], body: HclBody): HclBlock[] {
  const sources = builders.map(({ name }) => `source.${name}.${SOURCE}`);
  return sources.length === 0 ? [] : [block(['build'], [attributes({ sources }), ...body])];
}

/** Where archives go on the machine; sealing empties it. */
const UPLOADS = '/var/tmp';

function provision(builders: readonly Builder[], machine: MachineFacts, plan: Plan): HclBody {
  const all = (comment: string | undefined, given: Arguments): HclBlock[] =>
    asRoot(builders, builders, comment, given);
  const some = (
    comment: string,
    linesOf: (builder: Builder) => readonly string[],
    given: Arguments = {},
  ): HclBlock[] =>
    alike(builders, linesOf).flatMap(({ lines, group }) =>
      lines.length === 0 ? [] : asRoot(group, builders, comment, { inline: lines, ...given }),
    );
  return [
    ...all('Exit code 2: done, with warnings.', {
      inline: ['if command -v cloud-init >/dev/null; then cloud-init status --wait; fi'],
      valid_exit_codes: [0, 2],
    }),
    ...some('What the platform’s image lacks.', ({ prepare }) => prepare?.(machine) ?? []),
    ...uploads(plan),
    ...all(undefined, {
      script: beside('provision.sh'),
      environment_vars: [`BAKE_ARCHIVES=${UPLOADS}`, EVENTS],
    }),
    block(
      ['provisioner', 'file'],
      [attributes({ sources: RECORDS.map((name) => beside(`records/${name}`)), destination: `${UPLOADS}/` })],
      'What the image says of itself.',
    ),
    ...all(undefined, { inline: keepRecords(machine), environment_vars: [EVENTS] }),
    ...all('The checks, while the machine still has an identity.', { script: beside('verify.sh') }),
    ...some('What the platform or the installer has left.', ({ tidy }) => tidy ?? []),
    ...all('A machine that is stopped saves a random seed; all machines of the image would share it.', {
      inline: KEEP_SEALED,
    }),
    ...all('The machine is running: BAKE_SEAL says that its identity is meant to be taken away.', {
      script: beside('seal.sh'),
      environment_vars: ['BAKE_SEAL=yes', EVENTS],
    }),
    ...some(
      'The last that this user does: nobody comes back to clean up.',
      ({ login }) => (login === 'build-user' ? FORGET_USER : []),
      {
        skip_clean: true,
      },
    ),
  ];
}

/** How `bake --builder packer` has the scripts talk: a line where a step begins, and one where it ends. */
const EVENTS = hclTemplate`BAKE_EVENTS=${expression('var.events ? "yes" : ""')}`;

const RECORDS = ['plan.json', 'goss.yaml', 'verify.sh'];

const keepRecords = ({ os }: MachineFacts): string[] => [
  `install -D -m 0644 -t ${IMAGE_RECORDS} ${UPLOADS}/plan.json ${UPLOADS}/goss.yaml`,
  `install -m 0755 -t ${IMAGE_RECORDS} ${UPLOADS}/verify.sh`,
  `if [ -n "$BAKE_EVENTS" ]; then ${TELL_PACKAGES[os.packageManager]}; fi`,
];

/** Builders with the same lines, together. */
function alike(builders: readonly Builder[], linesOf: (builder: Builder) => readonly string[]) {
  const groups = new Map<string, { readonly lines: readonly string[]; readonly group: Builder[] }>();
  for (const builder of builders) {
    const lines = linesOf(builder);
    const key = lines.join('\n');
    const known = groups.get(key);
    if (known) known.group.push(builder);
    else groups.set(key, { lines, group: [builder] });
  }
  return [...groups.values()];
}

const KEEP_SEALED = [
  'mkdir -p /run/systemd/system/systemd-random-seed.service.d',
  "printf '[Service]\\nExecStop=\\n' >/run/systemd/system/systemd-random-seed.service.d/sealed.conf",
  'systemctl daemon-reload',
];

/** sudo says in SUDO_USER who called it. */
const FORGET_USER = [
  'rm -f -- "$0" /etc/sudoers.d/90-cloud-init-users /etc/sudoers.d/waagent',
  'userdel --force --remove -- "$SUDO_USER"',
];

/** The folder's content, as its name ends with a slash: names of files would be templates of Go's to Packer, twice. */
function uploads(plan: Plan): HclBlock[] {
  if (localArchives(plan).length === 0) return [];
  const source = hclTemplate`${variable('archives')}/`;
  return [block(['provisioner', 'file'], [attributes({ source, destination: UPLOADS })])];
}

/** A local image of bake's goes to a volume that is empty. */
function writeDisk(builders: readonly Builder[]): HclBody {
  return [
    block(
      ['provisioner', 'file'],
      [attributes({ source: variable('baked_image'), destination: `${UPLOADS}/image.qcow2` })],
    ),
    ...asRoot(builders, builders, undefined, {
      script: beside('write-disk.sh'),
      environment_vars: [`BAKE_IMAGE=${UPLOADS}/image.qcow2`],
    }),
  ];
}

type Arguments = HclAttributes['attributes'];

/** A provisioner for some of a build's sources: one for those that root is logged in to, one by sudo for the others. */
function asRoot(
  group: readonly Builder[],
  all: readonly Builder[],
  comment: string | undefined,
  given: Arguments,
): HclBlock[] {
  return [false, true].flatMap((sudo) => {
    const those = group.filter(({ login }) => (login === 'build-user') === sudo);
    if (those.length === 0) return [];
    const only = those.length === all.length ? undefined : those.map(sourceName);
    const execute_command = `${sudo ? 'sudo ' : ''}env {{ .Vars }} bash '{{ .Path }}'`;
    return [block(['provisioner', 'shell'], [attributes({ ...given, execute_command, only })], comment)];
  });
}

const sourceName = ({ name }: Builder): string => `${name}.${SOURCE}`;

function afterwards(builders: readonly Builder[], plan: Plan, manifest: string): HclBody {
  const withFiles = builders.filter(({ makesFiles }) => makesFiles);
  const { profile, role, os, arch, hash, standIn, versions } = plan;
  const facts = { profile, role, os, arch, plan: hash, stand_ins: standIn ? 'yes' : 'no', ...versions };
  return [
    ...(withFiles.length === 0
      ? []
      : [
          block(
            ['post-processor', 'checksum'],
            [
              attributes({
                checksum_types: ['sha256'],
                output: hclTemplate`${variable('output')}/{{ .BuilderType }}.{{ .ChecksumType }}`,
                only: withFiles.length === builders.length ? undefined : withFiles.map(sourceName),
              }),
            ],
          ),
        ]),
    block(
      ['post-processor', 'manifest'],
      [
        attributes({
          output: beside(manifest),
          custom_data: facts,
        }),
      ],
    ),
  ];
}
