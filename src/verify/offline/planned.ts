import { createHash } from 'node:crypto';
import type { Check } from '../../steps/check.ts';
import { isOffline } from '../../steps/check.ts';
import type { ImageReader } from '../image/reader.ts';
import { type CheckResult, type PlannedCheck, resultOf } from '../result.ts';
import { type Group, readGroups, readUsers, type User } from './accounts.ts';
import { type DpkgPackage, readDpkgStatus } from './dpkg-status.ts';
import { posixRegExp } from './posix-regexp.ts';
import { readUnitLinks, type UnitLinks, unitState } from './systemd-units.ts';

type Of<Kind extends Check['check']> = Extract<Check, { check: Kind }>;

/** What many checks ask, read once. */
interface Facts {
  readonly reader: ImageReader;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  /** Undefined where they are RPMs. */
  readonly packages: readonly DpkgPackage[] | undefined;
  readonly links: UnitLinks;
}

/**
 * Answers every planned check that the files of an image can answer; the others are left out, as
 * they are the booted machine's to answer.
 */
export async function checkPlanned(
  reader: ImageReader,
  checks: readonly PlannedCheck[],
): Promise<readonly CheckResult[]> {
  const facts: Facts = {
    reader,
    users: await readUsers(reader),
    groups: await readGroups(reader),
    packages: await readDpkgStatus(reader),
    links: await readUnitLinks(reader),
  };
  const results: CheckResult[] = [];
  for (const planned of checks) {
    if (!isOffline(planned.check)) continue;
    if (planned.check.check === 'package' && facts.packages === undefined) {
      results.push(resultOf(planned, 'offline', 'skip', RPMS));
      continue;
    }
    const wrong = await complaints(facts, planned.check);
    results.push(
      wrong.length === 0
        ? resultOf(planned, 'offline', 'pass')
        : resultOf(planned, 'offline', 'fail', wrong.join('; ')),
    );
  }
  return results;
}

const RPMS = 'the database of RPMs is not read here; `bake verify` asks the booted machine';

/** What is not as the check wants it; empty when all is well. */
async function complaints(facts: Facts, check: Check): Promise<readonly string[]> {
  switch (check.check) {
    case 'file':
      return checkFile(facts, check);
    case 'package':
      return checkPackage(facts, check);
    case 'user':
      return checkUser(facts, check);
    case 'service':
      return checkService(facts, check);
    case 'sysctl':
    case 'kernel-module':
    case 'swap-off':
    case 'command':
      throw new Error(`a ${check.check} check can't be answered offline`);
  }
}

async function checkFile({ reader, users, groups }: Facts, check: Of<'file'>): Promise<readonly string[]> {
  const stat =
    check.type === 'symlink' || !check.exists
      ? await reader.lstat(check.path)
      : await reader.stat(check.path);
  if (!check.exists) return stat ? [`${check.path} exists`] : [];
  if (!stat) return [`${check.path} does not exist`];
  const owner = users.find((user) => user.uid === stat.uid)?.name ?? String(stat.uid);
  const group = groups.find((one) => one.gid === stat.gid)?.name ?? String(stat.gid);
  const mode = stat.mode.toString(8).padStart(4, '0');
  const wrong = [
    ...differs('type', check.type, stat.type),
    ...differs('mode', check.mode, mode),
    ...differs('owner', check.owner, owner),
    ...differs('group', check.group, group),
  ];
  if (check.sha256 === undefined && !check.lines && !check.withoutLines) return wrong;
  const content = await reader.read(check.path);
  if (!content) return [...wrong, `${check.path} is not a regular file`];
  const lines = content.toString('utf8').split('\n');
  const present = new Set(lines.map((line) => line.trim()));
  return [
    ...wrong,
    ...differs('sha256', check.sha256, createHash('sha256').update(content).digest('hex')),
    ...(check.lines ?? [])
      .filter((line) => !present.has(line.trim()))
      .map((line) => `line is missing: ${line}`),
    ...(check.withoutLines ?? []).flatMap((pattern) => {
      const expression = posixRegExp(pattern);
      return lines.filter((line) => expression.test(line)).map((line) => `unwanted line: ${line.trim()}`);
    }),
  ];
}

function checkPackage({ packages = [] }: Facts, check: Of<'package'>): readonly string[] {
  const [name, architecture] = check.name.split(':');
  const known = packages.filter(
    (one) => one.name === name && (!architecture || one.architecture === architecture),
  );
  const found = known.find((one) => one.installed);
  if (!check.installed) return found ? [`${check.name} ${found.version} is installed`] : [];
  if (!found) return [`${check.name} is not installed`];
  return [
    ...differs('version', check.version, found.version),
    ...(check.held === undefined ? [] : differs('held', String(check.held), String(found.held))),
  ];
}

function checkUser({ users, groups }: Facts, check: Of<'user'>): readonly string[] {
  const user = users.find((one) => one.name === check.name);
  if (!user) return [`there is no user ${check.name}`];
  const memberOf = groups.filter((group) => group.gid === user.gid || group.members.includes(user.name));
  const names = new Set(memberOf.map((group) => group.name));
  return [
    ...(check.groups ?? []).filter((group) => !names.has(group)).map((group) => `not a member of ${group}`),
    ...differs('shell', check.shell, user.shell),
    ...differs('home', check.home, user.home),
  ];
}

async function checkService({ reader, links }: Facts, check: Of<'service'>): Promise<readonly string[]> {
  const state = await unitState(reader, links, check.unit);
  const masked = state === 'masked';
  const enabled = state === 'enabled';
  return [
    ...(check.masked !== undefined && check.masked !== masked
      ? [`${check.unit} is ${state}, not ${check.masked ? 'masked' : 'free of a mask'}`]
      : []),
    ...(check.enabled !== undefined && check.enabled !== enabled
      ? [`${check.unit} is ${state}, not ${check.enabled ? 'enabled' : 'disabled'}`]
      : []),
  ];
}

function differs(what: string, wanted: string | undefined, found: string): readonly string[] {
  return wanted === undefined || wanted === found ? [] : [`${what} is ${found}, not ${wanted}`];
}
