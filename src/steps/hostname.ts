import { shellQuote } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** The machine's name; identity, so only ever at boot. */
export interface HostnameInput {
  readonly hostname: string;
}

export const hostname = defineStep<HostnameInput>({
  title: ({ hostname: name }) => `name the machine ${name}`,
  shell: () => '',
  cloudConfig: ({ hostname: name }) => ({ hostname: name }),
  checks: ({ hostname: name }) => [
    {
      check: 'command',
      title: `the host name is ${name}`,
      script: `[ "$(hostname)" = ${shellQuote(name.split('.')[0] ?? name)} ]`,
    },
  ],
});
