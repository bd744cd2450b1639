import { printPlan } from '../plan/make-plan.ts';
import type { Pieces } from '../plan/pieces.ts';
import type { Plan } from '../plan/plan.ts';
import type { BootSecrets } from './cloud-config.ts';
import { emitStockUserData, emitUserData } from './cloud-config.ts';
import { emitGoss } from './goss.ts';
import { emitProvision } from './shell.ts';
import { emitVerify } from './verify-sh.ts';

/** A file to be written: its name below the output folder, its text, whether it is a program, whether it is secret. */
export interface Artifact {
  readonly name: string;
  readonly text: string;
  readonly executable: boolean;
  readonly secret: boolean;
}

/** Every text form of a plan. */
export function emit(plan: Plan, pieces: Pieces, boot: BootSecrets = {}): Artifact[] {
  const open = { executable: false, secret: false };
  const text = (name: string, content: string): Artifact => ({ ...open, name, text: content });
  const program = (name: string, content: string): Artifact => ({
    ...open,
    name,
    text: content,
    executable: true,
  });
  const userData = (name: string, content: string): Artifact => ({
    ...open,
    name,
    text: content,
    secret: boot.secrets !== undefined || boot.machine !== undefined,
  });
  return [
    text('plan.json', printPlan(plan)),
    program('provision.sh', emitProvision(plan, pieces)),
    userData('user-data', emitUserData(plan, boot)),
    userData('user-data.stock', emitStockUserData(plan, pieces, boot)),
    text('goss.yaml', emitGoss(plan)),
    program('verify.sh', emitVerify(plan, pieces.verifyHelpers)),
  ];
}
