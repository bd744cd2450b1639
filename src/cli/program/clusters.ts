import { Option, type Command } from 'commander';
import { MEDIUM_NAMES } from '../../catalog/media.ts';
import type { CheckUserDataOptions } from '../commands/check-user-data.ts';
import type { RenderOptions } from '../commands/cluster.ts';
import type { RehearseOptions } from '../commands/rehearse.ts';
import type { SeedOptions } from '../commands/seed.ts';
import type { UserDataOptions } from '../commands/userdata.ts';
import type { Io } from '../io.ts';
import { examples, identity, json, named, out, outFile, standIn, strict, target } from './options.ts';

/** Commands about whole clusters: cluster file and secrets in, what machines are told out. */
export function addClusters(program: Command, io: Io): void {
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
      if (check === undefined) await (await import('../commands/userdata.ts')).userDataCommand(options, io);
      else (await import('../commands/check-user-data.ts')).checkUserDataCommand({ ...options, check }, io);
    });

  about(
    program
      .command('seed')
      .description('write an ISO image with user-data, network and name of a machine, to attach'),
  )
    .requiredOption('-n, --node <name>', 'machine of the cluster file')
    .addOption(target('the medium that this platform reads (NoCloud’s)'))
    .addOption(new Option('--medium <name>', 'which one, where it reads several').choices(MEDIUM_NAMES))
    .addOption(outFile('file to write (NODE-seed.iso)'))
    .addHelpText(
      'after',
      examples(
        'bake seed --node master-1',
        'bake seed --node master-1 --target openstack',
        'bake seed --node master-1 --target vsphere --medium ovf',
      ),
    )
    .action(async (options: SeedOptions) => (await import('../commands/seed.ts')).seedCommand(options, io));

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
      (await import('../commands/cluster.ts')).renderCommand(options, io),
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
      (await import('../commands/rehearse.ts')).rehearseCommand(options, io),
    );
}
