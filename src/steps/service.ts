import { shellQuote } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** Whether a unit starts at boot; started at once where the machine is running. */
export interface ServiceInput {
  /** With its suffix: `containerd.service`. */
  readonly unit: string;
  readonly state: 'enabled' | 'disabled' | 'masked';
  /** Whether the unit is up once the machine has booted; not so for the kubelet before kubeadm has run. */
  readonly active: boolean;
}

export const service = defineStep<ServiceInput>({
  title: ({ unit, state }) => `${{ enabled: 'enable', disabled: 'disable', masked: 'mask' }[state]} ${unit}`,
  shell: ({ unit, state, active }) =>
    `bake_service ${state} ${shellQuote(unit)} ${active ? 'start' : 'leave'}`,
  checks: ({ unit, state, active }) => [
    {
      check: 'service',
      unit,
      ...(state === 'masked' ? { masked: true } : { enabled: state === 'enabled' }),
      ...(active ? { active: true } : {}),
    },
  ],
});
