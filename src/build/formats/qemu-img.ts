import type { FormatJob } from './format.ts';

/** Writes the raw disk as qemu-img's `format`. `options` are further ones of `qemu-img convert`. */
export async function convertDisk(
  { source, target, run }: Pick<FormatJob, 'source' | 'target' | 'run'>,
  format: string,
  options: readonly string[],
): Promise<void> {
  await run('qemu-img', ['convert', '-m', '16', '-f', 'raw', '-O', format, ...options, source, target]);
}
