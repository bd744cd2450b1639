import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CloudConfig, Part } from '../part.ts';

/** What a rule may know beside the text that it judges. */
export interface Context {
  /** Version of cloud-init that the person named. */
  readonly version?: string;
  readonly parts: readonly Part[];
  /** Every part that is cloud-config. */
  readonly configs: readonly CloudConfig[];
}

/** Says what is wrong with one part that is cloud-config. */
export type ConfigRule = (config: CloudConfig, context: Context) => readonly Diagnostic[];

/** Says what is wrong with one part of any type. */
export type PartRule = (part: Part, context: Context) => readonly Diagnostic[];

/** A mapping, or an empty one where it is none. */
export const mappingOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** The items of a list, or none where it is no list. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
