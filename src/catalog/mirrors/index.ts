import { aliyun } from './aliyun.ts';
import { daocloud } from './daocloud.ts';
import { huawei } from './huawei.ts';
import type { MirrorSet } from './mirror-set.ts';
import { official } from './official.ts';
import { tuna } from './tuna.ts';
import { ustc } from './ustc.ts';

/** Every set by the name that a profile takes. */
export const MIRROR_SETS = {
  official,
  aliyun,
  tuna,
  ustc,
  huawei,
  daocloud,
} as const satisfies Readonly<Record<string, MirrorSet>>;

export type MirrorName = keyof typeof MIRROR_SETS;

/** As a list of at least one, for schemas. */
export const MIRROR_NAMES = Object.keys(MIRROR_SETS) as [MirrorName, ...MirrorName[]];

/** Where something comes from: the name of a set, or an address of the person's own. */
export type Mirror = string;

export const isMirrorName = (name: string): name is MirrorName => Object.hasOwn(MIRROR_SETS, name);

/** The names of the sets that have something. */
export const mirrorsWith = (has: (set: MirrorSet, name: MirrorName) => boolean): readonly MirrorName[] =>
  MIRROR_NAMES.filter((name) => has(MIRROR_SETS[name], name));
