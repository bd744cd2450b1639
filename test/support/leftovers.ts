import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Mounts below a folder and processes that have something of it open as root or working folder: there should be none. */
export async function leftovers(folder: string): Promise<string[]> {
  // The kernel takes a killed namespace apart in its own time.
  for (let attempt = 0; ; attempt++) {
    const found = [...mountsBelow(folder), ...processesIn(folder)];
    if (found.length === 0 || attempt === 20) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => (line.split(' ')[1] ?? '').startsWith(`${folder}/`))
    .map((line) => `mount: ${line}`);
}

function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['root', 'cwd', 'exe'].some((link) => target(`/proc/${pid}/${link}`).startsWith(`${folder}/`)),
    )
    .map((pid) => `process ${pid}`);
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
