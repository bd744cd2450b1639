import { Argument, Option, type Command } from 'commander';
import type { CacheOptions } from '../commands/cache.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { SchemaOptions } from '../commands/schema.ts';
import { completionScript, SHELLS, type CompletedShell } from '../completion.ts';
import type { Io } from '../io.ts';
import { examples, json, type Json } from './options.ts';

/** Commands that say what bake knows, and what this machine can do. */
export function addKnowledge(program: Command, io: Io): void {
  program
    .command('targets')
    .description('list the platforms that machines can run on, or say all that is known of one')
    .argument('[name]', 'such as aws or vsphere')
    .addOption(json())
    .addHelpText('after', examples('bake targets', 'bake targets vsphere'))
    .action(async (name: string | undefined, options: Json) =>
      (await import('../commands/targets.ts')).targetsCommand(name, options, io),
    );

  program
    .command('mirrors')
    .description('list the sets of mirrors that a profile can name, or say where all of one is')
    .argument('[name]', 'such as aliyun or daocloud')
    .addOption(json())
    .addHelpText('after', examples('bake mirrors', 'bake mirrors aliyun'))
    .action(async (name: string | undefined, options: Json) =>
      (await import('../commands/mirrors.ts')).mirrorsCommand(name, options, io),
    );

  program
    .command('schema')
    .description('print the JSON Schema of a profile, for editors')
    .addOption(new Option('--cluster', 'that of a cluster file instead'))
    .addHelpText('after', examples('bake schema', 'bake schema --cluster'))
    .action(async (options: SchemaOptions) =>
      (await import('../commands/schema.ts')).schemaCommand(options, io),
    );

  program
    .command('explain')
    .description('say more about a diagnostic')
    .argument('[code]', 'such as B201; without it, the list of all')
    .addOption(json())
    .addHelpText('after', examples('bake explain B201'))
    .action(async (code: string | undefined, options: Json) =>
      (await import('../commands/explain.ts')).explainCommand(code, options, io),
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
      (await import('../commands/doctor.ts')).doctorCommand(options, io),
    );

  program
    .command('cache')
    .description('list or prune cached layers and downloads, or verify the layers')
    .argument('[action]', 'list, prune or verify', 'list')
    .addOption(new Option('--all', 'prune everything that is not in use'))
    .addOption(json())
    .addHelpText('after', examples('bake cache list'))
    .action(async (action: string, options: CacheOptions) =>
      (await import('../commands/cache.ts')).cacheCommand(action, options, io),
    );

  program
    .command('completion')
    .description('print a script by which a shell completes bake’s commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', examples('bake completion bash'))
    .action(async (shell: CompletedShell) => {
      const { ownProfiles } = await import('../../adapters/files.ts');
      const { TARGET_NAMES } = await import('../../catalog/targets/index.ts');
      const { FORM_NAMES } = await import('../../catalog/targets/target.ts');
      const names = { profiles: ownProfiles(), targets: TARGET_NAMES, forms: FORM_NAMES };
      io.out(completionScript(program, shell, names));
    });
}
