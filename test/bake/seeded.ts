import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';
import type { Identity } from '../../src/firstboot/seed.ts';
import { QEMU, type Accelerator } from '../../src/verify/boot/accelerator.ts';
import { emulatedTimerWasLate } from '../../src/verify/boot/console.ts';
import { HARDWARE } from '../../src/verify/boot/hardware.ts';
import { diskFormat } from '../../src/verify/image/open.ts';

/** What a machine says of itself at the end of its boot. */
export interface Told {
  readonly datasource: string;
  readonly instance: string;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** sha256 of what cloud-init was given as user-data. */
  readonly userData: string;
  /** Of the image that it booted from. */
  readonly release: string;
  /** Modules of the kernel, with `_` in their names, that it has before it has its disk. */
  readonly drivers: readonly string[];
}

const REPORT = `
import hashlib, json, os, re, socket, subprocess
def read(path): return open(path).read().strip()
def ip(*args): return json.loads(subprocess.check_output(["ip", "-j", "-4", *args]))
kernel = os.uname().release
early = subprocess.check_output(["lsinitramfs", "/boot/initrd.img-" + kernel], text=True) + read("/lib/modules/%s/modules.builtin" % kernel)
told = {
    "datasource": read("/var/lib/cloud/instance/datasource"),
    "instance": read("/var/lib/cloud/data/instance-id"),
    "hostname": socket.gethostname(),
    "addresses": ["%s/%s" % (a["local"], a["prefixlen"]) for i in ip("addr", "show", "scope", "global") for a in i["addr_info"]],
    "gateways": sorted({route["gateway"] for route in ip("route", "show", "default")}),
    "userData": hashlib.sha256(open("/var/lib/cloud/instance/user-data.txt", "rb").read()).hexdigest(),
    "release": read("/etc/bake/release"),
    "drivers": sorted({re.sub("-", "_", name) for name in re.findall(r"/([^/\\s]+)\\.ko", early)}),
}
open("/dev/ttyS1", "w").write("\\n" + json.dumps(told) + "\\n")
`;

/** Tells of the machine, and ends it. */
export const USER_DATA = `#cloud-config\n${JSON.stringify({
  runcmd: [
    ['python3', '-c', REPORT],
    ['poweroff', '-f'],
  ],
})}\n`;

export const USER_DATA_SHA256 = createHash('sha256').update(USER_DATA).digest('hex');

const MAC = '52:54:00:00:00:77';

/** Addresses that QEMU's own DHCP does not give. */
export const IDENTITY: Identity = {
  instanceId: 'demo-haproxy-7-0123456789ab',
  hostname: 'haproxy-7',
  network: {
    version: 2,
    ethernets: {
      nic0: {
        match: { macaddress: MAC },
        dhcp4: false,
        dhcp6: false,
        addresses: ['10.0.2.77/24'],
        routes: [{ to: '0.0.0.0/0', via: '10.0.2.2' }],
        nameservers: { addresses: ['10.0.2.3'] },
      },
    },
  },
};

const TIME_LIMIT_MS = 900_000;
const ATTEMPTS = 3;

/** A disk in any format, and how the machine is told who it is: by a CD-ROM, or by its serial number. */
export interface Seeded {
  readonly disk: string;
  readonly iso?: string;
  readonly serial?: string;
}

/** Boots a throw-away copy on one processor until it tells of itself. The message of a failure has the end of its console. */
export async function boot(
  { disk, iso, serial }: Seeded,
  accelerator: Accelerator,
  folder: string,
): Promise<Told> {
  const [overlay, console, results] = ['overlay.qcow2', 'console.log', 'results.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const backing = ['-b', disk, '-F', await diskFormat(disk)];
  const quoted = (path: string): string => path.replaceAll(',', ',,');
  for (let attempt = 1; ; attempt += 1) {
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, overlay]);
    const stop = AbortSignal.timeout(TIME_LIMIT_MS);
    const ended = await run(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', QEMU, ...HARDWARE, ...accelerator.arguments],
        ...['-m', '1024', '-smp', '1', '-no-reboot'],
        ...['-drive', `file=${quoted(overlay)},format=qcow2,if=virtio,cache=unsafe`],
        ...(iso === undefined
          ? []
          : [
              ...['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd'],
              ...['-drive', `file=${quoted(iso)},format=raw,if=none,id=cd,readonly=on`],
            ]),
        ...(serial === undefined ? [] : ['-smbios', `type=1,serial=${quoted(serial)}`]),
        ...['-nic', `user,model=virtio-net-pci,mac=${MAC}`],
        ...['-serial', `file:${console}`, '-serial', `file:${results}`],
      ],
      { signal: stop },
    ).then(
      // That of a signal, for one.
      ({ stderr }) => `it ended ${stderr || 'without a word'}`,
      (error: unknown) => String(error),
    );
    const said = existsSync(console) ? readFileSync(console, 'utf8') : '';
    const told = /^\{.*\}$/m.exec(existsSync(results) ? readFileSync(results, 'utf8') : '')?.[0];
    if (told !== undefined) return JSON.parse(told) as Told;
    // Nothing was read of the disk yet.
    if (attempt < ATTEMPTS && emulatedTimerWasLate(said)) continue;
    assert.fail(`${ended}\n${said.slice(-3000)}`);
  }
}
