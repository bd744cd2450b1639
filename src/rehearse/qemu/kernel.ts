import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { openImage } from '../../verify/image/open.ts';
import { type ImageReader, readText } from '../../verify/image/reader.ts';

/** A disk image in the form that emulated machines start from. */
export interface Unpacked {
  /** The image without compression. */
  readonly rawPath: string;
  /** Arguments of QEMU that start its kernel as its boot loader would; none where only the boot loader knows how. */
  readonly boot: readonly string[];
}

/**
 * Arguments for the kernel against what costs an emulated processor most and changes nothing for a cluster: detours around what real
 * processors give away, and memory cleared before it is handed out. And against what a machine finds out about time while it waits for
 * its turn (turns.ts): that the processor's clock, which is the computer's, is too fast, so that one behind a port is asked instead; and
 * that timers don't work, over which Linux stops.
 */
const SPARED = 'mitigations=off init_on_alloc=0 tsc=reliable no_timer_check';

/** The entry that grub.cfg starts: the first one, as update-grub and the builder write them. */
const ENTRY = /^\s*linux\s+(?<kernel>\/\S+)\s+(?<commandLine>.*)$[^}]*?^\s*initrd\s+(?<initrd>\/\S+)\s*$/m;

/**
 * Unpacks an image into an existing, empty folder, once for all machines that begin as it. Firmware and boot loader would take each
 * of them 15 s of an emulated processor, which reads 50 MB in real mode; `bake verify` boots images with both.
 * Rejects with UnreadableImage, or ToolFailure when qemu-img fails.
 */
export async function unpack(image: string, folder: string, run: Run): Promise<Unpacked> {
  const opened = await openImage({ image, workDir: folder, run });
  try {
    return { rawPath: opened.rawPath, boot: await bootOf(opened.reader, folder) };
  } finally {
    await opened.close();
  }
}

/** QEMU's arguments, with copies of kernel and initial RAM disk in `folder`. */
export async function bootOf(reader: ImageReader, folder: string): Promise<readonly string[]> {
  const entry = ENTRY.exec((await readText(reader, '/boot/grub/grub.cfg')) ?? '')?.groups;
  if (entry === undefined) return [];
  const { kernel = '', initrd = '', commandLine = '' } = entry;
  const extract = async (path: string, name: string): Promise<string | undefined> => {
    const content = await reader.read(path);
    if (content === undefined) return undefined;
    const copy = join(folder, name);
    await writeFile(copy, content);
    return copy;
  };
  const [kernelCopy, initrdCopy] = [await extract(kernel, 'vmlinuz'), await extract(initrd, 'initrd.img')];
  if (kernelCopy === undefined || initrdCopy === undefined) return [];
  return ['-kernel', kernelCopy, '-initrd', initrdCopy, '-append', `${commandLine.trim()} ${SPARED}`];
}
