import { Option, type Command } from 'commander';
import type {
  ImportSecretsOptions,
  NewSecretsOptions,
  RotateSecretsOptions,
  ShowSecretsOptions,
} from '../commands/secrets.ts';
import type { Io } from '../io.ts';
import { examples, identity, json, outFile, several } from './options.ts';

/** `bake secrets` and what it does. */
export function addSecrets(secretsCommand: Command, io: Io): void {
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
      (await import('../commands/secrets.ts')).newSecretsCommand(options, io),
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
      (await import('../commands/secrets.ts')).showSecretsCommand(file, options, io),
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
      (await import('../commands/secrets.ts')).rotateSecretsCommand(what, file, options, io),
    );

  making(
    secretsCommand
      .command('import')
      .description('make secrets around the authorities of a cluster that is there')
      .requiredOption('--pki <dir>', 'folder like kubeadm’s /etc/kubernetes/pki'),
  )
    .addHelpText('after', examples('bake secrets import --pki ./pki --name demo'))
    .action(async (options: ImportSecretsOptions) =>
      (await import('../commands/secrets.ts')).importSecretsCommand(options, io),
    );
}
