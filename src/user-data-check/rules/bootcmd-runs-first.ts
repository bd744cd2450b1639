import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { say } from '../finding.ts';
import { commandsOf, invocations, spanOfLine, type Command } from '../shell.ts';
import { userNames } from './files-come-at-the-right-time.ts';
import { packagesOf, PROGRAMS } from './packages.ts';
import type { ConfigRule } from './rule.ts';
import { writtenFiles } from './written-files.ts';

/** What must not be done twice. */
const ONCE =
  /^(?:mkfs(?:\.\w+)?|mke2fs|mkswap|wipefs|sgdisk|parted|pvcreate|vgcreate|lvcreate|dd|useradd|adduser|groupadd|addgroup|apt|apt-get|yum|dnf|zypper|apk|pip3?|kubeadm|reboot|shutdown|poweroff|halt)$/;
/** A command of that kind in the same line asks first. */
const ASKS = /(?:^|[\s;&|])(?:\[\[?|test|grep|id|getent|blkid|command|which|cloud-init-per|if)\s/;

/** bootcmd runs before every other module, and at every boot. (cloudinit/config/cc_bootcmd.py, frequency always) */
export const bootcmdRunsFirst: ConfigRule = (config, { configs }) => {
  const files = new Set(configs.flatMap(writtenFiles).map(({ name }) => name));
  const programs = new Map(
    configs
      .flatMap(packagesOf)
      .flatMap(({ name }) =>
        [name, ...(Object.hasOwn(PROGRAMS, name) ? (PROGRAMS[name] ?? []) : [])].map(
          (one) => [one, name] as const,
        ),
      ),
  );
  const users = configs.flatMap(userNames).filter((name) => name !== 'default' && name !== 'root');
  return commandsOf(config)
    .filter(({ key }) => key === 'bootcmd')
    .flatMap((command) => {
      const line = lineOf(command);
      if (/(?:^|[\s;&|])(?:\[\[?|test|if)\s/.test(line)) return [];
      const found: Diagnostic[] = [];
      for (const { words, line: n } of invocations(command)) {
        const [first = '', ...rest] = words;
        const tell = (message: string, hint: string): void => {
          found.push(say('B709', spanOfLine(config, command, n), message, { hint }, command.path));
        };
        const file = words.find((word) => files.has(word));
        const name = programs.get(first);
        const user = users.find((one) => rest.some((word) => word === one || word.startsWith(`${one}:`)));
        if (file !== undefined)
          tell(
            `bootcmd runs before write_files, so ${quote(file)} is not there at the first boot`,
            'use runcmd',
          );
        else if (name !== undefined)
          tell(
            `bootcmd runs before packages, so ${quote(name)} is not installed at the first boot`,
            'use runcmd',
          );
        else if (user !== undefined && /^(?:chown|su|runuser|install)$/.test(first))
          tell(`bootcmd runs before users, so there is no ${quote(user)} at the first boot`, 'use runcmd');
        else if (ONCE.test(first) && !ASKS.test(line))
          tell(
            `bootcmd runs at every boot, and ${quote(first)} with it`,
            `cloud-init-per once NAME ${first} …, or runcmd`,
          );
      }
      const bare = command.script?.bare ?? [];
      const appending = bare.findIndex((text) => />>\s*\/(?!run\/|dev\/|proc\/|sys\/|var\/log\/)/.test(text));
      if (appending !== -1 && !ASKS.test(line))
        found.push(
          say(
            'B709',
            spanOfLine(config, command, appending),
            'bootcmd runs at every boot, and appends the same again each time',
            { hint: 'cloud-init-per once NAME …, or runcmd' },
            command.path,
          ),
        );
      return found;
    });
};

const lineOf = ({ words, script }: Command): string => [...(words ?? []), ...(script?.lines ?? [])].join(' ');
