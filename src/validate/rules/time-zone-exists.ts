import { didYouMean } from '../../diagnostics/suggest.ts';
import { finding, type Rule } from './rule.ts';

/** A machine without the file of its zone runs in UTC, and says so nowhere. Source: tzset(3). */
export const timeZoneExists: Rule = (resolved) => {
  const { timezone } = resolved.profile.system;
  if (isZone(timezone)) return [];
  const hint = didYouMean(timezone, Intl.supportedValuesOf('timeZone')) ?? 'write Etc/UTC or Asia/Shanghai';
  return [finding(resolved, 'B203', ['system', 'timezone'], `there is no time zone ${timezone}`, { hint })];
};

/** Old names of zones count as well. Names of files are told apart by case, those of Intl are not. */
export function isZone(name: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
