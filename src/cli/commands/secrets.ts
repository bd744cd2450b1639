import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileProvider, openFile, openPrivate } from '../../adapters/files.ts';
import { createPrivateFile, keepOutOfGit, replacePrivateFile } from '../../adapters/private-files.ts';
import { run } from '../../adapters/process.ts';
import { readCluster } from '../../cluster/read.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { isPrivateKey } from '../../secrets/check.ts';
import { caCertHash } from '../../secrets/ca-hash.ts';
import type { ClusterSecrets } from '../../secrets/cluster-secrets.ts';
import { importPki, PKI_FILES, type PkiTexts } from '../../secrets/import.ts';
import { isClusterName } from '../../secrets/schema.ts';
import { secretValuesOf, type Secrets } from '../../secrets/secrets.ts';
import { describeSecrets, summaryOf } from '../../secrets/summary.ts';
import { secretsText } from '../../secrets/write.ts';
import { rotate } from '../../secrets/rotate.ts';
import { GIVEN, ROTATIONS, type Rotation } from '../../secrets/rotations.ts';
import { parseDuration } from '../../units/duration.ts';
import { printDiagnostics } from '../compile-profile.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { takeSecrets } from '../secrets-file.ts';
import { gitNote, requireFolderOf } from '../write-artifacts.ts';

export interface Lifetimes {
  readonly initWindow?: string;
  readonly tokenTtl?: string;
}

export interface NewSecretsOptions extends Lifetimes {
  readonly name?: string;
  /** Path of a cluster file. */
  readonly cluster?: string;
  readonly out: string;
  /** Path of a PEM file. */
  readonly externalEtcdKey?: string;
  readonly recipient?: readonly string[];
  readonly json?: boolean;
}

export interface ImportSecretsOptions extends NewSecretsOptions {
  readonly pki: string;
}

export interface OldSecretsOptions {
  readonly identity?: string;
  readonly json?: boolean;
}

export interface ShowSecretsOptions extends OldSecretsOptions {
  readonly reveal?: string;
}

export interface RotateSecretsOptions extends OldSecretsOptions, Lifetimes {
  /** Path of a PEM file. */
  readonly externalEtcdKey?: string;
  readonly recipient?: readonly string[];
}

/** `bake secrets new`: all secrets of a cluster, in a file that was not there. */
export async function newSecretsCommand(options: NewSecretsOptions, io: Io): Promise<void> {
  await makeFile(options, undefined, io);
}

/** `bake secrets import`: the same around authorities and a service-account key that are there already. */
export async function importSecretsCommand(options: ImportSecretsOptions, io: Io): Promise<void> {
  const folder = options.pki.replace(/\/+$/, '');
  const texts: Partial<Record<keyof PkiTexts, string>> = {};
  const missing: string[] = [];
  for (const name of Object.keys(PKI_FILES) as (keyof PkiTexts)[]) {
    const path = `${folder}/${PKI_FILES[name]}`;
    const found = openFile(path, io.cwd);
    if ('source' in found) texts[name] = found.source.text;
    else missing.push(`can’t read ${quote(path)}: ${found.reason}`);
  }
  if (missing.length > 0) refuse(missing, io);
  const { pki, problems } = importPki(texts as PkiTexts, new Date());
  if (!pki)
    return refuse(
      problems.map(({ file, problem }) => `${folder}/${file}: ${problem}`),
      io,
    );
  await makeFile(options, pki, io);
}

async function makeFile(
  options: NewSecretsOptions,
  pki: Pick<ClusterSecrets, 'authorities' | 'serviceAccount'> | undefined,
  io: Io,
): Promise<void> {
  const { recipient: recipients = [] } = options;
  judgeLifetimes(options);
  const shown = recipients.length > 0 && !options.out.endsWith('.age') ? `${options.out}.age` : options.out;
  const path = resolve(io.cwd, shown);
  const { cluster, ...defaults } = whichCluster(options, io);
  requireFolderOf(shown, io);
  if (existsSync(path)) throw isThere(shown);
  const externalEtcdKey = keyOrStop(options, io);
  const { makeClusterSecrets } = await import('../../secrets/make.ts');
  const made = await makeClusterSecrets({
    cluster,
    now: new Date(),
    ...lifetimes(options, defaults),
    ...(pki ? { pki } : {}),
    ...(externalEtcdKey === undefined ? {} : { externalEtcdKey }),
  });
  const secrets: Secrets = {
    registries: {},
    cluster: made,
    ...(recipients.length > 0 ? { recipients } : {}),
  };
  const text = await fileText(secrets);
  const ignored = await writing(shown, async () => {
    const added = recipients.length > 0 ? undefined : await keepOutOfGit(path, run);
    if (!createPrivateFile(path, text)) throw isThere(shown);
    return added;
  });
  const pin = caCertHash(made.authorities.kubernetes.certificate);
  if (options.json) {
    const ignoreFile = ignored && relative(io.cwd, ignored);
    const { initUntil, bootstrapToken } = made;
    const facts = { file: shown, cluster, pin, initUntil, tokenUntil: bootstrapToken.expires };
    return print({ ...facts, encrypted: recipients.length > 0, ignoredBy: ignoreFile }, io);
  }
  io.out(
    [
      `Wrote ${shown} (mode 0600${recipients.length > 0 ? `, encrypted to ${recipients.length} age recipient${recipients.length === 1 ? '' : 's'}` : ''}): the secrets of cluster ${cluster}.\n`,
      gitNote(ignored, 'it', io),
      `The first master may initialise until ${made.initUntil}; machines may join until ${made.bootstrapToken.expires}.\n`,
      `Every machine will believe this authority only: ${pin}\n`,
    ].join(''),
  );
}

/** The key that `--external-etcd-key` names. */
function keyOrStop(
  { externalEtcdKey: path }: Pick<NewSecretsOptions, 'externalEtcdKey'>,
  io: Io,
): string | undefined {
  if (path === undefined) return undefined;
  const found = openPrivate(path, io.cwd);
  if ('reason' in found) throw new Stop(EXIT.input, `can’t use the key ${quote(path)}: ${found.reason}`);
  if (isPrivateKey(found.source.text)) return found.source.text;
  throw new Stop(EXIT.input, `${quote(path)} is no private key in PEM, or is encrypted`);
}

const isThere = (file: string): Stop =>
  new Stop(
    EXIT.input,
    `${file} is there, and what it holds can’t be made again, so nothing was written; choose another --out, move it away, or use bake secrets rotate`,
  );

/** The name, and how long things last where no option says so. */
function whichCluster(
  { name, cluster: file }: NewSecretsOptions,
  io: Io,
): { readonly cluster: string; readonly initWindowSeconds: number; readonly tokenTtlSeconds: number } {
  if ((name === undefined) === (file === undefined))
    throw new Stop(
      EXIT.usage,
      'say whose secrets: --name NAME, or --cluster FILE for the name in a cluster file',
    );
  if (file === undefined) {
    if (!isClusterName(name))
      throw new Stop(EXIT.input, `${quote(name ?? '')} is no name of a cluster: a-z, 0-9 and -, at most 63`);
    return { cluster: name, ...LIFETIMES };
  }
  const found = openFile(file, io.cwd);
  if ('reason' in found) throw new Stop(EXIT.input, `can’t read ${quote(file)}: ${found.reason}`);
  const { value, diagnostics } = readCluster(found.source, fileProvider(io.cwd));
  if (!value) {
    printDiagnostics(diagnostics, io);
    throw new Stop(EXIT.input, '');
  }
  const { discovery } = value.cluster;
  return {
    cluster: value.cluster.name,
    initWindowSeconds: discovery.initWindow,
    tokenTtlSeconds: discovery.tokenTtl,
  };
}

const LIFETIMES = { initWindowSeconds: 3600, tokenTtlSeconds: 24 * 3600 } as const;

function lifetimes(
  { initWindow, tokenTtl }: Lifetimes,
  defaults: { readonly initWindowSeconds: number; readonly tokenTtlSeconds: number } = LIFETIMES,
): { initWindowSeconds: number; tokenTtlSeconds: number } {
  return {
    initWindowSeconds: seconds(LASTING.initWindow.flag, initWindow) ?? defaults.initWindowSeconds,
    tokenTtlSeconds: seconds(LASTING.tokenTtl.flag, tokenTtl) ?? defaults.tokenTtlSeconds,
  };
}

/** The options that say how long something lasts, and what of a cluster's secrets that is. */
const LASTING = {
  initWindow: { flag: '--init-window', what: 'window' },
  tokenTtl: { flag: '--token-ttl', what: 'token' },
} as const;

/** Stops where a duration is none, before anything is read. */
const judgeLifetimes = (options: Lifetimes): void => void lifetimes(options);

/** At most a year: whatever is meant to last longer would be forgotten. */
function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (parsed && parsed <= 366 * 86_400) return parsed;
  throw new Stop(
    EXIT.usage,
    `${option} takes a duration of at most 366d such as 90m, 24h or 7d, not ${quote(text)}`,
  );
}

/** `bake secrets show`: what there is, never a value but the one asked for. */
export async function showSecretsCommand(file: string, options: ShowSecretsOptions, io: Io): Promise<void> {
  const secrets = await secretsOrStop(file, options, io);
  if (options.reveal !== undefined) return reveal(secrets, options.reveal, options, io);
  const summary = summaryOf(secrets, new Date());
  if (options.json) print(summary, io);
  else
    io.out(
      describeSecrets(summary)
        .map((line) => `${line}\n`)
        .join(''),
    );
}

const slug = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

function reveal(secrets: Secrets, name: string, { json }: OldSecretsOptions, io: Io): void {
  const values = secretValuesOf(secrets);
  const found = values.find((one) => slug(one.name) === slug(name));
  if (!found) {
    const names = values.map((one) => slug(one.name));
    const hint = didYouMean(slug(name), names) ?? `there are ${names.join(', ')}`;
    throw new Stop(EXIT.input, `the file has no ${quote(name)}; ${hint}`);
  }
  if (json) print(found, io);
  else io.out(`${found.value.trimEnd()}\n`);
}

const FIXED = ['kubernetes', 'front-proxy', 'etcd', 'authorities', 'ca', 'service-account'];

/** `bake secrets rotate`: some of it made anew, in place. */
export async function rotateSecretsCommand(
  what: string,
  file: string,
  options: RotateSecretsOptions,
  io: Io,
): Promise<void> {
  if (FIXED.includes(what))
    throw new Stop(
      EXIT.input,
      `nothing was changed: ${what} can’t be rotated in this file. Every machine of the cluster, every kubeconfig and every service-account token trusts or was signed by it, so with another one no machine believes the others. A running cluster is moved to new authorities by hand (kubernetes.io, “Manual Rotation of CA Certificates”) and bake secrets import then takes them over; for a new cluster make a new file with bake secrets new`,
    );
  const isGiven = Object.hasOwn(GIVEN, what);
  if (isGiven !== (options.externalEtcdKey !== undefined))
    throw new Stop(
      EXIT.usage,
      'a key that is given goes with its own word: bake secrets rotate external-etcd --external-etcd-key FILE',
    );
  const all = Object.keys(ROTATIONS) as Rotation[];
  const parts = what === 'all-but-authorities' ? all : all.filter((one) => one === what);
  if (parts.length === 0 && !isGiven) {
    const names = [...all, 'all-but-authorities', ...Object.keys(GIVEN)];
    throw new Stop(
      EXIT.usage,
      `there is no ${quote(what)} to rotate; ${didYouMean(what, names) ?? `there are ${names.join(', ')}`}`,
    );
  }
  judgeLifetimes(options);
  const idle = (['initWindow', 'tokenTtl'] as const).find(
    (option) => options[option] !== undefined && !parts.includes(LASTING[option].what),
  );
  if (idle !== undefined)
    throw new Stop(
      EXIT.usage,
      `${LASTING[idle].flag} is for bake secrets rotate ${LASTING[idle].what}, and ${what} has no use for it`,
    );
  const secrets = await secretsOrStop(file, options, io);
  const { cluster } = secrets;
  if (!cluster) throw new Stop(EXIT.input, `${file} holds credentials of registries only: nothing to rotate`);
  const externalEtcdKey = keyOrStop(options, io);
  const rotated: Secrets = {
    ...secrets,
    ...(options.recipient ? { recipients: options.recipient } : {}),
    cluster: {
      ...rotate(cluster, parts, { now: new Date(), ...lifetimes(options) }),
      ...(externalEtcdKey === undefined ? {} : { externalEtcdKey }),
    },
  };
  const text = await fileText(rotated);
  await writing(file, () => Promise.resolve(replacePrivateFile(resolve(io.cwd, file), text)));
  if (options.json) return print({ file, rotated: isGiven ? [what] : parts }, io);
  const lines = isGiven ? Object.entries(GIVEN) : parts.map((part) => [part, ROTATIONS[part]] as const);
  io.out(
    `${isGiven ? 'Put into' : 'Made anew in'} ${file}:\n${lines.map(([part, then]) => `  ${part}: ${then}\n`).join('')}`,
  );
}

async function secretsOrStop(file: string, { identity }: OldSecretsOptions, io: Io): Promise<Secrets> {
  const { value, diagnostics } = await takeSecrets(file, identity, io);
  if (value) return value;
  printDiagnostics(diagnostics, io);
  throw new Stop(EXIT.input, '');
}

async function fileText(secrets: Secrets): Promise<string> {
  const text = secretsText(secrets);
  if (!secrets.recipients || secrets.recipients.length === 0) return text;
  const { AgeError, encryptText } = await import('../../secrets/age.ts');
  try {
    return await encryptText(text, secrets.recipients);
  } catch (error) {
    if (error instanceof AgeError) throw new Stop(EXIT.input, error.message);
    throw error;
  }
}

/** What the file system refuses, in words. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = {
      EACCES: 'it may not be written',
      EROFS: 'the file system is read-only',
      ENOSPC: 'the disk is full',
    }[code ?? ''];
    if (reason === undefined) throw error;
    throw new Stop(EXIT.tool, `can’t write ${path}: ${reason}`);
  }
}

function refuse(reasons: readonly string[], io: Io): never {
  for (const reason of reasons) io.err(`${io.palette.error('error')}: ${reason}\n`);
  throw new Stop(EXIT.input, 'nothing was written');
}

const print = (value: unknown, io: Io): void => io.out(`${JSON.stringify(value, null, 2)}\n`);
