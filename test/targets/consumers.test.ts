import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { TARGET_NAMES, TARGETS, type TargetName } from '../../src/catalog/targets/index.ts';
import type { FormName, Target } from '../../src/catalog/targets/target.ts';
import type { Machine } from '../../src/user-data-forms/form.ts';
import { writeFor } from '../../src/user-data-forms/index.ts';
import { HOSTILE } from '../hostile/values.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { exampleMachines, machinesOf, ROLES } from './machines.ts';
import { readGovc, readParameters, readVmx, runLine } from './readers.ts';

type Job = Readonly<Record<string, unknown>>;

interface Consumed {
  readonly version?: string;
  /** `net`: the network stage of boot does what there is to do, else that before it. */
  readonly mode?: 'net' | 'local';
  readonly hostname?: string;
  readonly 'instance-id'?: string;
  readonly network?: unknown;
  readonly properties?: Readonly<Record<string, string>>;
  readonly modules?: readonly string[];
  readonly parts: readonly { readonly type: string; readonly content: string }[];
}

/** cloud-init of images of Debian 13, which test/setup.sh fetches. */
const NEWER = join(ROOT, '.cache/cloud-init');

/** What cloud-init makes of them: this machine's, or that of a folder. */
async function cloudInit(jobs: readonly Job[], folder?: string): Promise<readonly Consumed[]> {
  if (folder !== undefined) assert.ok(existsSync(folder), `${folder} is not there: test/setup.sh fetches it`);
  const { stdout } = await run('/usr/bin/python3', [join(ROOT, 'test/targets/cloud-init.py')], {
    input: JSON.stringify(jobs),
    ...(folder === undefined ? {} : { env: { PYTHONPATH: folder } }),
  }).catch((error: unknown) => assert.fail(error instanceof ToolFailure ? error.output : String(error)));
  return JSON.parse(stdout) as Consumed[];
}

const VARIABLES = Object.fromEntries(
  ['IMAGE', 'FLAVOR', 'NETWORK', 'AMI', 'TYPE', 'SUBNET', 'GROUP', 'SIZE', 'ZONE', 'REGION', 'LOCATION']
    .concat(['COMPARTMENT', 'DOMAIN', 'SHAPE'])
    .map((name) => [name, `my ${name}`]),
);

/** What the platform would give cloud-init of that text. */
function delivered(name: TargetName, target: Target, form: FormName, text: string): Job {
  switch (form) {
    case 'text':
    case 'mime':
      return { payload: Buffer.from(text).toString('base64') };
    case 'base64':
      // Others decode before cloud-init sees it, the script strictly.
      return name === 'hetzner' ? { hetzner: text } : { payload: text };
    case 'cli': {
      const { input } = runLine(text, target.cli?.words[0] ?? '', VARIABLES, 'sh');
      return { payload: input.toString('base64') };
    }
    case 'vmx':
      return { guestinfo: readVmx(text) };
    case 'parameters':
      return { guestinfo: readParameters(text) };
    case 'govc':
      return { guestinfo: without('vm', readGovc(text)) };
    case 'extra-config': {
      const rows = JSON.parse(text) as { key: string; value: string }[];
      return { guestinfo: Object.fromEntries(rows.map(({ key, value }) => [key, value])) };
    }
    case 'ovf-env':
      return { ovf: text };
    case 'ovf-properties': {
      const { PropertyMapping } = JSON.parse(text) as { PropertyMapping: { Key: string; Value: string }[] };
      // vCenter makes the environment of them; their values need no quoting.
      const properties = PropertyMapping.map(
        ({ Key, Value }) => `<Property oe:key="${Key}" oe:value="${Value}"/>`,
      );
      const ns = 'http://schemas.dmtf.org/ovf/environment/1';
      return {
        ovf: `<Environment xmlns="${ns}" xmlns:oe="${ns}"><PropertySection>${properties.join('')}</PropertySection></Environment>`,
      };
    }
  }
}

const without = (key: string, of: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(of).filter(([name]) => name !== key));

/** `cloud-init schema --config-file` for many files with one start of Python: the one that the package is for. */
const SCHEMA = `
import sys
from cloudinit.config import schema
for path in sys.argv[1:]:
    schema.handle_schema_args("schema", schema.get_parser().parse_args(["--config-file", path]))
`;

test('every form of every target, for every role, fits and comes out of cloud-init as it went in', async (t) => {
  await inTempFolder(async (folder) => {
    const machines = await exampleMachines(folder);
    const jobs: { label: string; machine: Machine; job: Job }[] = [];
    for (const name of TARGET_NAMES)
      for (const { form } of TARGETS[name].forms)
        for (const role of ROLES) {
          const target: Target = TARGETS[name];
          const machine = machines[role];
          const label = `${name}, ${form}, ${role}`;
          const { text, size } = writeFor(target, form, machine);
          assert.ok(text !== undefined, `${label}: ${size} bytes are too many`);
          assert.ok(size <= (target.userData.limit?.bytes ?? Infinity), label);
          jobs.push({ label, machine, job: delivered(name, target, form, text) });
        }
    for (const folderOf of [undefined, NEWER]) {
      const results = await cloudInit(
        jobs.map(({ job }) => job),
        folderOf,
      );
      jobs.forEach(({ label, machine, job }, i) => {
        const { parts, ...rest } = results[i] ?? assert.fail(label);
        const [part, ...more] = parts;
        assert.equal(more.length, 0, label);
        assert.equal(part?.type, 'text/cloud-config', label);
        assert.equal(Buffer.from(part.content, 'base64').toString(), machine.userData, label);
        if ('guestinfo' in job || 'ovf' in job) {
          assert.equal(rest.hostname, machine.identity?.hostname, label);
          assert.equal(rest['instance-id'], machine.identity?.instanceId, label);
        }
      });
    }
    const files = ROLES.map((role) => {
      const file = join(folder, `${role}.yaml`);
      writeFileSync(file, machines[role].userData);
      return file;
    });
    const { stdout } = await run('/usr/bin/python3', ['-c', SCHEMA, ...files]);
    assert.equal(stdout.match(/^Valid cloud-config: /gm)?.length, files.length, stdout);
    assert.ok(jobs.length > 100);
    t.diagnostic(`${jobs.length} texts`);
  });
});

/** A web server for the files of a folder, as docs/targets.md wants it: what is not there is empty. `close` ends it. */
async function serve(folder: string): Promise<{ readonly address: string; readonly close: () => void }> {
  const server = createServer(({ url = '' }, answer) => {
    const path = join(folder, new URL(url, 'http://localhost').pathname);
    answer.end(existsSync(path) ? readFileSync(path) : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

const CLUSTER = `name: demo
profiles: { master: master, worker: worker }
endpoint: kubeapi.example.com:6443
dns: { servers: [10.0.0.2, 2001:db8::2], search: [example.com, example.net] }
nodes:
  - name: master-1
    role: master
    mac: '52:54:00:00:00:11'
    interface: eth7
    network: { addresses: [10.0.0.11/24, 2001:db8::11/64], gateway: 10.0.0.254 }
  - name: worker-1
    role: worker
    mac: '52:54:00:00:00:21'
    network: { addresses: [10.0.0.21/22], gateway: 10.0.0.254 }
  - { name: worker-2, role: worker, address: 10.0.0.22 }
addons: []
`;

test('seeds end in the right name, network and user-data, by both generations of cloud-init', async (t) => {
  await inTempFolder(async (folder) => {
    writeFileSync(join(folder, 'cluster.yaml'), CLUSTER);
    const succeed = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await bake(args, folder);
      assert.equal(code, 0, err);
      return out;
    };
    await succeed('secrets', 'new', '--cluster', 'cluster.yaml');
    await succeed('cluster', 'render');
    const medium = async (source: string, ...args: string[]): Promise<Job> => {
      const iso = join(folder, 'seed.iso');
      const to = join(folder, `seed-${args.join('')}`);
      assert.match(await succeed('seed', ...args, '--out', iso), new RegExp(`CD-ROM, for .*’s ${source}\\.`));
      mkdirSync(to);
      await run('xorriso', ['-osirrox', 'on', '-indev', iso, '-extract', '/', to]);
      const { stdout } = await run('blkid', ['-o', 'value', '-s', 'LABEL', iso]);
      return { medium: to, label: stdout.trim(), source };
    };
    const master = {
      name: 'eth7',
      mac: '52:54:00:00:00:11',
      addresses: ['10.0.0.11/24', '2001:db8::11/64'],
      gateways: ['10.0.0.254'],
      nameservers: ['10.0.0.2', '2001:db8::2'],
      search: ['example.com', 'example.net'],
    };
    const worker = { ...master, name: 'ens3', mac: '52:54:00:00:00:21', addresses: ['10.0.0.21/22'] };
    const networks: Readonly<Record<string, object[] | null>> = {
      'master-1': [master],
      'worker-1': [worker],
      'worker-2': null,
    };
    const machines = await machinesOf(folder, { secrets: 'secrets.yaml' }, Object.keys(networks));
    const web = await serve(join(folder, 'out/demo'));
    try {
      const jobs: { label: string; node: string; job: Job }[] = [];
      for (const [node, machine] of Object.entries(machines)) {
        const add = (label: string, job: Job): void =>
          void jobs.push({ label: `${label} of ${node}`, node, job });
        const form = (name: 'vmx' | 'ovf-env'): string => {
          const target = name === 'vmx' ? TARGETS.vmware : TARGETS.vsphere;
          return writeFor(target, name, machine).text ?? '';
        };
        add('medium for NoCloud', await medium('NoCloud', '--node', node));
        add('config drive', {
          ...(await medium('ConfigDrive', '--node', node, '--target', 'openstack')),
          macs: { '52:54:00:00:00:21': 'ens3' },
        });
        for (const name of ['vsphere', 'virtualbox'])
          add(
            `medium for OVF of ${name}`,
            await medium('OVF', '--node', node, '--target', name, '--medium', 'ovf'),
          );
        add('guestinfo', { guestinfo: readVmx(form('vmx')) });
        add('environment of OVF', { ovf: form('ovf-env') });
        for (const name of ['nocloud', 'nocloud-net'])
          add(`a web server (${name})`, { serial: `ds=${name};s=${web.address}/${node}/` });
      }
      for (const folderOf of [undefined, NEWER]) {
        const results = await cloudInit(
          jobs.map(({ job }) => job),
          folderOf,
        );
        const { version = '' } = results[0] ?? {};
        t.diagnostic(`cloud-init ${version}`);
        if (folderOf !== undefined) assert.match(version, /^25\./);
        // Before 23.2 a serial number, and before 24.3 a web server, are read less well (docs/targets.md).
        const isOld = version.startsWith('22.');
        jobs.forEach(({ label, node, job }, i) => {
          const result = results[i] ?? assert.fail(label);
          const by = `${label}, cloud-init ${version}`;
          assert.equal(result.hostname, node, by);
          assert.match(result['instance-id'] ?? '', new RegExp(`^demo-${node}-[0-9a-f]{12}$`), by);
          const [part] = result.parts;
          assert.equal(Buffer.from(part?.content ?? '', 'base64').toString(), machines[node]?.userData, by);
          const network = networks[node];
          // Without a network in the seed, sources fall back to interfaces of the machine that this runs on.
          if (!network) return;
          if (typeof job['serial'] === 'string') {
            // Who calls itself local is done before there is a network, and the seed is never fetched.
            const isFetched = !isOld || job['serial'].startsWith('ds=nocloud-net;');
            assert.equal(result.mode, isFetched ? 'net' : 'local', by);
            if (isOld) return assert.equal(result.network, null, by);
          }
          assert.deepEqual(
            (result.network as { name: string }[]).map((one) =>
              // Where only the hardware address is known, the name that stands for the interface differs.
              one.name === 'nic0' ? { ...one, name: 'ens3' } : one,
            ),
            network,
            by,
          );
        });
      }
    } finally {
      web.close();
    }
    const cloud = await bake(['seed', '--node', 'worker-2', '--target', 'aws'], folder);
    assert.equal(cloud.code, 2);
    assert.match(cloud.err, /AWS takes no medium: bake userdata --target aws/);
    const other = await bake(
      ['seed', '--node', 'worker-2', '--target', 'openstack', '--medium', 'ovf'],
      folder,
    );
    assert.equal(other.code, 2);
    assert.match(other.err, /openstack has no medium ovf; it has config-drive \(bake targets openstack\)/);
  });
});

test('odd user-data stays as it is, and what looks like a template is none', async () => {
  const odd = [
    "#cloud-config\nwrite_files:\n- path: /x\n  content: '{{ v1.x }} {% raw %} $(x)'\n",
    '#cloud-config\n# ünïcödé 漢字 😀\n',
    `#cloud-config\n# ${'long '.repeat(1000)}\n`,
    '#cloud-config\n--bake-\nMIME-Version: 1.0\n\nx: y  \n\n',
    '#cloud-config\nx: "a\r\nb"\n',
  ];
  const cases = odd.flatMap((userData) =>
    (['text', 'mime', 'base64'] as const).map((form) => ({ userData, form })),
  );
  const results = await cloudInit(
    cases.map(({ userData, form }) =>
      delivered('aws', TARGETS.aws, form, writeFor(TARGETS.aws, form, { userData }).text ?? ''),
    ),
  );
  cases.forEach(({ userData, form }, i) => {
    const [part, ...more] = results[i]?.parts ?? [];
    assert.deepEqual([part?.type, more], ['text/cloud-config', []], `${form}: ${userData.slice(0, 60)}`);
    assert.equal(Buffer.from(part?.content ?? '', 'base64').toString(), userData, form);
  });
  assert.throws(
    () => writeFor(TARGETS.aws, 'text', { userData: `## template: jinja\n${odd[0]}` }),
    /no cloud-config/,
  );
});

test('hostile values survive the environment of OVF, and every datasource is one', async () => {
  const values = HOSTILE.filter(
    (value) => /^[\t\n\r -\ufffd]*$/.test(value) && Buffer.from(value).toString() === value,
  );
  assert.ok(values.length > 60);
  const names = [...new Set(TARGET_NAMES.flatMap((name) => TARGETS[name].datasources))];
  const results = await cloudInit([
    { modules: names },
    ...values.map((value) => {
      const machine = { userData: '#cloud-config\n{}\n', identity: { instanceId: value, hostname: value } };
      return { properties: writeFor(TARGETS.vsphere, 'ovf-env', machine).text };
    }),
  ]);
  assert.deepEqual(results[0]?.modules, names);
  values.forEach((value, i) => {
    const { hostname, 'instance-id': id } = results[i + 1]?.properties ?? {};
    assert.deepEqual([hostname, id], [value, value]);
  });
});
