import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { run } from '../../src/adapters/process.ts';
import { caCertHash } from '../../src/secrets/ca-hash.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { findSecrets } from '../../src/secrets/scan.ts';
import { readSecrets, secretValuesOf, type Secrets } from '../../src/secrets/secrets.ts';
import { secretsText } from '../../src/secrets/write.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

function secretsIn(folder: string, name = 'secrets.yaml'): Secrets {
  const text = readFileSync(join(folder, name), 'utf8');
  const { value } = readSecrets({ id: name, path: name, text });
  assert.ok(value, `${name} can’t be read`);
  return value;
}

const NEW = ['secrets', 'new', '--name', 'demo'] as const;

/** One file for the tests that begin with one: making it takes a while. */
let made: string;
before(async () => {
  const lives = { initWindowSeconds: 3600, tokenTtlSeconds: 86_400 };
  const cluster = await makeClusterSecrets({ cluster: 'demo', now: new Date(), ...lives });
  made = secretsText({ registries: {}, cluster });
});
const give = (folder: string): void => writeFileSync(join(folder, 'secrets.yaml'), made, { mode: 0o600 });

/** No command but `show --reveal` may print a value of the file. */
function noneIn(outputs: string, secrets: Secrets): void {
  assert.deepEqual(findSecrets(outputs, secretValuesOf(secrets)), []);
}

describe('bake secrets new', () => {
  test('writes a file that only its owner can read, leaves nothing beside it, and prints no value', () =>
    inTempFolder(async (folder) => {
      const { code, out, err } = await bake([...NEW, '--init-window', '2h', '--token-ttl', '1h30m'], folder);
      assert.equal(code, 0, err);
      assert.deepEqual(readdirSync(folder), ['secrets.yaml']);
      assert.equal(statSync(join(folder, 'secrets.yaml')).mode & 0o777, 0o600);
      const secrets = secretsIn(folder);
      const { cluster } = secrets;
      assert.ok(cluster);
      const age = (until: string): number => (Date.parse(until) - Date.parse(cluster.created)) / 1000;
      assert.deepEqual([age(cluster.initUntil), age(cluster.bootstrapToken.expires)], [7200, 5400]);
      assert.ok(out.includes(caCertHash(cluster.authorities.kubernetes.certificate)));
      noneIn(out + err, secrets);
    }));

  test('never writes over a file', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'secrets.yaml'), 'mine');
      const { code, err } = await bake(NEW, folder);
      assert.equal(code, 1);
      assert.match(err, /secrets\.yaml is there.*choose another --out.*bake secrets rotate/);
      assert.equal(readFileSync(join(folder, 'secrets.yaml'), 'utf8'), 'mine');
      assert.deepEqual(readdirSync(folder), ['secrets.yaml']);
    }));

  test('two at once: one of them writes', () =>
    inTempFolder(async (folder) => {
      const both = await Promise.all([bake(NEW, folder), bake(NEW, folder)]);
      assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1]);
      secretsIn(folder);
    }));

  test('takes name and durations from a cluster file', () =>
    inTempFolder(async (folder) => {
      const nodes = 'nodes:\n  - {name: m1, role: master, address: 10.0.0.11}\n';
      const rest = `endpoint: 10.0.0.11:6443\ndiscovery: {kind: static, initWindow: 3h}\n${nodes}`;
      writeFileSync(join(folder, 'cluster.yaml'), `name: from-file\n${rest}`);
      const { code, err } = await bake(
        ['secrets', 'new', '--cluster', 'cluster.yaml', '-o', 's.yaml'],
        folder,
      );
      assert.equal(code, 0, err);
      const { cluster } = secretsIn(folder, 's.yaml');
      assert.equal(cluster?.cluster, 'from-file');
      assert.equal(Date.parse(cluster?.initUntil ?? '') - Date.parse(cluster?.created ?? ''), 3 * 3600_000);
    }));

  test('what is wrong is said, with exit codes', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), 'nmae: x\n');
      for (const [args, code, said] of [
        [[], 2, /--name NAME, or --cluster FILE/],
        [['--name', 'a', '--cluster', 'cluster.yaml'], 2, /--name NAME, or --cluster FILE/],
        [['--name', 'No_Name'], 1, /"No_Name" is no name of a cluster/],
        [['--cluster', 'none.yaml'], 1, /can’t read "none.yaml": there is no such file/],
        [['--cluster', 'cluster.yaml'], 1, /cluster\.yaml:1:1: error\[B201\]/],
        [['--name', 'a', '--init-window', 'soon'], 2, /--init-window takes a duration/],
        [['--name', 'a', '--token-ttl', '0h'], 2, /--token-ttl takes a duration/],
        [['--name', 'a', '--out', 'no/such/s.yaml'], 1, /there is no folder no\/such/],
        [['--name', 'a', '--recipient', 'age1nonsense'], 1, /"age1nonsense" is no age recipient/],
      ] as const) {
        const result = await bake(['secrets', 'new', ...args], folder);
        assert.equal(result.code, code, `${args.join(' ')}: ${result.err}`);
        assert.match(result.err, said);
      }
      assert.deepEqual(readdirSync(folder), ['cluster.yaml']);
    }));

  test('--json', () =>
    inTempFolder(async (folder) => {
      const { out } = await bake([...NEW, '--json'], folder);
      const { file, cluster, pin, encrypted } = JSON.parse(out);
      assert.deepEqual([file, cluster, encrypted], ['secrets.yaml', 'demo', false]);
      assert.match(pin, /^sha256:[0-9a-f]{64}$/);
    }));
});

describe('git never sees it', () => {
  const git = (folder: string, ...args: readonly string[]) => run('git', ['-C', folder, ...args]);
  const status = async (folder: string): Promise<string> =>
    (await git(folder, 'status', '--porcelain', '-uall')).stdout;

  test('a line in .gitignore is added once, also below the top and for odd names', () =>
    inTempFolder(async (folder) => {
      await git(folder, 'init', '-q');
      mkdirSync(join(folder, 'sub'));
      writeFileSync(join(folder, 'sub/.gitignore'), '*.log');
      for (const name of ['sub/secrets.yaml', 'sub/#a [b]*.yaml']) {
        const { code, out, err } = await bake([...NEW, '--out', name], folder);
        assert.equal(code, 0, err);
        assert.match(out, /Added it to sub\/\.gitignore/);
      }
      assert.equal(
        readFileSync(join(folder, 'sub/.gitignore'), 'utf8'),
        '*.log\n/secrets.yaml\n/\\#a\\ \\[b\\]\\*.yaml\n',
      );
      assert.equal((await status(folder)).trim(), '?? sub/.gitignore');
    }));

  test('nothing is added where it is ignored already, outside of git, or to an encrypted file', () =>
    inTempFolder(async (folder) => {
      await bake(NEW, folder);
      assert.deepEqual(readdirSync(folder), ['secrets.yaml']);
      await git(folder, 'init', '-q');
      writeFileSync(join(folder, '.gitignore'), 'secret*.yaml\n');
      await bake([...NEW, '--out', 'secrets-2.yaml'], folder);
      const recipient = await identityToRecipient(await generateIdentity());
      await bake([...NEW, '--recipient', recipient], folder);
      assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), 'secret*.yaml\n');
      assert.match(await status(folder), /\?\? secrets\.yaml\.age/);
    }));
});

describe('bake secrets show', () => {
  test('says what there is and prints no value, but the one asked for', () =>
    inTempFolder(async (folder) => {
      give(folder);
      const secrets = secretsIn(folder);
      for (const args of [[], ['--json']]) {
        const { code, out, err } = await bake(['secrets', 'show', ...args], folder);
        assert.equal(code, 0, err);
        noneIn(out + err, secrets);
        assert.ok(out.includes(caCertHash(secrets.cluster?.authorities.etcd.certificate ?? '')));
        assert.match(out, /demo/);
      }
      for (const { name, value } of secretValuesOf(secrets)) {
        const { out } = await bake(['secrets', 'show', '--reveal', name.replaceAll(' ', '-')], folder);
        assert.equal(out.trimEnd(), value.trimEnd());
      }
      const wrong = await bake(['secrets', 'show', '--reveal', 'stats-pasword'], folder);
      assert.equal(wrong.code, 1);
      assert.match(wrong.err, /did you mean "stats-password"\?/);
    }));

  test('refuses a file that others can read, whoever reads it', () =>
    inTempFolder(async (folder) => {
      give(folder);
      for (const mode of [0o640, 0o604, 0o660]) {
        chmodSync(join(folder, 'secrets.yaml'), mode);
        for (const command of [['show'], ['rotate', 'token']]) {
          const { code, err } = await bake(['secrets', ...command], folder);
          assert.equal(code, 1);
          assert.match(err, /others can read it \(mode 0\d+\); chmod 600 secrets\.yaml/);
        }
      }
    }));
});

describe('bake secrets rotate', () => {
  test('changes the file in its place: mode, link and credentials stay', () =>
    inTempFolder(async (folder) => {
      give(folder);
      const file = join(folder, 'secrets.yaml');
      writeFileSync(
        file,
        `${readFileSync(file, 'utf8')}registries: {harbor: {username: robot, password: correct-horse}}\n`,
      );
      symlinkSync('secrets.yaml', join(folder, 'link.yaml'));
      const old = secretsIn(folder);
      const { code, out, err } = await bake(
        ['secrets', 'rotate', 'all-but-authorities', 'link.yaml'],
        folder,
      );
      assert.equal(code, 0, err);
      const after = secretsIn(folder);
      assert.ok(lstatSync(join(folder, 'link.yaml')).isSymbolicLink());
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder).sort(), ['link.yaml', 'secrets.yaml']);
      assert.deepEqual(after.registries, old.registries);
      assert.deepEqual(after.cluster?.authorities, old.cluster?.authorities);
      assert.deepEqual(after.cluster?.serviceAccount, old.cluster?.serviceAccount);
      for (const name of ['bootstrapToken', 'vrrpPassword', 'statsPassword', 'encryptionKey'] as const)
        assert.notDeepEqual(after.cluster?.[name], old.cluster?.[name]);
      noneIn(out + err, after);
      noneIn(out + err, old);
    }));

  test('refuses an authority and says what it would mean', () =>
    inTempFolder(async (folder) => {
      give(folder);
      const old = readFileSync(join(folder, 'secrets.yaml'));
      for (const what of ['kubernetes', 'etcd', 'front-proxy', 'authorities', 'service-account']) {
        const { code, err } = await bake(['secrets', 'rotate', what], folder);
        assert.equal(code, 1);
        assert.match(err, /nothing was changed.*can’t be rotated.*no machine believes the others/);
      }
      const unknown = await bake(['secrets', 'rotate', 'tokn'], folder);
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /did you mean "token"\?/);
      assert.deepEqual(readFileSync(join(folder, 'secrets.yaml')), old);
    }));
});

describe('encrypted files', () => {
  test('are written, read by identity, rotated for the same recipients, and taken by compile', () =>
    inTempFolder(async (folder) => {
      const identity = await generateIdentity();
      writeFileSync(join(folder, 'key.txt'), `# mine\n${identity}\n`, { mode: 0o600 });
      const recipient = await identityToRecipient(identity);
      const { code, err, out } = await bake([...NEW, '--recipient', recipient], folder);
      assert.equal(code, 0, err);
      assert.match(out, /Wrote secrets\.yaml\.age .*encrypted to 1 age recipient/);
      const file = join(folder, 'secrets.yaml.age');
      assert.match(readFileSync(file, 'utf8'), /^-----BEGIN AGE ENCRYPTED FILE-----\n/);
      // It may be committed, so others may read it.
      chmodSync(file, 0o644);

      const none = await bake(['secrets', 'show', 'secrets.yaml.age'], folder);
      assert.equal(none.code, 1);
      assert.match(none.err, /it is encrypted; .*--identity or BAKE_AGE_IDENTITY/);
      const shown = await bake(['secrets', 'show', 'secrets.yaml.age', '--identity', 'key.txt'], folder);
      assert.equal(shown.code, 0, shown.err);
      assert.ok(shown.out.includes(recipient));

      const env = { BAKE_AGE_IDENTITY: 'key.txt' };
      const old = readFileSync(file, 'utf8');
      const rotated = await bake(['secrets', 'rotate', 'stats', 'secrets.yaml.age'], folder, env);
      assert.equal(rotated.code, 0, rotated.err);
      assert.notEqual(readFileSync(file, 'utf8'), old);
      assert.equal((await bake(['secrets', 'show', 'secrets.yaml.age'], folder, env)).code, 0);
      const compiled = await bake(['compile', '-p', 'worker', '--secrets', 'secrets.yaml.age'], folder, env);
      assert.equal(compiled.code, 0, compiled.err);

      chmodSync(join(folder, 'key.txt'), 0o644);
      const open = await bake(['secrets', 'show', 'secrets.yaml.age'], folder, env);
      assert.equal(open.code, 1);
      assert.match(open.err, /identity file "key\.txt": others can read it/);
      writeFileSync(join(folder, 'other.txt'), `${await generateIdentity()}\n`, { mode: 0o600 });
      const other = await bake(['secrets', 'show', 'secrets.yaml.age', '--identity', 'other.txt'], folder);
      assert.equal(other.code, 1);
      assert.match(other.err, /none of the identities opens it/);
    }));
});

/** A certificate and its key, as the administrators of an etcd give them. */
async function makeClient(folder: string, name: string): Promise<void> {
  const script = `openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj "/CN=$1" -keyout "$1.key" -out "$1.crt"; chmod 600 "$1.key"`;
  await run('bash', ['-ec', script, 'bash', name], { cwd: folder });
}

describe('an etcd outside of the cluster', () => {
  const ETCD = `name: demo
endpoint: api.example.com
nodes:
  - { name: m1, role: master, address: 10.0.0.11 }
addons: []
kubeadm:
  externalEtcd:
    endpoints: ['https://10.0.0.31:2379']
    ca: client.crt
    certificate: client.crt
`;
  const RENDER = ['userdata', '--node', 'm1'] as const;

  test('its client’s key is asked for, taken, checked against the certificate, and reaches masters', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'cluster.yaml'), ETCD);
      await makeClient(folder, 'client');
      await makeClient(folder, 'other');
      give(folder);

      const without = await bake(RENDER, folder);
      assert.equal(without.code, 1, without.err);
      assert.match(without.err, /cluster\.yaml:7:3: error\[B613\]: .*has no externalEtcdKey/);
      assert.match(without.err, /bake secrets rotate external-etcd --external-etcd-key FILE/);

      const rotate = ['secrets', 'rotate', 'external-etcd', '--external-etcd-key'] as const;
      const foreign = await bake([...rotate, 'other.key'], folder);
      assert.equal(foreign.code, 0, foreign.err);
      assert.match(foreign.out, /^Put into secrets\.yaml:\n  external-etcd: .*new user-data/);
      const wrong = await bake(RENDER, folder);
      assert.equal(wrong.code, 1);
      assert.match(wrong.err, /cluster\.yaml:10:18: error\[B613\]: .*does not belong to this certificate/);

      const before = secretsIn(folder).cluster;
      assert.equal((await bake([...rotate, 'client.key'], folder)).code, 0);
      const after = secretsIn(folder);
      assert.deepEqual({ ...after.cluster, externalEtcdKey: '' }, { ...before, externalEtcdKey: '' });
      const right = await bake(RENDER, folder);
      assert.equal(right.code, 0, right.err);
      const files = parse(right.out) as { write_files: { path: string; content: string }[] };
      const key = readFileSync(join(folder, 'client.key'), 'utf8');
      const at = files.write_files.filter(({ content }) => content.includes(key));
      assert.deepEqual(
        at.map(({ path }) => path.replace(/.*[/-]/, '')),
        ['client.key'],
      );
      const shown = await bake(['secrets', 'show'], folder);
      assert.match(shown.out, /external etcd key/);
      noneIn(wrong.err + right.err + shown.out + foreign.out, after);

      writeFileSync(join(folder, 'cluster.yaml'), ETCD.replace('ca: client.crt', 'ca: other.crt'));
      writeFileSync(join(folder, 'client.crt'), 'hello');
      const none = await bake(RENDER, folder);
      assert.equal(none.code, 1);
      assert.match(none.err, /cluster\.yaml:10:18: error\[B613\]: this file is no certificate in PEM/);
    }));

  test('new takes the key of a private file only, and rotate takes it with its word only', () =>
    inTempFolder(async (folder) => {
      await makeClient(folder, 'client');
      const key = ['--external-etcd-key', 'client.key'];
      for (const [args, code, said] of [
        [['new', '--name', 'a', '--external-etcd-key', 'none.key'], 1, /"none\.key": there is no such file/],
        [['new', '--name', 'a', '--external-etcd-key', 'client.crt'], 1, /others can read it/],
        [['rotate', 'token', ...key], 2, /goes with its own word/],
        [['rotate', 'external-etcd'], 2, /goes with its own word/],
        [['rotate', 'constructor'], 2, /there is no "constructor" to rotate/],
      ] as const) {
        const result = await bake(['secrets', ...args], folder);
        assert.equal(result.code, code, `${args.join(' ')}: ${result.err}`);
        assert.match(result.err, said);
      }
      chmodSync(join(folder, 'client.crt'), 0o600);
      const certificate = await bake([...NEW, '--external-etcd-key', 'client.crt'], folder);
      assert.equal(certificate.code, 1);
      assert.match(certificate.err, /"client\.crt" is no private key in PEM/);
      assert.ok(!existsSync(join(folder, 'secrets.yaml')));

      const { code, err, out } = await bake([...NEW, ...key], folder);
      assert.equal(code, 0, err);
      const secrets = secretsIn(folder);
      assert.equal(secrets.cluster?.externalEtcdKey, readFileSync(join(folder, 'client.key'), 'utf8'));
      noneIn(out + err, secrets);
    }));
});

describe('bake secrets import', () => {
  /** kubeadm's folder, made by openssl: two authorities with RSA, one with EC. */
  async function makePki(folder: string): Promise<string> {
    const pki = join(folder, 'pki');
    mkdirSync(join(pki, 'etcd'), { recursive: true });
    const script = `set -eu
      ca() { openssl req -x509 -nodes -newkey "$3" -pkeyopt "$4" -days "\${5:-30}" -subj "/CN=$2" -keyout "$1.key" -out "$1.crt" -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign; }
      ca ca kubernetes rsa rsa_keygen_bits:2048
      ca front-proxy-ca front-proxy-ca ec ec_paramgen_curve:P-256
      ca etcd/ca etcd-ca rsa rsa_keygen_bits:2048
      openssl genrsa -traditional -out sa.key 2048
      openssl rsa -in sa.key -pubout -out sa.pub`;
    await run('bash', ['-c', script], { cwd: pki });
    return pki;
  }

  const IMPORT = ['secrets', 'import', '--pki', './pki', '--name', 'demo'] as const;

  test('takes over what is there, and refuses what does not fit', () =>
    inTempFolder(async (folder) => {
      const pki = await makePki(folder);
      const good = join(folder, 'good');
      cpSync(pki, good, { recursive: true });
      const text = (name: string): string => readFileSync(join(good, name), 'utf8');
      const mend = () => cpSync(good, pki, { recursive: true, force: true });
      const expired = `openssl x509 -in ca.crt -signkey ca.key -days -1 -out old.crt 2>/dev/null || openssl req -x509 -key ca.key -days -1 -subj /CN=kubernetes -out old.crt`;
      const leaf = `openssl req -x509 -key ca.key -subj /CN=kubernetes -addext basicConstraints=CA:FALSE -days 3 -out leaf.crt -config <(printf '[req]\\ndistinguished_name=dn\\n[dn]\\n')`;
      await run('bash', ['-c', `${leaf}; ${expired}`], { cwd: good });

      for (const [spoil, said] of [
        [() => rmSync(join(pki, 'sa.pub')), /can’t read "\.\/pki\/sa\.pub": there is no such file/],
        [
          () => cpSync(join(good, 'etcd/ca.key'), join(pki, 'ca.key')),
          /pki\/ca\.crt: the key does not belong/,
        ],
        [
          () => writeFileSync(join(pki, 'etcd/ca.crt'), 'hello'),
          /etcd\/ca\.crt: the certificate is no certificate/,
        ],
        [
          () => writeFileSync(join(pki, 'front-proxy-ca.key'), 'x'),
          /front-proxy-ca\.crt: the key is no private key/,
        ],
        [
          () => cpSync(join(good, 'leaf.crt'), join(pki, 'ca.crt')),
          /ca\.crt: the certificate is not that of an auth/,
        ],
        [() => cpSync(join(good, 'old.crt'), join(pki, 'ca.crt')), /ca\.crt: it expired on /],
        [() => cpSync(join(good, 'ca.key'), join(pki, 'sa.key')), /sa\.key: the public key does not belong/],
      ] as const) {
        spoil();
        const { code, err } = await bake(IMPORT, folder);
        assert.equal(code, 1, err);
        assert.match(err, said);
        assert.match(err, /nothing was written/);
        assert.ok(!existsSync(join(folder, 'secrets.yaml')));
        mend();
      }

      const { code, out, err } = await bake(IMPORT, folder);
      assert.equal(code, 0, err);
      const { cluster } = secretsIn(folder);
      assert.deepEqual(cluster?.authorities, {
        kubernetes: { certificate: text('ca.crt'), key: text('ca.key') },
        frontProxy: { certificate: text('front-proxy-ca.crt'), key: text('front-proxy-ca.key') },
        etcd: { certificate: text('etcd/ca.crt'), key: text('etcd/ca.key') },
      });
      assert.deepEqual(cluster?.serviceAccount, { privateKey: text('sa.key'), publicKey: text('sa.pub') });
      assert.ok(out.includes(caCertHash(text('ca.crt'))));
    }));

  test('takes the key of an etcd outside, too', () =>
    inTempFolder(async (folder) => {
      await makePki(folder);
      await makeClient(folder, 'client');
      const { code, err } = await bake([...IMPORT, '--external-etcd-key', 'client.key'], folder);
      assert.equal(code, 0, err);
      assert.equal(
        secretsIn(folder).cluster?.externalEtcdKey,
        readFileSync(join(folder, 'client.key'), 'utf8'),
      );
    }));

  test('examples of each subcommand’s help run', () =>
    inTempFolder(async (folder) => {
      await makePki(folder);
      let ran = 0;
      for (const name of ['new', 'show', 'rotate', 'import']) {
        const { out } = await bake(['secrets', name, '--help'], folder);
        const examples = [...out.matchAll(/^ +\$ bake (.*)$/gm)].map((match) => (match[1] ?? '').split(' '));
        assert.ok(examples.length > 0, name);
        if (name === 'import') rmSync(join(folder, 'secrets.yaml'));
        for (const example of examples) {
          const { code, err } = await bake(example, folder);
          assert.equal(code, 0, `bake ${example.join(' ')}: ${err}`);
          ran += 1;
        }
      }
      assert.ok(ran >= 5);
    }));
});
