import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { IMAGE_FORMATS, type ImageFormat } from '../../catalog/image-formats.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean, nearest } from '../../diagnostics/suggest.ts';
import type { BakeOptions } from '../commands/bake.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { addClusters } from './clusters.ts';
import { addImages } from './images.ts';
import { addKnowledge } from './knowledge.ts';
import { examples, identity, json, out, secrets, several, standIn, strict } from './options.ts';
import { addSecrets } from './secrets.ts';

/** Commands are imported when they run: `bake --version` must not pay for what it does not use. */
export function makeProgram(io: Io): Command {
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
        'where machines will run, in place of the profile’s image.targets; can be given several times; for Packer, qemu where neither says one that it knows',
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
        'bake --profile haproxy --target vsphere --format ova',
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
      const { bakeCommand } = await import('../commands/bake.ts');
      const { format, ...rest } = options;
      await bakeCommand({ ...rest, profile: options.profile, ...(format ? { formats: format } : {}) }, io);
    });

  addImages(program, io);
  addKnowledge(program, io);
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

function version(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
