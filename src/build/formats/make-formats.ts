import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { diskRun } from '../disk/tools.ts';
import { finish, type ProducedFile } from '../local/produced.ts';
import type { ImageFacts } from './format.ts';
import { FORMATS } from './index.ts';
import type { ImageFormat } from '../../catalog/image-formats.ts';

export interface FormatsRequest extends ImageFacts {
  /** Without doubles. */
  readonly formats: readonly ImageFormat[];
  /** The raw disk and the root tree; nobody writes to them meanwhile. */
  readonly disk: string;
  readonly tree: string;
  /** Where the files go. When this fails, what is in it is the caller's to remove. */
  readonly workDir: string;
}

export interface FormatsTools {
  readonly run: Run;
  readonly signal: AbortSignal;
  /** Told of each file: its name, and the work of making it and of its sum. */
  readonly step: <T>(title: string, work: () => Promise<T>) => Promise<T>;
}

/** Name of the file that an image becomes. */
export const fileOf = (image: string, format: ImageFormat): string => FORMATS[format].fileName(image);

/**
 * Makes all formats at once, and what they are made from once for all of them; resolves to the files with their sums, in the order of
 * `formats`. The first failure stops the others, and is the one that is told.
 */
export async function makeFormats(
  request: FormatsRequest,
  tools: FormatsTools,
): Promise<readonly ProducedFile[]> {
  const { formats, disk, tree, workDir, ...facts } = request;
  const image = facts.plan.image.name;
  const failed = new AbortController();
  const signal = AbortSignal.any([tools.signal, failed.signal]);
  const run = diskRun({ run: tools.run, signal }, workDir);
  const files = new Map<ImageFormat, Promise<string>>();

  const make = async (name: ImageFormat): Promise<string> => {
    const format = FORMATS[name];
    const roots = { disk, tree };
    const source =
      format.from === 'disk' || format.from === 'tree' ? roots[format.from] : await file(format.from);
    const target = join(workDir, format.fileName(image));
    const scratch = join(workDir, `.${name}`);
    await mkdir(scratch);
    signal.throwIfAborted();
    await format.make({ ...facts, source, target, scratch, run, signal });
    return target;
  };
  const file = (name: ImageFormat): Promise<string> => {
    const known = files.get(name);
    if (known) return known;
    const made = make(name);
    files.set(name, made);
    return made;
  };

  const all = formats.map((name) =>
    tools.step(`write ${fileOf(image, name)}`, async () => finish(await file(name), signal)),
  );
  try {
    return await Promise.all(all);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(all);
    throw error;
  }
}
