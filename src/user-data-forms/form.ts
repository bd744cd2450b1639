import type { FormName, Target } from '../catalog/targets/target.ts';
import type { Identity } from '../firstboot/seed.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import type { Payload, PayloadKind } from './payload.ts';

/** The machine that something is written for. */
export interface Machine {
  readonly userData: SecretText;
  /** Absent for machines that the platform names. */
  readonly identity?: Identity;
}

export interface FormInput {
  readonly target: Target;
  readonly identity?: Identity;
  readonly payload: Payload;
}

/** A way to write what a platform takes. Forms measure nothing and choose nothing: that is `fit.ts`. */
export interface Form {
  /** What it is, in a few words. */
  readonly title: string;
  /** What it can carry, in the order of preference. */
  readonly payloads: readonly PayloadKind[];
  /** How the payload stands in it: as text, handed on as a file, or as base64. */
  readonly carries: 'text' | 'file' | 'base64';
  /** Whether name and network come with it. */
  readonly bringsIdentity: boolean;
  readonly write: (input: FormInput) => SecretText;
}

export type Forms = Readonly<Record<FormName, Form>>;
