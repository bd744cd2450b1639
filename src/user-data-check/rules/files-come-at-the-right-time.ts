import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { sayOf } from '../finding.ts';
import type { CloudConfig } from '../part.ts';
import { itemsOf, mappingOf, type ConfigRule } from './rule.ts';
import { writtenFiles } from './written-files.ts';

/** Users that packages of a base system make: they are there before cloud-init. (base-passwd, systemd, openssh-server, dbus) */
const THERE = new Set(
  `root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody nogroup adm tty disk
   dialout cdrom sudo wheel users staff video kvm input render utmp shadow crontab messagebus polkitd ssh sshd
   systemd-network systemd-resolve systemd-timesync systemd-journal _apt _chrony syslog`.split(/\s+/),
);

/** write_files runs before users, groups and packages unless deferred. (config/cloud.cfg.tmpl; defer since 21.4) */
export const filesComeAtTheRightTime: ConfigRule = (config, { configs }) => {
  const users = new Set(configs.flatMap(userNames));
  return writtenFiles(config).flatMap((file): Diagnostic[] => {
    if (/^\/(?:tmp|var\/tmp)\//.test(file.name))
      return [
        sayOf(
          config,
          'B709',
          [...file.path, 'path'],
          'folders for temporary files may be emptied after this is written',
          {
            hint: 'write to /run, or to /var/lib and delete it when done',
          },
        ),
      ];
    if (file.isDeferred) return [];
    const [owner = '', group = ''] = file.owner.split(':');
    const late = [owner, group].find((name) => name !== '' && !THERE.has(name) && !/^\d+$/.test(name));
    if (late !== undefined)
      return [
        sayOf(
          config,
          'B709',
          [...file.path, 'owner'],
          `files are written before there is ${quote(late)}: users, groups and packages come later`,
          {
            severity: users.has(late) ? 'error' : 'warning',
            hint: 'defer: true',
          },
        ),
      ];
    const home = /^\/home\/([^/]+)\//.exec(file.name)?.[1];
    if (home === undefined) return [];
    return [
      sayOf(
        config,
        'B709',
        [...file.path, 'path'],
        `the folder is made before the user ${quote(home)}, so that it belongs to root and lacks /etc/skel`,
        {
          hint: `defer: true, and owner: ${home}:${home}`,
        },
      ),
    ];
  });
};

/** Names in `users`, and groups in `groups`. */
export function userNames({ value }: CloudConfig): readonly string[] {
  const users = itemsOf(value['users']).map((user) =>
    typeof user === 'string' ? user : mappingOf(user)['name'],
  );
  const listed = value['groups'];
  const groups = (typeof listed === 'string' ? listed.split(/\s*,\s*/) : [listed].flat()).flatMap((group) =>
    typeof group === 'string' ? [group] : Object.keys(mappingOf(group)),
  );
  return [...users, ...groups].filter((name): name is string => typeof name === 'string');
}
