import { finding, type Rule } from './rule.ts';

/**
 * Users and groups that the distributions' packages make; useradd fails on either. Source: passwd.master and group.master of
 * base-passwd 3.6, and the packages that we install (systemd, dbus, openssh-server, chrony, haproxy, keepalived, docker).
 */
const TAKEN: ReadonlySet<string> = new Set(
  `root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody nogroup
   adm tty disk kmem dialout fax voice cdrom floppy tape sudo audio dip operator src shadow utmp video sasl plugdev
   staff users input kvm render sgx crontab netdev _ssh ssh sshd messagebus polkitd systemd-journal systemd-network
   systemd-resolve systemd-timesync systemd-coredump _chrony haproxy keepalived_script docker`.split(/\s+/),
);

export const userNamesAreFree: Rule = (resolved) =>
  resolved.profile.users.flatMap(({ name, sshKeys }, i) => {
    if (!TAKEN.has(name)) return [];
    const wantsRootKeys = name === 'root' && (sshKeys ?? []).length > 0;
    const hint = wantsRootKeys
      ? 'give the keys to a user of your own with sudo: nopasswd, or to boot.sshKeys'
      : 'choose another name';
    return [
      finding(
        resolved,
        'B402',
        ['users', i, 'name'],
        `${name} is a user or group that the system has already`,
        { hint },
      ),
    ];
  });
