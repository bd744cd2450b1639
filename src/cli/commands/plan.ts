import { describePlan, printPlan } from '../../plan/make-plan.ts';
import { compileOrStop, type ProfileOptions } from '../compile-profile.ts';
import type { Io } from '../io.ts';

export interface PlanOptions extends ProfileOptions {
  readonly json?: boolean;
}

/** `bake plan`: what would be done to the machine. */
export async function planCommand(options: PlanOptions, io: Io): Promise<void> {
  const { plan } = await compileOrStop({ ...options, planOnly: true }, io);
  io.out(options.json ? printPlan(plan) : describePlan(plan));
}
