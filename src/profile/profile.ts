import type { ImageFormat } from '../catalog/image-formats.ts';
import type { TargetName } from '../catalog/targets/index.ts';
import type { Mirror, MirrorName } from '../catalog/mirrors/index.ts';
import type { Path } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source.ts';
import type { ProfileFile } from './schema.ts';

/** All keys there, none of them undefined. */
type Full<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };
type Part<K extends keyof ProfileFile> = NonNullable<ProfileFile[K]>;

/** Settings of a machine that has a container runtime and Kubernetes. */
export type Kubernetes = Full<Omit<Part<'kubernetes'>, 'criTools' | 'cni' | 'revision'>> &
  Pick<Part<'kubernetes'>, 'criTools' | 'cni' | 'revision'>;
export type Runtime = Full<Omit<Part<'runtime'>, 'version' | 'pauseImage' | 'criDockerd'>> &
  Pick<Part<'runtime'>, 'version' | 'pauseImage' | 'criDockerd'>;
export type Registry = Runtime['registries'][number];
export type KubernetesSource = Kubernetes['source'];
type SystemFile = Full<Part<'system'>>;
export type System = Omit<SystemFile, 'ntp' | 'firewall' | 'journal' | 'ulimits'> & {
  readonly ntp: Full<SystemFile['ntp']>;
  readonly firewall: Full<SystemFile['firewall']>;
  readonly journal: Full<SystemFile['journal']>;
  readonly ulimits: SystemFile['ulimits'];
};

/** A whole profile: everything it extends merged in, defaults filled. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly role: Part<'role'>;
  readonly os: Part<'os'>;
  readonly arch: Part<'arch'>;
  /** In the order in which they are asked. */
  readonly mirrors: readonly MirrorName[];
  readonly image: Full<Omit<Part<'image'>, 'mirror' | 'ova'>> & {
    readonly mirror: Mirror;
    readonly ova: Full<NonNullable<Part<'image'>['ova']>>;
  };
  /** Absent for the haproxy role. */
  readonly kubernetes?: Kubernetes;
  /** Absent for the haproxy role. */
  readonly runtime?: Runtime;
  readonly system: System;
  readonly packages: readonly string[];
  readonly files: readonly Part<'files'>[number][];
  readonly commands: readonly Part<'commands'>[number][];
  readonly users: readonly Part<'users'>[number][];
  /** Present for the haproxy role only. */
  readonly balancer?: Full<Part<'balancer'>>;
  readonly boot: Part<'boot'>;
}

/** How an image is handed over: no part of the plan, which has what this means for the machine. */
export interface Delivery {
  /** Without doubles, the first one first. */
  readonly formats: readonly ImageFormat[];
  /** Platforms that it is for, without doubles; none: any that needs no guest agent. */
  readonly targets: readonly TargetName[];
  /** The machine that an OVA describes. */
  readonly ova: { readonly hardwareVersion: number; readonly cpus: number; readonly memoryBytes: number };
}

/** A profile with the means to point into what the person wrote. */
export interface ResolvedProfile {
  readonly profile: Profile;
  /**
   * The span of the deepest node on `path` that somebody wrote, in whichever file of the chain; for a
   * default, the entry file's first key. With `key`, the span of the key instead of its value.
   */
  readonly spanOf: (path: Path, part?: 'key' | 'value') => Span;
  /** Whether somebody wrote this path in any file of the chain (defaults are not written). */
  readonly isWritten: (path: Path) => boolean;
  /** Texts of `files[].source` and `registries[].ca`, by `JSON.stringify(path)` of the naming value. */
  readonly attachments: ReadonlyMap<string, string>;
  /** Keys that were written in a wrong shape; the profile has what is inherited, or the default, or nothing there. */
  readonly leftOut: readonly Path[];
}
