import { Option, type Command } from 'commander';
import type { CompileOptions } from '../commands/compile.ts';
import type { InitOptions } from '../commands/init.ts';
import type { PackerOptions } from '../commands/packer.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { VerifyOptions } from '../commands/verify.ts';
import type { Io } from '../io.ts';
import {
  examples,
  identity,
  json,
  out,
  profileOption,
  secrets,
  several,
  standIn,
  strict,
  type Json,
} from './options.ts';

/** Commands about profiles and the images that they become. */
export function addImages(program: Command, io: Io): void {
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
        'where machines will run, in place of the profile’s image.targets; can be given several times',
      ).argParser(several),
    )
    .addOption(json())
    .addHelpText(
      'after',
      examples('bake compile --profile worker', 'bake compile --profile worker --target qemu'),
    )
    .action(async (options: CompileOptions) =>
      (await import('../commands/compile.ts')).compileCommand(options, io),
    );

  program
    .command('plan')
    .description('show what would be done to the machine')
    .addOption(profileOption())
    .addOption(standIn())
    .addOption(strict())
    .addOption(json())
    .addHelpText('after', examples('bake plan --profile haproxy', 'bake plan --profile worker --json'))
    .action(async (options: PlanOptions) => (await import('../commands/plan.ts')).planCommand(options, io));

  program
    .command('packer')
    .description('write a folder that Packer builds golden images with')
    .addOption(profileOption())
    .addOption(
      new Option(
        '-t, --target <name>',
        'where machines will run, in place of the profile’s image.targets; several are built side by side when it is given several times; qemu where neither says one that Packer knows',
      ).argParser(several),
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
        'bake packer --profile worker',
        'bake packer --profile worker --target vsphere --builder vsphere-iso',
        'bake packer --profile worker --target aws --target hetzner',
      ),
    )
    .action(async (options: PackerOptions) =>
      (await import('../commands/packer.ts')).packerCommand(options, io),
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
      (await import('../commands/verify.ts')).verifyCommand(image, options, io),
    );

  program
    .command('init')
    .description('make a project of your own: profiles that extend ours')
    .argument('<dir>', 'folder to make it in')
    .addOption(new Option('--cluster', 'with a cluster file that says who the machines are together'))
    .addOption(json())
    .addHelpText('after', examples('bake init my-profiles', 'bake init --cluster my-cluster'))
    .action(async (dir: string, options: InitOptions) =>
      (await import('../commands/init.ts')).initCommand(dir, options, io),
    );

  program
    .command('profiles')
    .description('list the profiles that come with bake')
    .addOption(json())
    .addHelpText('after', examples('bake profiles'))
    .action(async (options: Json) => (await import('../commands/profiles.ts')).profilesCommand(options, io));
}
