import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../adapters/process.ts';
import { thisSystem } from './examine.ts';
import type { Need } from './needs.ts';

const SOURCES = '/etc/apt/sources.list.d';

/** The command that a person would type for it. */
export async function installCommand(needs: readonly Need[]): Promise<string> {
  const { codename } = await thisSystem();
  const backported = codename === 'bookworm' ? needs.filter(({ fromBackports }) => fromBackports) : [];
  const plain = needs.filter((need) => !backported.includes(need));
  const commands = [
    ...(plain.length > 0 ? [`apt-get install -y --no-install-recommends ${names(plain)}`] : []),
    ...(backported.length > 0
      ? [`apt-get install -y --no-install-recommends -t bookworm-backports ${names(backported)}`]
      : []),
  ];
  return commands.join(' && ');
}

/** Installs packages with apt-get, as root. Debian 12 gets a sources entry for backports where one of them needs it. */
export async function installPackages(
  needs: readonly Need[],
  run: Run,
  onLine: (line: string) => void,
): Promise<void> {
  const { codename } = await thisSystem();
  const backported = codename === 'bookworm' ? needs.filter(({ fromBackports }) => fromBackports) : [];
  const plain = needs.filter((need) => !backported.includes(need));
  if (backported.length > 0) await addBackports();
  const apt = async (...args: readonly string[]): Promise<void> => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
      env,
      onLine,
    });
  };
  await apt('update');
  if (plain.length > 0) await apt('install', '--no-install-recommends', ...plain.map((need) => need.package));
  if (backported.length > 0) {
    await apt(
      'install',
      '--no-install-recommends',
      '-t',
      'bookworm-backports',
      ...backported.map((need) => need.package),
    );
  }
}

/** From the mirror that this machine uses already. Backports never replace anything by themselves (apt_preferences(5)). */
async function addBackports(): Promise<void> {
  const existing = await Promise.all(
    (await readdir(SOURCES)).map((name) => readFile(join(SOURCES, name), 'utf8').catch(() => '')),
  );
  const main = await readFile('/etc/apt/sources.list', 'utf8').catch(() => '');
  const all = [...existing, main].join('\n');
  if (all.includes('bookworm-backports')) return;
  const uri =
    /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(all)?.[1] ??
    'http://deb.debian.org/debian';
  await writeFile(
    join(SOURCES, 'bake-backports.sources'),
    `# Written by bake doctor --fix.\nTypes: deb\nURIs: ${uri}\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`,
  );
}

const names = (needs: readonly Need[]): string => needs.map((need) => need.package).join(' ');
