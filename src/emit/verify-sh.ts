import type { Plan } from '../plan/plan.ts';
import { formatOrigin } from '../source/source.ts';
import type { Check } from '../steps/check.ts';
import { shellQuote, shellWords } from '../text/shell.ts';
import { checksOf } from './checks.ts';

/** `verify.sh`: the checks as TAP 13, by bash and what every machine has. Exit 0 when all pass, 1 otherwise. */
export function emitVerify(plan: Plan, helpers: string): string {
  const checks = checksOf(plan);
  return [
    '#!/usr/bin/env bash',
    '# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands',
    `# verify.sh: checks of profile ${plan.profile} (${plan.os})${plan.standIn ? ', with STAND-INS in place of Kubernetes' : ''}, plan ${plan.hash}`,
    '# Made by bake. Run it as root on the machine; it changes nothing.',
    'set -euo pipefail',
    '',
    helpers.replace(/^# shellcheck shell=bash\n/, '').trimEnd(),
    '',
    'echo TAP version 13',
    `echo 1..${checks.length}`,
    ...checks.map(
      ({ title, origin, check }) =>
        `tap ${shellWords([title.replaceAll('#', '\\#'), formatOrigin(origin)])} ${call(check)}`,
    ),
    'tap_end',
    '',
  ].join('\n');
}

/** The helper of userdata/verify.sh, with its arguments; an empty word means "whatever it is". */
function call(check: Check): string {
  switch (check.check) {
    case 'file':
      return check.exists
        ? `check_file ${words([check.path, check.type ?? '', check.mode ?? '', check.owner ?? '', check.group ?? '', check.sha256 ?? ''])}${(check.lines ?? []).map((line) => ` line ${shellQuote(line)}`).join('')}${(check.withoutLines ?? []).map((line) => ` without ${shellQuote(line)}`).join('')}`
        : `check_absent ${shellQuote(check.path)}`;
    case 'package':
      return check.installed
        ? `check_package ${words([check.name, check.version ?? '', check.held ? 'held' : ''])}`
        : `check_no_package ${shellQuote(check.name)}`;
    case 'service':
      return `check_service ${words([check.unit, check.enabled === undefined ? '' : check.enabled ? 'enabled' : 'disabled', check.masked ? 'masked' : '', check.active ? 'active' : ''])}`;
    case 'sysctl':
      return `check_sysctl ${words([check.key, check.value])}`;
    case 'kernel-module':
      return `check_module ${shellQuote(check.name)}`;
    case 'user':
      return `check_user ${words([check.name, check.shell ?? '', check.home ?? '', ...(check.groups ?? [])])}`;
    case 'swap-off':
      return 'check_swap_off';
    case 'command':
      return `check_command ${shellQuote(check.script)}`;
  }
}

const words = (values: readonly string[]): string =>
  values.map((value) => (value === '' ? "''" : shellQuote(value))).join(' ');
