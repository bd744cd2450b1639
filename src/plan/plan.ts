import type { Origin } from '../source/source.ts';
import type { Step } from '../steps/index.ts';

export type Phase = 'bake' | 'boot';

/**
 * Which cached root tree a bake step belongs to, in build order. Steps of an earlier layer never
 * depend on a later one, so a changed Kubernetes patch redoes `kubernetes` and `profile` only.
 */
export const LAYERS = ['system', 'runtime', 'kubernetes', 'profile'] as const;
export type Layer = (typeof LAYERS)[number];

/** One step as the plan holds it. `id` is the first 16 hex digits of a sha256 over kind, phase and step. */
export interface PlannedStep {
  readonly id: string;
  readonly phase: Phase;
  /** Of bake steps only. */
  readonly layer?: Layer;
  readonly title: string;
  readonly origin: Origin;
  readonly step: Step;
}

/** The ordered steps of one profile for one operating system: plain data, stable to the byte. */
export interface Plan {
  readonly format: 'bake/plan/v1';
  /** sha256 (hex) over everything below, keys sorted. */
  readonly hash: string;
  readonly profile: string;
  readonly role: Role;
  readonly os: OsId;
  readonly arch: 'amd64' | 'arm64';
  /** True when any package is a stand-in; every output must then say so. */
  readonly standIn: boolean;
  readonly image: ImagePlan;
  readonly versions: Readonly<Record<string, string>>;
  readonly steps: readonly PlannedStep[];
}

export type Role = 'master' | 'worker' | 'haproxy' | 'standalone';
export type OsId =
  'debian-12' | 'debian-13' | 'ubuntu-22.04' | 'ubuntu-24.04' | 'ubuntu-26.04' | 'rocky-9' | 'rocky-10';

/** What the disk looks like and what it starts from. Sizes in bytes. */
export interface ImagePlan {
  readonly name: string;
  readonly diskSize: number;
  readonly base: BootstrapBase | CloudImageBase | VendorBase;
  /** Of a cloud image: where the profile names it. Not in `base`, as the same image by another line is the same layer. */
  readonly origin?: Origin;
}

/** A distribution bootstrap by mmdebstrap. */
export interface BootstrapBase {
  readonly from: 'bootstrap';
  /** `trixie` */
  readonly suite: string;
  /** In the order of apt sources; `archive` first. */
  readonly archives: readonly {
    readonly uri: string;
    readonly suite: string;
    readonly components: readonly string[];
  }[];
  /** Path of the keyring on the building machine, as the distribution's keyring package ships it. */
  readonly keyring: string;
  readonly variant: 'minbase';
  readonly packages: readonly string[];
}

/** A vendor cloud image, by URL or by a path as seen from the folder of the entry profile. */
export interface CloudImageBase {
  readonly from: 'cloud-image';
  readonly location: string;
  readonly sha256: string;
}

/** What the builder has of the distribution itself: its cloud image or its installer. bake alone can't bootstrap it. */
export interface VendorBase {
  readonly from: 'vendor';
}
