import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { tellOfSizes } from '../../src/cli/cluster-notes.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { secretsText } from '../../src/secrets/write.ts';
import { bake, type CliResult } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const CLUSTER = `name: demo
profiles: { master: ./machines/master.yaml, worker: ./machines/worker.yaml }
endpoint: kubeapi.example.com:6443
nodes:
  - name: master-1
    role: master
    mac: '52:54:00:00:00:11'
    network: { addresses: [10.0.0.11/24], gateway: 10.0.0.254 }
  - { name: worker-1, role: worker, address: 10.0.0.21 }
counts: { worker: 3 }
addons: []
`;
const STATIC_NETWORK = `    mac: '52:54:00:00:00:11'\n    network: { addresses: [10.0.0.11/24], gateway: 10.0.0.254 }\n`;

let made: ClusterSecrets;
before(async () => {
  made = await makeClusterSecrets({
    cluster: 'demo',
    now: new Date(),
    initWindowSeconds: 3600,
    tokenTtlSeconds: 86_400,
  });
});

/** A project with a cluster file, profiles and secrets, in a folder of its own. */
const inProject = (look: (folder: string) => Promise<void>): Promise<void> =>
  inTempFolder(async (folder) => {
    writeFileSync(join(folder, 'cluster.yaml'), CLUSTER);
    mkdirSync(join(folder, 'machines'));
    writeFileSync(join(folder, 'machines/master.yaml'), 'extends: master\n');
    writeFileSync(join(folder, 'machines/worker.yaml'), 'extends: worker\npackages: [tcpdump]\n');
    writeSecrets(folder, made);
    await look(folder);
  });

function writeSecrets(folder: string, cluster: ClusterSecrets): void {
  writeFileSync(join(folder, 'secrets.yaml'), secretsText({ registries: {}, cluster }), { mode: 0o600 });
}

async function succeed(args: readonly string[], cwd: string, env = {}): Promise<CliResult> {
  const done = await bake(args, cwd, env);
  assert.equal(done.code, 0, done.err);
  return done;
}

async function refused(args: readonly string[], cwd: string, why: RegExp, code = 1): Promise<void> {
  const done = await bake(args, cwd);
  assert.match(done.err, why);
  assert.equal(done.code, code, done.err);
  assert.equal(done.out, '', 'nothing is printed');
}

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly permissions: string }[];
}
const pathsIn = (userData: string): string[] => {
  assert.match(userData, /^#cloud-config\n/);
  return (parse(userData) as CloudConfig).write_files.map(({ path }) => path);
};
const CA_KEY = '/run/bake/firstboot/pki/ca.key';
const CA = '/run/bake/firstboot/pki/ca.crt';

const inodesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const { ino, mtimeMs, mode } = statSync(join(folder, name));
        return [name, `${ino} ${mtimeMs} ${(mode & 0o777).toString(8)}`];
      }),
  );

describe('bake userdata', () => {
  test('prints what a machine is told, and nothing else, on standard output', async () => {
    await inProject(async (folder) => {
      const master = await succeed(['userdata', '--node', 'master-1'], folder);
      assert.ok(pathsIn(master.out).includes(CA_KEY));
      assert.match(master.err, /^user-data of master-1: 1\d KiB$/m);
      assert.match(master.err, /static addresses are not in user-data/);
      assert.match(master.err, /a master holds the keys of the cluster’s authorities/);

      const worker = await succeed(['userdata', '-n', 'worker-1'], folder);
      assert.ok(pathsIn(worker.out).includes(CA));
      assert.ok(!pathsIn(worker.out).includes(CA_KEY));
      assert.ok(!worker.out.includes('PRIVATE KEY'));
      assert.match(worker.err, /^user-data of worker-1: [\d.]+ KiB\n$/);
    });
  });

  test('writes a file for its owner only; a second time changes nothing', async () => {
    await inProject(async (folder) => {
      mkdirSync(join(folder, 'new/folder'), { recursive: true });
      const args = ['userdata', '--node', 'worker-1', '--out', 'new/folder/worker.yaml'];
      const done = await succeed(args, folder);
      assert.equal(done.out, '');
      assert.match(done.err, /in new\/folder\/worker\.yaml \(mode 0600\)/);
      const path = join(folder, 'new/folder/worker.yaml');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      utimesSync(path, 1, 1);
      await succeed(args, folder);
      assert.equal(statSync(path).mtimeMs, 1000);
      // A copy that others may read is closed.
      chmodSync(path, 0o644);
      await succeed(args, folder);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal((await succeed(args.slice(0, 3), folder)).out, readFileSync(path, 'utf8'));
    });
  });

  test('serves workers that nobody names, by a profile', async () => {
    await inProject(async (folder) => {
      const { out } = await succeed(['userdata', '--profile', './machines/worker.yaml'], folder);
      assert.ok(pathsIn(out).includes(CA));
      assert.doesNotMatch(out, /BAKE_NODE=\S*worker-1/);
      await refused(
        ['userdata', '--profile', './machines/master.yaml'],
        folder,
        /error\[B612\]: the profile "master" makes a master, and only workers may go without a name/,
      );
      await refused(['userdata', '--profile', 'wroker'], folder, /did you mean "worker"/);
    });
  });

  test('takes the profile beside the cluster file, wherever one stands', async () => {
    await inProject(async (folder) => {
      const { out } = await succeed(['userdata', '--node', 'worker-1'], folder);
      mkdirSync(join(folder, 'elsewhere'));
      const there = ['--cluster', '../cluster.yaml'];
      const elsewhere = await succeed(
        ['userdata', '--node', 'worker-1', ...there],
        join(folder, 'elsewhere'),
      );
      assert.equal(elsewhere.out, out);
      // What is named on the command line is looked for from there.
      const named = await succeed(
        ['userdata', '--profile', '../machines/worker.yaml', ...there],
        join(folder, 'elsewhere'),
      );
      assert.equal(
        named.out,
        (await succeed(['userdata', '--profile', './machines/worker.yaml'], folder)).out,
      );
      await refused(
        ['userdata', '--profile', './machines/worker.yaml', ...there],
        join(folder, 'elsewhere'),
        /can’t open profile "\.\/machines\/worker\.yaml"/,
      );
    });
  });

  test('--stock brings the provisioning, too', async () => {
    await inProject(async (folder) => {
      const baked = await succeed(['userdata', '--node', 'worker-1'], folder);
      const stock = await succeed(['userdata', '--node', 'worker-1', '--stock'], folder);
      assert.ok(!pathsIn(baked.out).includes('/var/lib/bake/provision.sh'));
      assert.ok(pathsIn(stock.out).includes('/var/lib/bake/provision.sh'));
      for (const path of pathsIn(baked.out)) assert.ok(pathsIn(stock.out).includes(path), path);
    });
  });

  test('says whose user-data it wants to know', async () => {
    await inProject(async (folder) => {
      const which = /say whose user-data: --node NAME/;
      await refused(['userdata'], folder, which, 2);
      await refused(['userdata', '--node', 'master-1', '--profile', 'worker'], folder, which, 2);
      await refused(
        ['userdata', '--node', 'mastre-1'],
        folder,
        /the cluster has no node "mastre-1"; did you mean "master-1"\?/,
      );
      await refused(['userdata', '--node', 'x'], folder, /no node "x"; there are master-1, worker-1/);
    });
  });

  test('tells of times that have run out, and compiles the same', async () => {
    await inProject(async (folder) => {
      const fresh = await succeed(['userdata', '--node', 'master-1'], folder);
      assert.doesNotMatch(fresh.err, /rotate/);
      const over = { ...made, initUntil: '2020-01-01T01:00:00Z' };
      writeSecrets(folder, { ...over, created: '2020-01-01T00:00:00Z' });
      const late = await succeed(['userdata', '--node', 'master-1'], folder);
      assert.match(
        late.err,
        /Since 2020-01-01T01:00:00Z no machine starts this cluster any more.*rotate window/,
      );
      assert.doesNotMatch((await succeed(['userdata', '--node', 'worker-1'], folder)).err, /rotate/);
      writeSecrets(folder, {
        ...made,
        created: '2020-01-01T00:00:00Z',
        bootstrapToken: { ...made.bootstrapToken, expires: '2020-01-02T00:00:00Z' },
      });
      const worker = await succeed(['userdata', '--node', 'worker-1'], folder);
      assert.match(worker.err, /Since 2020-01-02T00:00:00Z no machine can join.*rotate token/);
    });
  });
});

describe('the life of the token', () => {
  const ttlIn = async (folder: string): Promise<string | undefined> => {
    const { out } = await succeed(['userdata', '--node', 'master-1'], folder);
    return /^ *ttl: (.*)$/m.exec(out)?.[1];
  };
  test('is what the secrets were made for, also once it was made anew', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), `${CLUSTER}discovery: { tokenTtl: 48h }\n`);
      assert.equal(await ttlIn(folder), '24h0m0s');
      await succeed(['secrets', 'rotate', 'token', '--token-ttl', '30d'], folder);
      assert.equal(await ttlIn(folder), '720h0m0s');
    });
  });
  test('is what the cluster file says where the secrets are of older days', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), `${CLUSTER}discovery: { tokenTtl: 48h }\n`);
      const { token, expires } = made.bootstrapToken;
      writeSecrets(folder, { ...made, bootstrapToken: { token, expires } });
      assert.equal(await ttlIn(folder), '48h0m0s');
    });
  });
});

describe('the secrets of a cluster', () => {
  const args = ['userdata', '--node', 'worker-1'];

  test('that are missing are asked for, with the command that makes them', async () => {
    await inProject(async (folder) => {
      await refused(
        [...args, '--secrets', 'other.yaml'],
        folder,
        /can’t use the secrets file "other\.yaml": there is no such file/,
      );
    });
    await inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), CLUSTER);
      await refused(
        args,
        folder,
        /no secrets beside the cluster file; make them: bake secrets new --cluster cluster\.yaml --out secrets\.yaml/,
      );
    });
  });

  test('must be of this cluster', async () => {
    await inProject(async (folder) => {
      writeSecrets(folder, { ...made, cluster: 'other' });
      await refused(
        args,
        folder,
        /cluster\.yaml:1:7: error\[B613\]: the secrets file is of cluster "other", and this is "demo"/,
      );
      writeFileSync(join(folder, 'secrets.yaml'), 'registries: { a: { username: b, password: c } }\n');
      await refused(args, folder, /secrets\.yaml holds no secrets of a cluster; make them: bake secrets new/);
    });
  });

  test('must be private', async () => {
    await inProject(async (folder) => {
      chmodSync(join(folder, 'secrets.yaml'), 0o640);
      await refused(args, folder, /others can read it \(mode 0640\); chmod 600 secrets\.yaml/);
    });
  });

  test('may be encrypted, and are opened by an identity', async () => {
    const { generateIdentity, identityToRecipient } = await import('age-encryption');
    const identity = await generateIdentity();
    const recipients = [await identityToRecipient(identity)];
    const { encryptText } = await import('../../src/secrets/age.ts');
    await inProject(async (folder) => {
      const plain = await succeed(args, folder);
      const text = secretsText({ registries: {}, cluster: made, recipients });
      writeFileSync(join(folder, 'secrets.yaml.age'), await encryptText(text, recipients), { mode: 0o600 });
      writeFileSync(join(folder, 'key.txt'), `${identity}\n`, { mode: 0o600 });
      const opened = [...args, '--secrets', 'secrets.yaml.age'];
      assert.equal((await succeed([...opened, '--identity', 'key.txt'], folder)).out, plain.out);
      assert.equal((await succeed(opened, folder, { BAKE_AGE_IDENTITY: 'key.txt' })).out, plain.out);
      await refused(opened, folder, /it is encrypted; name the file with the age identity by --identity/);
      writeFileSync(join(folder, 'other.txt'), `${await generateIdentity()}\n`, { mode: 0o600 });
      await refused([...opened, '--identity', 'other.txt'], folder, /can’t use the secrets file/);
    });
  });

  test('a cluster file that is missing is told with the command that writes one', async () => {
    await inTempFolder((folder) =>
      refused(
        args,
        folder,
        /can’t open cluster file "cluster\.yaml": there is no such file; bake init --cluster DIR writes one/,
      ),
    );
  });
});

describe('bake cluster render', () => {
  test('writes one folder for each machine, for its owner only, and changes nothing the second time', async () => {
    await inProject(async (folder) => {
      const { out } = await succeed(['cluster', 'render'], folder);
      assert.match(
        out,
        /^ {2}out\/demo\/master-1\/user-data +1\d KiB {2}master, \.?\/?machines\/master\.yaml$/m,
      );
      assert.match(out, /^ {2}out\/demo\/worker\/user-data .* every worker that the platform names, /m);
      const products = join(folder, 'out/demo');
      assert.deepEqual(readdirSync(products).sort(), ['master-1', 'worker', 'worker-1']);
      assert.deepEqual(readdirSync(join(products, 'master-1')).sort(), [
        'meta-data',
        'network-config',
        'user-data',
      ]);
      assert.deepEqual(readdirSync(join(products, 'worker-1')).sort(), ['meta-data', 'user-data']);
      assert.deepEqual(readdirSync(join(products, 'worker')), ['user-data']);
      for (const [name, state] of Object.entries(inodesBelow(products)))
        assert.match(state, name.includes('/') ? / 600$/ : / 7\d\d$/, name);

      const meta = (machine: string): Record<string, string> =>
        parse(readFileSync(join(products, machine, 'meta-data'), 'utf8')) as Record<string, string>;
      assert.equal(meta('master-1')['local-hostname'], 'master-1');
      const before = inodesBelow(products);
      const instance = meta('worker-1')['instance-id'];
      await succeed(['cluster', 'render'], folder);
      assert.deepEqual(inodesBelow(products), before);

      // Other user-data makes another instance, so that cloud-init runs again.
      writeFileSync(join(folder, 'cluster.yaml'), CLUSTER.replace('kubeapi', 'api'));
      await succeed(['cluster', 'render'], folder);
      assert.notEqual(meta('worker-1')['instance-id'], instance);
      // A machine that has become one of DHCP has no static addresses lying about.
      const changed = CLUSTER.replace(STATIC_NETWORK, '    address: 10.0.0.11\n');
      assert.notEqual(changed, CLUSTER);
      writeFileSync(join(folder, 'cluster.yaml'), changed);
      await succeed(['cluster', 'render'], folder);
      assert.ok(!existsSync(join(products, 'master-1/network-config')));
    });
  });

  test('leaves no medium beside newer user-data, and names folders of machines that are gone', async () => {
    await inProject(async (folder) => {
      const products = join(folder, 'out/demo');
      const { err } = await succeed(['cluster', 'render'], folder);
      assert.ok(!err.includes('any more, and still'), err);
      writeFileSync(join(products, 'master-1/seed.iso'), 'of an old token');
      writeFileSync(join(products, 'worker/seed.iso'), 'of an old token');
      mkdirSync(join(products, 'notes'));
      writeFileSync(join(products, 'notes/of-mine'), '');
      writeFileSync(join(folder, 'cluster.yaml'), CLUSTER.replace('name: worker-1', 'name: worker-2'));
      const again = await succeed(['cluster', 'render'], folder);
      for (const machine of ['master-1', 'worker'])
        assert.deepEqual(
          readdirSync(join(products, machine)).filter((name) => name.endsWith('.iso')),
          [],
        );
      assert.match(again.err, /user-data: out\/demo\/worker-1\. .*rm -r out\/demo\/worker-1$/m);
      assert.ok(!again.err.includes('notes'), again.err);
      assert.ok(existsSync(join(products, 'worker-1/user-data')));
    });
  });

  test('gives every machine what bake userdata gives it', async () => {
    await inProject(async (folder) => {
      await succeed(['cluster', 'render', '--out', 'there'], folder);
      const { out } = await succeed(['userdata', '--node', 'master-1'], folder);
      assert.equal(readFileSync(join(folder, 'there/demo/master-1/user-data'), 'utf8'), out);
      await succeed(['cluster', 'render', '--out', 'stock', '--stock'], folder);
      const stock = readFileSync(join(folder, 'stock/demo/worker/user-data'), 'utf8');
      assert.ok(pathsIn(stock).includes('/var/lib/bake/provision.sh'));
    });
  });

  test('names a folder elsewhere by its whole path', async () => {
    await inProject(async (folder) => {
      mkdirSync(join(folder, 'below'));
      const args = ['cluster', 'render', '--cluster', '../cluster.yaml', '--out', '../there'];
      const { out } = await succeed(args, join(folder, 'below'));
      assert.ok(out.includes(` ${folder}/there/demo/worker-1/user-data `), out);
    });
  });

  test('refuses a node that is called like the workers without a name', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), CLUSTER.replace('name: worker-1', 'name: worker'));
      await refused(
        ['cluster', 'render'],
        folder,
        /a node is called worker, as is the folder of every worker/,
      );
      assert.ok(!existsSync(join(folder, 'out')));
    });
  });

  test('says where it can’t write, and what to do', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'out'), 'a file\n');
      await refused(
        ['cluster', 'render'],
        folder,
        /bake: can’t write .*out.*: a (?:part of its path is no folder|file is in its place); choose another folder with --out/,
        3,
      );
      await refused(
        ['userdata', '--node', 'worker-1', '--out', '/proc/x'],
        folder,
        /can’t write .*; choose another file with --out/,
        3,
      );
    });
  });

  test('a file goes into a folder that is there, with every command alike', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'file'), 'a file\n');
      for (const out of ['no/such/x', 'file/x', '/proc/none/x'])
        for (const command of [
          ['userdata', '--node', 'worker-1'],
          ['seed', '--node', 'worker-1'],
          ['secrets', 'new', '--name', 'demo'],
        ])
          await refused(
            [...command, '--out', out],
            folder,
            /^bake: there is no folder (?:no\/such|file|\/proc\/none); make it, or choose another --out\n$/,
          );
      assert.ok(!existsSync(join(folder, 'no')), 'nothing is made');
    });
  });

  test('tells all mistakes of all machines at once, each once', async () => {
    await inProject(async (folder) => {
      writeFileSync(join(folder, 'machines/worker.yaml'), 'extends: worker\npackges: [tcpdump]\n');
      writeFileSync(join(folder, 'machines/master.yaml'), 'extends: master\nos: debian-11\n');
      const { code, err } = await bake(['cluster', 'render'], folder);
      assert.equal(code, 1);
      assert.equal(err.match(/error\[B201\]/g)?.length, 1, err);
      assert.equal(err.match(/error\[B203\]/g)?.length, 1, err);
      assert.match(err, /\n2 errors; /);
    });
  });

  test('--strict refuses what is only warned of otherwise', async () => {
    await inProject(async (folder) => {
      writeFileSync(
        join(folder, 'machines/worker.yaml'),
        'extends: worker\nruntime: { registries: [{ host: harbor.example.com, credentials: harbor }] }\n',
      );
      await refused(
        ['cluster', 'render'],
        folder,
        /error\[B411\]: the secrets file has no registry credentials/,
      );
      writeFileSync(join(folder, 'machines/worker.yaml'), 'extends: worker\nruntime: { engine: docker }\n');
      const { err } = await succeed(['cluster', 'render'], folder);
      assert.match(err, /warning\[B503\]/);
      await refused(['cluster', 'render', '--strict'], folder, /error\[B503\]/);
    });
  });
});

describe('git never sees user-data', () => {
  const inRepository = (look: (folder: string, status: () => Promise<string>) => Promise<void>) =>
    inProject(async (folder) => {
      const git = (...args: readonly string[]) => run('git', ['-C', folder, ...args]);
      await git('init', '-q');
      await git('add', '.');
      await look(folder, async () => (await git('status', '--porcelain', '-uall')).stdout.trim());
    });

  test('of one machine, of all machines, or on a medium', () =>
    inRepository(async (folder, status) => {
      const before = await status();
      for (const [args, ignored] of [
        [['userdata', '--node', 'master-1', '--out', 'master.yaml'], /^Added it to \.gitignore, so that/m],
        [['seed', '--node', 'master-1'], /^Added it to \.gitignore, so that/m],
        [['cluster', 'render'], /^Added out\/demo to out\/\.gitignore, so that/m],
      ] as const) {
        const first = await succeed(args, folder);
        assert.match(first.out + first.err, ignored);
        const second = await succeed(args, folder);
        assert.doesNotMatch(second.out + second.err, /gitignore/);
      }
      assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '/master.yaml\n/master-1-seed.iso\n');
      assert.equal(await status(), `${before}\n?? .gitignore\n?? out/.gitignore`);
    }));

  test('where it is ignored already, or was committed once, nothing is added again', () =>
    inRepository(async (folder) => {
      writeFileSync(join(folder, '.gitignore'), 'demo/\n');
      writeFileSync(join(folder, 'master.yaml'), 'old\n');
      await run('git', ['-C', folder, 'add', 'master.yaml']);
      for (let i = 0; i < 2; i++) {
        await succeed(['cluster', 'render'], folder);
        await succeed(['userdata', '--node', 'master-1', '--out', 'master.yaml'], folder);
      }
      assert.ok(!existsSync(join(folder, 'out/.gitignore')));
      assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), 'demo/\n/master.yaml\n');
    }));
});

describe('sizes of user-data', () => {
  const said = (machines: Readonly<Record<string, string>>): string => {
    let text = '';
    tellOfSizes(
      Object.entries(machines).map(([name, userData]) => ({ name, seed: { 'user-data': userData } })),
      { err: (more) => (text += more) },
    );
    return text;
  };
  /** Of that many bytes, which gzip can make only little smaller. */
  const noise = (bytes: number): string => randomBytes(bytes).toString('base64').slice(0, bytes);

  const config = (text: string): string => `#cloud-config\n${text}`;

  test('nothing is said of what fits everywhere', () =>
    assert.equal(said({ a: config('x'.repeat(16_370)) }), ''));

  test('platforms are named with their limits, and whether packing helps', () => {
    assert.match(
      said({ a: config('x'.repeat(16_385)) }),
      /^User-data of a is .*: AWS \(16 KiB, by --target aws it fits\), Tencent Cloud \(16 KiB, by --target tencent it fits\)\. .*\n$/,
    );
    const noisy = said({ a: config(noise(40_000)) });
    assert.match(noisy, /: AWS \(16 KiB\), .*Hetzner \(32 KiB\), Alibaba Cloud \(32 KiB\), .*\. /);
    assert.doesNotMatch(noisy, /OpenStack|Azure/);
    assert.match(
      said({ a: config(noise(60_000)) }),
      /OpenStack \(48 KiB\), VMware Workstation, Fusion \(48 KiB, by --target vmware it fits\), vSphere \(48 KiB, by/,
    );
    assert.match(said({ a: config(noise(70_000)) }), /Azure \(64 KiB\), DigitalOcean/);
  });

  test('machines of which the same is to be said share a line', () => {
    const large = config('x'.repeat(20_000));
    const lines = said({ a: large, b: config('small'), c: large, d: config('x'.repeat(30_000)) })
      .trimEnd()
      .split('\n');
    assert.deepEqual(
      lines.map((line) => / of (.*?) is /.exec(line)?.[1]),
      ['a, c', 'd'],
    );
  });

  test('userdata and cluster render say so', async () => {
    await inProject(async (folder) => {
      const stock = await succeed(['userdata', '--node', 'worker-1', '--stock'], folder);
      assert.match(
        stock.err,
        /^User-data of worker-1 is larger than some fields take: AWS \(16 KiB.*bake seed/m,
      );
      const rendered = await succeed(['cluster', 'render', '--stock'], folder);
      assert.match(rendered.err, /^User-data of .*worker-1.* is larger than some fields take/m);
      const seed = await succeed(['userdata', '--node', 'worker-1'], folder);
      assert.doesNotMatch(seed.err, /larger/);
    });
  });
});
