import type { TargetName } from '../catalog/targets/index.ts';
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileProvider, openCluster, openProfile, readBalancerPieces, readPieces } from '../adapters/files.ts';
import type { ClusterNode, ClusterRole, ResolvedCluster } from '../cluster/cluster.ts';
import { readCluster } from '../cluster/read.ts';
import { compile, type Compiled } from '../compile.ts';
import { arrange, hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { profilesAgree } from '../firstboot/member-rules.ts';
import type { Circumstances } from '../firstboot/machine.ts';
import { identityOf, seedFiles, type Identity, type SeedFiles } from '../firstboot/seed.ts';
import { readChain } from '../resolve/chain.ts';
import { resolve as resolveProfile } from '../resolve/resolve.ts';
import type { Profile } from '../profile/profile.ts';
import type { ClusterSecrets } from '../secrets/cluster-secrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { notOpened, printDiagnostics } from './compile-profile.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { takeSecrets } from './secrets-file.ts';

export interface ClusterOptions {
  /** Path of the cluster file. */
  readonly cluster: string;
  /** Path of the secrets file; secrets.yaml or secrets.yaml.age beside the cluster file unless told otherwise. */
  readonly secrets?: string;
  readonly identity?: string;
  readonly standIn?: boolean;
  readonly strict?: boolean;
  /** User-data for a distribution's stock image instead of a baked one. */
  readonly stock?: boolean;
  /** Platforms of the machines, in place of those of their profiles. */
  readonly targets?: readonly TargetName[];
}

/** A cluster file with its secrets. */
export interface OpenedCluster {
  readonly cluster: ResolvedCluster;
  readonly secrets: Secrets & { readonly cluster: ClusterSecrets };
  /** Of the secrets file, as it can be opened from where the person stands. */
  readonly secretsPath: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** One machine, or the machines of a role that nobody names. */
export interface ClusterMachine {
  /** The node's name, or the role of machines without one. */
  readonly name: string;
  readonly role: ClusterRole;
  /** Reference of the profile, as it can be opened from where the person stands. */
  readonly profile: string;
  readonly node?: ClusterNode;
  /** Of machines with a name. */
  readonly identity?: Identity;
  readonly compiled: Compiled;
  /** Of machines without a name only user-data: the platform brings the rest. */
  readonly seed: Pick<SeedFiles, 'user-data'> & Partial<SeedFiles>;
}

/** Reads the cluster file and its secrets, or prints what is wrong with them and stops with exit code 1. */
export async function openClusterOrStop(options: ClusterOptions, io: Io): Promise<OpenedCluster> {
  const opened = openCluster(options.cluster, io.cwd);
  if ('reason' in opened)
    throw new Stop(
      EXIT.input,
      `can’t open cluster file ${quote(options.cluster)}: ${opened.reason}${opened.isMissing ? '; bake init --cluster DIR writes one to start from' : ''}`,
    );
  const read = readCluster(opened.source, fileProvider(io.cwd));
  const path = options.secrets ?? secretsBeside(options.cluster, io);
  const taken = await takeSecrets(path, options.identity, io);
  const diagnostics = arrange(strictly([...read.diagnostics, ...taken.diagnostics], options));
  if (!read.value || !taken.value || hasErrors(diagnostics)) {
    printDiagnostics(diagnostics, io);
    throw new Stop(EXIT.input, '');
  }
  const { cluster, ...rest } = taken.value;
  if (!cluster)
    throw new Stop(
      EXIT.input,
      `${path} holds no secrets of a cluster; make them: bake secrets new --cluster ${options.cluster}`,
    );
  return { cluster: read.value, secrets: { ...rest, cluster }, secretsPath: path, diagnostics };
}

function secretsBeside(cluster: string, io: Io): string {
  const folder = dirname(cluster);
  const found = ['secrets.yaml', 'secrets.yaml.age']
    .map((name) => join(folder, name))
    .find((path) => existsSync(resolve(io.cwd, path)));
  if (found !== undefined) return found;
  throw new Stop(
    EXIT.input,
    `there are no secrets beside the cluster file; make them: bake secrets new --cluster ${cluster} --out ${join(folder, 'secrets.yaml')}, or name the file by --secrets`,
  );
}

/** The machines to compile: named ones in the order of the file, then roles that are counted. */
export interface Wanted {
  readonly role: ClusterRole;
  readonly node?: ClusterNode;
  /** Instead of the one that the cluster file names for the role. */
  readonly profile?: string;
}

export function everyMachine({ cluster }: Pick<OpenedCluster['cluster'], 'cluster'>): Wanted[] {
  const roles = Object.keys(cluster.counts) as ClusterRole[];
  return [
    ...cluster.nodes.map((node) => ({ role: node.role, node })),
    ...roles.filter((role) => (cluster.counts[role] ?? 0) > 0).map((role) => ({ role })),
  ];
}

/** Compiles machines of a cluster; prints what there is to say, and stops with exit code 1 on errors. */
export function compileMachinesOrStop(
  opened: OpenedCluster,
  wanted: readonly Wanted[],
  options: ClusterOptions & { readonly circumstances?: Circumstances },
  io: Io,
): ClusterMachine[] {
  const { cluster } = opened;
  const said: Diagnostic[] = [...opened.diagnostics];
  const machines: ClusterMachine[] = [];
  const pieces = { own: readPieces(), balancer: readBalancerPieces() };
  for (const { role, node, profile: asked } of wanted) {
    const profile = asked ?? profileOf(opened, options, role);
    const source = openProfile(profile, io.cwd);
    if ('reason' in source) {
      const path = ['profiles', role];
      const place = asked === undefined ? { path, span: cluster.spanOf(path) } : undefined;
      said.push(notOpened(profile, source, place));
      continue;
    }
    const outcome = compile(source.source, fileProvider(io.cwd), pieces.own, {
      standIn: options.standIn ?? false,
      ...(options.targets ? { targets: options.targets } : {}),
      secrets: opened.secrets,
      member: {
        cluster,
        secrets: opened.secrets.cluster,
        ...(node ? { node } : {}),
        balancer: pieces.balancer,
        ...(options.circumstances ? { circumstances: options.circumstances } : {}),
      },
    });
    said.push(...outcome.diagnostics);
    if (!outcome.value) continue;
    const userData = textOf(outcome.value, options.stock ? 'user-data.stock' : 'user-data');
    const identity = node && identityOf(cluster.cluster, node, userData);
    const seed = identity ? seedFiles(identity, userData) : { 'user-data': userData };
    const name = node?.name ?? role;
    machines.push({
      name,
      role,
      profile,
      ...(node ? { node } : {}),
      ...(identity ? { identity } : {}),
      compiled: outcome.value,
      seed,
    });
  }
  said.push(...profilesAgree(cluster, profilesOf(machines, io)));
  const diagnostics = arrange(strictly(withoutRepeats(said), options));
  printDiagnostics(diagnostics, io);
  if (hasErrors(diagnostics)) throw new Stop(EXIT.input, '');
  return machines;
}

/** As `profilesAgree` compares them: one of each role. */
function profilesOf(
  machines: readonly ClusterMachine[],
  io: Io,
): Partial<Record<'master' | 'worker', Profile>> {
  const of = (role: ClusterRole): Profile | undefined => {
    const machine = machines.find((one) => one.role === role);
    const source = machine && openProfile(machine.profile, io.cwd);
    if (!source || 'reason' in source) return undefined;
    const files = fileProvider(io.cwd);
    const chain = readChain(source.source, files).value;
    return chain && resolveProfile(chain, files).value?.profile;
  };
  const [master, worker] = [of('master'), of('worker')];
  return { ...(master ? { master } : {}), ...(worker ? { worker } : {}) };
}

/** The profile of a role, as it can be opened from where the person stands. */
export function profileOf(
  { cluster }: Pick<OpenedCluster, 'cluster'>,
  { cluster: file }: Pick<ClusterOptions, 'cluster'>,
  role: ClusterRole,
): string {
  return profileBeside(file, cluster.cluster.profiles[role]);
}

/** Profiles that a cluster file names by path lie beside it. */
function profileBeside(clusterFile: string, reference: string): string {
  if (!/[/\\]/.test(reference) && !/\.ya?ml$/.test(reference)) return reference;
  if (isAbsolute(reference)) return reference;
  const path = join(dirname(clusterFile), reference);
  return path.includes('/') ? path : `./${path}`;
}

function textOf({ artifacts }: Compiled, name: string): string {
  const artifact = artifacts.find((one) => one.name === name);
  if (!artifact) throw new Error(`nothing called ${name} was emitted`);
  return artifact.text;
}

function strictly(diagnostics: readonly Diagnostic[], { strict }: Pick<ClusterOptions, 'strict'>) {
  return strict ? diagnostics.map((one): Diagnostic => ({ ...one, severity: 'error' })) : diagnostics;
}

/** Machines of one role say the same of their profile. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ code, message, span }: Diagnostic): string =>
    JSON.stringify([code, message, span?.source.path, span?.start]);
  return [...new Map(diagnostics.map((one) => [key(one), one])).values()];
}
