import type { FormName, Target } from '../catalog/targets/target.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import { base64 } from './base64.ts';
import { cli } from './cli.ts';
import { extraConfig } from './extra-config.ts';
import { fit, type Measured } from './fit.ts';
import type { Forms, Machine } from './form.ts';
import { govc } from './govc.ts';
import { mime } from './mime.ts';
import { ovfEnv } from './ovf-env.ts';
import { ovfPropertiesForm } from './ovf-properties.ts';
import { parameters } from './parameters.ts';
import { text } from './text.ts';
import { vmx } from './vmx.ts';

export const FORMS: Forms = {
  text,
  mime,
  base64,
  cli,
  vmx,
  parameters,
  'extra-config': extraConfig,
  govc,
  'ovf-env': ovfEnv,
  'ovf-properties': ovfPropertiesForm,
};

/** What a platform takes, or how small it would be at best where the platform has no room for it. */
export type Written = Measured & ({ readonly text: SecretText } | { readonly text?: undefined });

/** A machine's user-data as a platform takes it. Pure: the same machine gives the same text. */
export function writeFor(target: Target, name: FormName, { userData, identity }: Machine): Written {
  const form = FORMS[name];
  const { fits, ...measured } = fit(userData, form, target);
  if (!fits) return measured;
  return {
    ...measured,
    text: form.write({ target, payload: measured.payload, ...(identity ? { identity } : {}) }),
  };
}
