import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bootOf } from '../../src/rehearse/qemu/kernel.ts';
import type { ImageReader } from '../../src/verify/image/reader.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** An image of these files. */
function imageOf(files: Readonly<Record<string, string>>): ImageReader {
  const read = (path: string): Promise<Buffer | undefined> => {
    const text = files[path];
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  };
  const unused = (): never => assert.fail('only read() is used');
  return { read, stat: unused, lstat: unused, readLink: unused, list: unused };
}

/** As update-grub of Debian 13 writes them, with what does not matter left out. */
const UPDATE_GRUB = `set default="0"
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1f18' {
	insmod part_gpt
	search --no-floppy --fs-uuid --set=root 1f18
	echo	'Loading Linux 6.12.2-amd64 ...'
	linux	/boot/vmlinuz-6.12.2-amd64 root=UUID=1f18 ro console=ttyS0,115200
	echo	'Loading initial ramdisk ...'
	initrd	/boot/initrd.img-6.12.2-amd64
}
submenu 'Advanced options for Debian GNU/Linux' {
	menuentry 'Debian GNU/Linux, with Linux 6.12.1-amd64' {
		linux	/boot/vmlinuz-6.12.1-amd64 root=UUID=1f18 ro
		initrd	/boot/initrd.img-6.12.1-amd64
	}
}
`;
const FILES = {
  '/boot/grub/grub.cfg': UPDATE_GRUB,
  '/boot/vmlinuz-6.12.2-amd64': 'kernel',
  '/boot/initrd.img-6.12.2-amd64': 'ramdisk',
};

test('the kernel that the boot loader would start, with its arguments and what spares emulation', async () => {
  await inTempFolder(async (folder) => {
    const [kernel, ramdisk] = [join(folder, 'vmlinuz'), join(folder, 'initrd.img')];
    assert.deepEqual(await bootOf(imageOf(FILES), folder), [
      ...['-kernel', kernel, '-initrd', ramdisk],
      '-append',
      'root=UUID=1f18 ro console=ttyS0,115200 mitigations=off init_on_alloc=0 tsc=reliable no_timer_check',
    ]);
    assert.equal(readFileSync(kernel, 'utf8'), 'kernel');
    assert.equal(readFileSync(ramdisk, 'utf8'), 'ramdisk');
  });
});

for (const [what, files] of [
  ['has no grub.cfg', { ...FILES, '/boot/grub/grub.cfg': undefined }],
  ['leaves the kernel to another file', { ...FILES, '/boot/grub/grub.cfg': 'blscfg\n' }],
  [
    'has the kernel on a partition of its own',
    { '/boot/grub/grub.cfg': UPDATE_GRUB.replaceAll('/boot/', '/') },
  ],
] as const) {
  test(`an image that ${what} is started by its boot loader`, async () => {
    const known = Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
    await inTempFolder(async (folder) => {
      assert.deepEqual(await bootOf(imageOf(known as Record<string, string>), folder), []);
    });
  });
}
