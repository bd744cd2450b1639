import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { IMAGE_FORMATS, type ImageFormat } from '../catalog/image-formats.ts';
import { quote } from '../diagnostics/printable.ts';
import { completionScript, SHELLS, type CompletedShell } from './completion.ts';
import { plain, type Palette } from '../diagnostics/render.ts';
import { didYouMean, nearest } from '../diagnostics/suggest.ts';
import type { BakeOptions } from './commands/bake.ts';
import type { CacheOptions } from './commands/cache.ts';
import type { RenderOptions } from './commands/cluster.ts';
import type { CheckUserDataOptions } from './commands/check-user-data.ts';
import type { CompileOptions } from './commands/compile.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { InitOptions } from './commands/init.ts';
import type { PackerOptions } from './commands/packer.ts';
import type { PlanOptions } from './commands/plan.ts';
import type { RehearseOptions } from './commands/rehearse.ts';
import type { SchemaOptions } from './commands/schema.ts';
import type {
  ImportSecretsOptions,
  NewSecretsOptions,
  RotateSecretsOptions,
  ShowSecretsOptions,
} from './commands/secrets.ts';
import type { SeedOptions, UserDataOptions } from './commands/userdata.ts';
import type { VerifyOptions } from './commands/verify.ts';
import { EXIT, Stop, type Io } from './io.ts';

/**
 * Runs the command line and resolves to its exit code. The one place where an error becomes an exit code, and the one
 * that shows a stack: what gets here unnamed is our bug.
 */
export async function runCli(args: readonly string[], given: Partial<Io> = {}): Promise<number> {
  const controller = new AbortController();
  let cwd: string;
  try {
    cwd = given.cwd ?? process.cwd();
  } catch {
    const err = given.err ?? ((text) => process.stderr.write(text));
    err('bake: the current folder is not there any more; change to another\n');
    return EXIT.tool;
  }
  const io = realIo(controller.signal, { ...given, cwd });
  const interrupt = (): void => {
    if (!controller.signal.aborted) io.err('\nbake: stopping; leaving nothing half done\n');
    controller.abort();
  };
  for (const name of STOPPING) process.on(name, interrupt);
  const output = given.out ? { failed: false } : watchOutput(() => controller.abort());
  try {
    await makeProgram(io).parseAsync(['node', 'bake', ...args]);
    return output.failed ? EXIT.tool : EXIT.fine;
  } catch (error) {
    const code = await explainFailure(error, io);
    return output.failed ? EXIT.tool : code;
  } finally {
    for (const name of STOPPING) process.off(name, interrupt);
  }
}

/** SIGHUP too: a terminal that is closed, or a connection lost, must not leave a bake behind. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * `bake … | head`: whoever read our output has left. What is under way is stopped in good order; without this Node would
 * die of the unhandled error. Stays until the process ends, since output is written later than we ask for it. Output that
 * can't be written for another reason, such as a full disk, is a failure.
 */
function watchOutput(stop: () => void): { readonly failed: boolean } {
  const output = { failed: false };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !output.failed) {
        output.failed = true;
        process.exitCode = EXIT.tool;
        if (stream === process.stdout)
          process.stderr.write(`bake: can’t write to standard output: ${error.message}\n`);
      }
      stop();
    });
  }
  return output;
}

async function explainFailure(error: unknown, io: Io): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof Stop) {
    if (error.message) io.err(`bake: ${error.message}\n`);
    return error.exitCode;
  }
  const { describeFailure } = await import('./failures.ts');
  const known = describeFailure(error, io);
  if (known) {
    io.err(known.text);
    return known.exitCode;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  io.err(
    `bake: this is a bug in bake, not a mistake of yours. Please report it with the lines below.\n${stack}\n`,
  );
  return EXIT.bug;
}

function realIo(signal: AbortSignal, given: Partial<Io> & Pick<Io, 'cwd'>): Io {
  const env = given.env ?? process.env;
  const isTerminal = given.isTerminal ?? process.stderr.isTTY === true;
  const coloured = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env,
    isTerminal,
    palette: coloured ? ansi : plain,
    signal,
    ...given,
  };
}

const sgr =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const ansi: Palette = { error: sgr(31), warning: sgr(33), strong: sgr(1), faint: sgr(2) };

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

interface Json {
  readonly json?: boolean;
}

const profileOption = (): Option =>
  new Option('-p, --profile <name|file>', 'profile: one of ours by name, or a file').makeOptionMandatory();
const standIn = (): Option =>
  new Option('--stand-in', 'stand-ins in place of Kubernetes’ packages, clearly labelled');
const secrets = (): Option =>
  new Option('--secrets <file>', 'values that go into user-data and never into an image (mode 0600)');
const identity = (): Option =>
  new Option('--identity <file>', 'age identity that opens an encrypted secrets file (or BAKE_AGE_IDENTITY)');
const strict = (): Option => new Option('--strict', 'treat warnings as errors');
const target = (what: string): Option => new Option('--target <name>', `${what}; bake targets lists them`);
const json = (): Option => new Option('--json', 'print JSON for machines');
const out = (what = 'where products go: DIR/<profile>/'): Option =>
  new Option('-o, --out <dir>', what).default('out').argParser(named);
const outFile = (what: string): Option => new Option('-o, --out <file>', what).argParser(named);

/** An option that can be given several times. */
const several = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];

/** An empty name would be the current folder's. */
function named(path: string): string {
  if (path === '') throw new InvalidArgumentError('It must not be empty; . is the folder you are in.');
  return path;
}

/** Commands are imported when they run: `bake --version` must not pay for what it does not use. */
function makeProgram(io: Io): Command {
  const program = new Command('bake')
    .description('Golden images and zero-touch first boot for kubeadm clusters')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showSuggestionAfterError()
    .showHelpAfterError('(bake --help lists commands and options)')
    .enablePositionalOptions();

  program
    .addOption(new Option('-p, --profile <name|file>', 'profile to bake: one of ours by name, or a file'))
    .addOption(standIn())
    .addOption(secrets())
    .addOption(identity())
    .addOption(strict())
    .addOption(out())
    .addOption(
      new Option('--builder <name>', 'what turns the plan into an image')
        .choices(['local', 'packer', 'none'])
        .default('local'),
    )
    .addOption(
      new Option(
        '--target <name>',
        'with --builder packer: where machines will run (qemu unless told otherwise); can be given several times',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--packer-builder <name>',
        'with --builder packer: Packer’s builder, where a target has more than one; can be given several times',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--var <name=value>',
        'with --builder packer: a variable of the template; can be given several times',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--var-file <file>',
        'with --builder packer: a file of them; can be given several times',
      ).argParser(several),
    )
    .addOption(new Option('--fresh', 'use no cached layer'))
    .addOption(
      new Option('--format <name...>', 'image formats in place of those of the profile').choices(
        IMAGE_FORMATS,
      ),
    )
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'bake --profile worker --stand-in',
        'bake --profile ./my-worker.yaml --out images',
        'bake --profile haproxy --format ova --format vhdx',
        'bake --profile worker --builder packer --target hetzner',
      ),
    )
    .helpCommand('help [command]', 'display help for a command')
    .action(async (options: Partial<BakeOptions> & { readonly format?: readonly ImageFormat[] }) => {
      const [word] = program.args;
      if (word !== undefined) throw unknownCommand(word, program);
      if (options.profile === undefined) {
        io.err(program.helpInformation());
        throw new Stop(EXIT.usage, 'say what to bake, for example: bake --profile worker');
      }
      const { bakeCommand } = await import('./commands/bake.ts');
      const { format, ...rest } = options;
      await bakeCommand({ ...rest, profile: options.profile, ...(format ? { formats: format } : {}) }, io);
    });

  program
    .command('compile')
    .description('write every text form of a profile, and no image')
    .addOption(profileOption())
    .addOption(standIn())
    .addOption(secrets())
    .addOption(identity())
    .addOption(strict())
    .addOption(out())
    .addOption(
      new Option(
        '--target <name>',
        'a template for Packer, too: DIR/<profile>/packer/<target>/; can be given several times',
      ).argParser(several),
    )
    .addOption(json())
    .addHelpText(
      'after',
      examples('bake compile --profile worker', 'bake compile --profile worker --target qemu'),
    )
    .action(async (options: CompileOptions) =>
      (await import('./commands/compile.ts')).compileCommand(options, io),
    );

  program
    .command('plan')
    .description('show what would be done to the machine')
    .addOption(profileOption())
    .addOption(standIn())
    .addOption(strict())
    .addOption(json())
    .addHelpText('after', examples('bake plan --profile haproxy', 'bake plan --profile worker --json'))
    .action(async (options: PlanOptions) => (await import('./commands/plan.ts')).planCommand(options, io));

  program
    .command('packer')
    .description('write a folder that Packer builds golden images with')
    .addOption(profileOption())
    .addOption(
      new Option(
        '-t, --target <name>',
        'where machines will run; several are built side by side when it is given several times',
      )
        .argParser(several)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '-b, --builder <name>',
        'Packer’s builder, where a target has more than one; can be given several times',
      ).argParser(several),
    )
    .addOption(standIn())
    .addOption(strict())
    .addOption(out('where it goes: DIR/<profile>/packer/<target>/'))
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'bake packer --profile worker --target qemu',
        'bake packer --profile worker --target vsphere --builder vsphere-iso',
        'bake packer --profile worker --target aws --target hetzner',
      ),
    )
    .action(async (options: PackerOptions) =>
      (await import('./commands/packer.ts')).packerCommand(options, io),
    );

  program
    .command('verify')
    .description('check an image: its files without booting it, and by booting it')
    .argument('<image>', 'a qcow2 or raw image that bake made')
    .addOption(new Option('--offline', 'only what needs no boot'))
    .addOption(
      new Option('--firmware <name>', 'firmware to boot with')
        .choices(['bios', 'uefi', 'both'])
        .default('bios'),
    )
    .addOption(new Option('--no-reboot', 'do not boot it a second time'))
    .addOption(
      new Option(
        '--stock',
        'the image is a stock one, made into the machine by its user-data (user-data.stock) and the network',
      ),
    )
    .addOption(
      new Option('--plan <file>', 'plan to check against; by default the plan.json beside the image'),
    )
    .addOption(new Option('--user-data <file>', 'user-data to boot with'))
    .addOption(
      new Option(
        '--time-limit <duration>',
        'for each boot with its checks: 10m, for a stock image 30m, unless told otherwise',
      ),
    )
    .addOption(
      new Option('--format <form>', 'form of the results').choices(['table', 'tap', 'json']).default('table'),
    )
    .addOption(json().implies({ format: 'json' }))
    .addHelpText('after', examples('bake verify --offline out/worker/worker.qcow2'))
    .action(async (image: string, options: VerifyOptions) =>
      (await import('./commands/verify.ts')).verifyCommand(image, options, io),
    );

  program
    .command('init')
    .description('make a project of your own: profiles that extend ours')
    .argument('<dir>', 'folder to make it in')
    .addOption(new Option('--cluster', 'with a cluster file that says who the machines are together'))
    .addOption(json())
    .addHelpText('after', examples('bake init my-profiles', 'bake init --cluster my-cluster'))
    .action(async (dir: string, options: InitOptions) =>
      (await import('./commands/init.ts')).initCommand(dir, options, io),
    );

  program
    .command('profiles')
    .description('list the profiles that come with bake')
    .addOption(json())
    .addHelpText('after', examples('bake profiles'))
    .action(async (options: Json) => (await import('./commands/profiles.ts')).profilesCommand(options, io));

  program
    .command('targets')
    .description('list the platforms that machines can run on, or say all that is known of one')
    .argument('[name]', 'such as aws or vsphere')
    .addOption(json())
    .addHelpText('after', examples('bake targets', 'bake targets vsphere'))
    .action(async (name: string | undefined, options: Json) =>
      (await import('./commands/targets.ts')).targetsCommand(name, options, io),
    );

  program
    .command('schema')
    .description('print the JSON Schema of a profile, for editors')
    .addOption(new Option('--cluster', 'that of a cluster file instead'))
    .addHelpText('after', examples('bake schema', 'bake schema --cluster'))
    .action(async (options: SchemaOptions) =>
      (await import('./commands/schema.ts')).schemaCommand(options, io),
    );

  program
    .command('explain')
    .description('say more about a diagnostic')
    .argument('[code]', 'such as B201; without it, the list of all')
    .addOption(json())
    .addHelpText('after', examples('bake explain B201'))
    .action(async (code: string | undefined, options: Json) =>
      (await import('./commands/explain.ts')).explainCommand(code, options, io),
    );

  program
    .command('doctor')
    .description('say what this machine can do, and what would mend what it can’t')
    .addOption(new Option('--fix', 'install what is missing, where that can be done'))
    .addOption(
      new Option('--for <purpose>', 'also what Packer’s builds need, or the project’s own tests').choices([
        'packer',
        'test',
      ]),
    )
    .addOption(json())
    .addHelpText('after', examples('bake doctor'))
    .action(async (options: DoctorOptions) =>
      (await import('./commands/doctor.ts')).doctorCommand(options, io),
    );

  program
    .command('cache')
    .description('list or prune cached layers and downloads, or verify the layers')
    .argument('[action]', 'list, prune or verify', 'list')
    .addOption(new Option('--all', 'prune everything that is not in use'))
    .addOption(json())
    .addHelpText('after', examples('bake cache list'))
    .action(async (action: string, options: CacheOptions) =>
      (await import('./commands/cache.ts')).cacheCommand(action, options, io),
    );

  program
    .command('completion')
    .description('print a script by which a shell completes bake’s commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', examples('bake completion bash'))
    .action(async (shell: CompletedShell) => {
      const { ownProfiles } = await import('../adapters/files.ts');
      const { TARGET_NAMES } = await import('../catalog/targets/index.ts');
      const { FORM_NAMES } = await import('../catalog/targets/target.ts');
      const names = { profiles: ownProfiles(), targets: TARGET_NAMES, forms: FORM_NAMES };
      io.out(completionScript(program, shell, names));
    });

  addClusters(program, io);
  addSecrets(program.command('secrets').description('make and keep the secrets of a cluster'), io);

  // Last, since commands made afterwards would inherit it: a word that is no command is told of above.
  return program.allowExcessArguments();
}

/** Baking is what bake does without a command, so who writes `bake bake` is not told of commands. */
function unknownCommand(word: string, { commands }: Command): Stop {
  const names = [...commands.map((command) => command.name()), 'help'];
  const near = nearest(word, ['bake', ...names]);
  const hint = near === 'bake' ? 'to bake, write bake --profile NAME' : didYouMean(word, names);
  return new Stop(
    EXIT.usage,
    `unknown command ${quote(word)}; ${hint ?? `there are ${names.join(', ')} (bake --help)`}`,
  );
}

/** Commands about whole clusters: cluster file and secrets in, what machines are told out. */
function addClusters(program: Command, io: Io): void {
  const about = (command: Command): Command =>
    command
      .addOption(new Option('-c, --cluster <file>', 'cluster file').default('cluster.yaml'))
      .addOption(
        new Option('--secrets <file>', 'secrets of the cluster (secrets.yaml beside the cluster file)'),
      )
      .addOption(identity())
      .addOption(new Option('--stock', 'for a distribution’s stock image instead of a baked one'))
      .addOption(standIn())
      .addOption(strict());

  about(
    program
      .command('userdata')
      .description('print the user-data of a machine, to paste into a console; or check any'),
  )
    .addOption(new Option('-n, --node <name>', 'machine of the cluster file'))
    .addOption(new Option('-p, --profile <name|file>', 'profile of workers that the platform names'))
    .addOption(target('as this platform takes it; with --check: where it goes'))
    .addOption(
      new Option('--form <form>', 'one of the platform’s forms (its first; bake targets NAME lists them)'),
    )
    .addOption(new Option('--copy', 'to the clipboard instead of standard output'))
    .addOption(outFile('file to write (mode 0600) instead of standard output'))
    .addOption(
      new Option(
        '--check <file>',
        'say what is wrong with user-data of any origin, and write nothing',
      ).conflicts(['node', 'profile', 'form', 'copy', 'out']),
    )
    .addOption(
      new Option('--cloud-init <version>', 'with --check: the release that reads it (22.4.2 to 26.2)'),
    )
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'bake userdata --node master-1',
        'bake userdata --profile worker --out worker.yaml',
        'bake userdata --node master-1 --target vsphere --form govc',
        'bake userdata --check worker.yaml --target hetzner --cloud-init 22.4.2',
      ),
    )
    .action(async (options: UserDataOptions & Partial<CheckUserDataOptions>) => {
      const { check } = options;
      if (check === undefined) await (await import('./commands/userdata.ts')).userDataCommand(options, io);
      else (await import('./commands/check-user-data.ts')).checkUserDataCommand({ ...options, check }, io);
    });

  about(
    program
      .command('seed')
      .description('write an ISO image with user-data, network and name of a machine, to attach'),
  )
    .requiredOption('-n, --node <name>', 'machine of the cluster file')
    .addOption(target('the medium that this platform reads (NoCloud’s)'))
    .addOption(outFile('file to write (NODE-seed.iso)'))
    .addHelpText(
      'after',
      examples('bake seed --node master-1', 'bake seed --node master-1 --target openstack'),
    )
    .action(async (options: SeedOptions) =>
      (await import('./commands/userdata.ts')).seedCommand(options, io),
    );

  const cluster = program
    .command('cluster')
    .description('what concerns all machines of a cluster')
    .addHelpText('after', examples('bake cluster render'));
  about(cluster.command('render').description('write what every machine is told into one folder'))
    .addOption(
      new Option('-o, --out <dir>', 'where it goes: DIR/<cluster>/<machine>/')
        .default('out')
        .argParser(named),
    )
    .addOption(new Option('--iso', 'a medium to attach for each machine, too'))
    .addHelpText('after', examples('bake cluster render', 'bake cluster render --cluster prod.yaml --iso'))
    .action(async (options: RenderOptions) =>
      (await import('./commands/cluster.ts')).renderCommand(options, io),
    );

  addRehearsal(program.command('rehearse'), io);
}

function addRehearsal(command: Command, io: Io): void {
  command
    .description('bring a whole cluster up on this computer, look at it, and take it away again')
    .addOption(new Option('-c, --cluster <file>', 'cluster file').default('cluster.yaml'))
    .addOption(
      new Option('--secrets <file>', 'secrets of the cluster (secrets.yaml beside the cluster file)'),
    )
    .addOption(identity())
    .addOption(
      new Option(
        '--engine <name>',
        'containers of the images’ trees, or virtual machines of the images (the fastest that works here)',
      ).choices(['nspawn', 'qemu']),
    )
    .addOption(standIn())
    .addOption(new Option('--chaos', 'break things: power, network, masters, balancers'))
    .addOption(new Option('--seed <number>', 'what --chaos does, so that it can be done again'))
    .addOption(new Option('--keep', 'leave the machines running until Ctrl-C, with a shell in each'))
    .addOption(
      new Option(
        '--test <commands>',
        'must succeed when the cluster is up; bash, on the machines’ network, with KUBECONFIG',
      ),
    )
    .addOption(
      new Option('--timeout <duration>', 'for all machines to be ready (10m; 30m for virtual machines)'),
    )
    .addOption(
      new Option('--logs <dir>', 'where consoles and journals go (rehearsal-<cluster> in the --out folder)'),
    )
    .addOption(strict())
    .addOption(out('where images go: DIR/<profile>/, those of stand-ins DIR/stand-in/<profile>/'))
    .addOption(json())
    .addHelpText(
      'after',
      examples('bake rehearse --stand-in', 'bake rehearse --cluster prod.yaml --chaos --seed 7'),
    )
    .action(async (options: RehearseOptions) =>
      (await import('./commands/rehearse.ts')).rehearseCommand(options, io),
    );
}

function addSecrets(secretsCommand: Command, io: Io): void {
  const initWindow = (): Option =>
    new Option('--init-window <duration>', 'how long the first master may initialise (1h)');
  const tokenTtl = (): Option =>
    new Option('--token-ttl <duration>', 'how long machines may join with the token (24h)');
  const recipient = (): Option =>
    new Option(
      '--recipient <age1...>',
      'encrypt to this age recipient; can be given several times',
    ).argParser(several);
  const externalEtcdKey = (): Option =>
    new Option(
      '--external-etcd-key <file>',
      'key of the client certificate for an etcd outside of the cluster (PEM, mode 0600)',
    );
  const making = (command: Command): Command =>
    command
      .addOption(new Option('--name <name>', 'name of the cluster'))
      .addOption(new Option('--cluster <file>', 'cluster file to take the name and the durations from'))
      .addOption(outFile('file to write (FILE.age when encrypted)').default('secrets.yaml'))
      .addOption(initWindow())
      .addOption(tokenTtl())
      .addOption(externalEtcdKey())
      .addOption(recipient())
      .addOption(json());

  secretsCommand.addHelpText(
    'after',
    examples('bake secrets new --name demo', 'bake secrets show', 'bake secrets rotate token'),
  );

  making(secretsCommand.command('new').description('make all secrets of a new cluster'))
    .addHelpText('after', examples('bake secrets new --name demo --init-window 2h'))
    .action(async (options: NewSecretsOptions) =>
      (await import('./commands/secrets.ts')).newSecretsCommand(options, io),
    );

  secretsCommand
    .command('show')
    .description('say what there is, and how long it is good; values only when asked for')
    .argument('[file]', 'secrets file', 'secrets.yaml')
    .addOption(new Option('--reveal <name>', 'print this one value'))
    .addOption(identity())
    .addOption(json())
    .addHelpText('after', examples('bake secrets show', 'bake secrets show --reveal stats-password'))
    .action(async (file: string, options: ShowSecretsOptions) =>
      (await import('./commands/secrets.ts')).showSecretsCommand(file, options, io),
    );

  secretsCommand
    .command('rotate')
    .description('make a part of it anew, in place')
    .argument('<what>', 'token, window, vrrp, stats, encryption, all-but-authorities or external-etcd')
    .argument('[file]', 'secrets file', 'secrets.yaml')
    .addOption(initWindow())
    .addOption(tokenTtl())
    .addOption(externalEtcdKey())
    .addOption(recipient())
    .addOption(identity())
    .addOption(json())
    .addHelpText('after', examples('bake secrets rotate token --token-ttl 2h'))
    .action(async (what: string, file: string, options: RotateSecretsOptions) =>
      (await import('./commands/secrets.ts')).rotateSecretsCommand(what, file, options, io),
    );

  making(
    secretsCommand
      .command('import')
      .description('make secrets around the authorities of a cluster that is there')
      .requiredOption('--pki <dir>', 'folder like kubeadm’s /etc/kubernetes/pki'),
  )
    .addHelpText('after', examples('bake secrets import --pki ./pki --name demo'))
    .action(async (options: ImportSecretsOptions) =>
      (await import('./commands/secrets.ts')).importSecretsCommand(options, io),
    );
}

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
