import { shellQuote } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** The machine's time zone, by its name in the tz database. */
export interface TimeZoneInput {
  readonly timezone: string;
}

export const timeZone = defineStep<TimeZoneInput>({
  title: ({ timezone }) => `set the time zone to ${timezone}`,
  shell: ({ timezone }) => `bake_time_zone ${shellQuote(timezone)}`,
  cloudConfig: ({ timezone }) => ({ timezone }),
  checks: ({ timezone }) => [
    { check: 'file', path: '/etc/localtime', exists: true, type: 'symlink' },
    {
      check: 'command',
      title: `the time zone is ${timezone}`,
      script: `cmp --silent /etc/localtime ${shellQuote(`/usr/share/zoneinfo/${timezone}`)}`,
    },
  ],
});
