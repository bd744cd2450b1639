import { OPERATING_SYSTEMS, type PackageManager } from '../catalog/operating-systems.ts';
import type { Plan } from '../plan/plan.ts';
import type { Check } from '../steps/check.ts';
import { shellQuote } from '../text/shell.ts';
import { yamlText } from '../text/yaml.ts';
import { checksOf } from './checks.ts';

/** Goss allows 10 s; a command beside fifty others on a small, emulated machine can take that long. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Kind, name, attributes. A map: a name is anything that a person wrote, `__proto__` too. */
type Resources = Map<string, Map<string, Record<string, unknown>>>;

/**
 * `goss.yaml` (https://github.com/goss-org/goss, 0.4): one resource a thing checked, resources that several checks speak
 * of merged into one.
 */
export function emitGoss(plan: Plan): string {
  const resources: Resources = new Map();
  const { packageManager } = OPERATING_SYSTEMS[plan.os];
  for (const { title, check } of checksOf(plan)) {
    for (const [kind, id, attributes] of resourcesOf(check, title, packageManager)) {
      const group = resources.get(kind) ?? new Map<string, Record<string, unknown>>();
      resources.set(kind, group.set(id, merge(group.get(id) ?? {}, attributes)));
    }
  }
  const head = `# goss.yaml: checks of profile ${plan.profile} (${plan.os})${plan.standIn ? ', with STAND-INS in place of Kubernetes' : ''}, plan ${plan.hash}\n`;
  const body = yamlText(resources);
  // goss fills its file in as a Go template before it reads it as YAML, so braces of ours have to be spelled.
  return `${head}# Made by bake. Run as root on the machine: goss validate\n${body.replaceAll('{{', '{{"{{"}}')}`;
}

function merge(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...before };
  for (const [key, value] of Object.entries(after)) {
    const old = merged[key];
    merged[key] =
      Array.isArray(old) && Array.isArray(value)
        ? [...new Set([...(old as unknown[]), ...(value as unknown[])])]
        : value;
  }
  return merged;
}

function resourcesOf(
  check: Check,
  title: string,
  packageManager: PackageManager,
): [string, string, Record<string, unknown>][] {
  switch (check.check) {
    case 'file':
      return [
        [
          'file',
          check.path,
          check.exists
            ? {
                exists: true,
                ...(check.mode === undefined ? {} : { mode: check.mode }),
                ...(check.owner === undefined ? {} : { owner: check.owner }),
                ...(check.group === undefined ? {} : { group: check.group }),
                ...(check.type === undefined ? {} : { filetype: check.type }),
                ...(check.sha256 === undefined ? {} : { sha256: check.sha256 }),
                ...contents(check),
              }
            : { exists: false },
        ],
      ];
    case 'package':
      return [
        [
          'package',
          check.name,
          {
            installed: check.installed,
            ...(check.version === undefined ? {} : { versions: [check.version] }),
          },
        ],
        ...(check.held ? [command(HELD[packageManager](check.name), title)] : []),
      ];
    case 'service': {
      // goss asks systemd in its own words, which know no masks.
      const masked = check.masked
        ? [command(`[ "$(systemctl is-enabled ${shellQuote(check.unit)} 2>/dev/null)" = masked ]`, title)]
        : [];
      if (check.enabled === undefined && check.active === undefined) return masked;
      return [
        ...masked,
        [
          'service',
          check.unit,
          {
            ...(check.enabled === undefined ? {} : { enabled: check.enabled }),
            ...(check.active === undefined ? {} : { running: check.active }),
          },
        ],
      ];
    }
    case 'sysctl':
      return [['kernel-param', check.key, { value: check.value }]];
    case 'kernel-module':
      return [command(`[ -d /sys/module/${check.name.replaceAll('-', '_')} ]`, title)];
    case 'user':
      return [
        [
          'user',
          check.name,
          {
            exists: true,
            ...(check.groups === undefined ? {} : { groups: { 'contain-elements': check.groups } }),
            ...(check.shell === undefined ? {} : { shell: check.shell }),
            ...(check.home === undefined ? {} : { home: check.home }),
          },
        ],
      ];
    case 'swap-off':
      return [command('[ "$(wc -l </proc/swaps)" -le 1 ]', title)];
    case 'command':
      return [command(`bash -euo pipefail -c ${shellQuote(check.script)}`, title)];
  }
}

/** Whether a package is held, which goss does not ask. An RPM’s version it takes with the release, from 0.4 on (system/package_rpm.go). */
const HELD = {
  apt: (name: string) => `[ "$(dpkg-query -W -f '\${db:Status-Want}' ${shellQuote(name)})" = hold ]`,
  dnf: (name: string) => `grep -q -- ${shellQuote(`^${name}-[0-9]*:`)} /etc/dnf/plugins/versionlock.list`,
} as const;

/** Lines are searched as regular expressions between slashes; `!` turns one around. */
function contents(check: Extract<Check, { check: 'file' }>): Record<string, unknown> {
  const whole = (line: string): string => `/^\\s*${escapeRegExp(line)}\\s*$/`;
  const all = [
    ...(check.lines ?? []).map(whole),
    ...(check.withoutLines ?? []).map((pattern) => `!/${pattern}/`),
  ];
  return all.length === 0 ? {} : { contents: all };
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function command(script: string, title: string): [string, string, Record<string, unknown>] {
  return ['command', title, { exec: script, 'exit-status': 0, timeout: COMMAND_TIMEOUT_MS }];
}
