import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { kindOf } from '../steps/index.ts';
import type { CloudConfig, StepContext } from '../steps/kind.ts';
import { yamlText } from '../text/yaml.ts';
import { emitStockProvision, type Helpers } from './shell.ts';

/** Where the stock route keeps its script; /run would lose it before cloud-init's last stage on a slow machine. */
const STOCK_SCRIPT = '/var/lib/bake/provision.sh';

/** What boot steps are shown and bake steps are not. */
export type BootSecrets = Pick<StepContext, 'secrets' | 'machine' | 'early'>;

/**
 * `user-data` for an image that has the bake phase in it: the boot steps only. What makes a cluster of machines joins
 * them here as boot steps of its own.
 */
export function emitUserData(plan: Plan, boot: BootSecrets = {}): string {
  const steps = plan.steps.filter((step) => step.phase === 'boot');
  return render(join(steps.map((step) => fragment(step, plan, boot) ?? {})), [
    `user-data for the baked image of profile ${plan.profile} (${plan.os}), plan ${plan.hash}`,
    ...standInNote(plan),
  ]);
}

/**
 * `user-data.stock` for a distribution's cloud image: cloud-init's own modules for what they can do, and one script
 * for the rest, which cloud-init runs after them (targets: module order of cloud-init 22.4 to 26.2).
 */
export function emitStockUserData(plan: Plan, helpers: Helpers, boot: BootSecrets = {}): string {
  const wanted = plan.steps.filter((step) => !kindOf(step.step).imageOnly?.(step.step.input));
  const native = wanted.filter((step) => fragment(step, plan) !== undefined);
  const rest = wanted.filter((step) => fragment(step, plan) === undefined);
  const script = emitStockProvision(plan, rest, helpers);
  const fragments = (phase: PlannedStep['phase']): CloudConfig[] =>
    native.filter((step) => step.phase === phase).map((step) => fragment(step, plan, boot) ?? {});
  const early = (boot.early ?? []).map(({ path, mode, text }) => ({
    path,
    content: text,
    owner: 'root:root',
    permissions: mode,
  }));
  const config = join([
    ...(early.length === 0 ? [] : [{ write_files: early }]),
    ...fragments('bake'),
    {
      write_files: [{ path: STOCK_SCRIPT, content: script, owner: 'root:root', permissions: '0755' }],
      runcmd: [['bash', STOCK_SCRIPT]],
    },
    ...fragments('boot'),
  ]);
  // cloud-init's own installs come from these lists.
  return render({ ...('packages' in config ? { package_update: true } : {}), ...config }, [
    `user-data.stock: makes a stock ${plan.os} image into profile ${plan.profile}, plan ${plan.hash}`,
    ...standInNote(plan),
  ]);
}

const standInNote = (plan: Plan): string[] =>
  plan.standIn ? ['STAND-INS in place of Kubernetes: for rehearsals and tests'] : [];

/** Secrets are shown to boot steps only. */
function fragment(step: PlannedStep, plan: Plan, boot: BootSecrets = {}): CloudConfig | undefined {
  const os = OPERATING_SYSTEMS[plan.os];
  const context = step.phase === 'boot' ? { os, ...boot } : { os };
  return kindOf(step.step).cloudConfig?.(step.step.input, context);
}

/** Lists are joined in the order of the steps; a scalar is given by one step only. */
function join(parts: readonly CloudConfig[]): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const before = joined[key];
      joined[key] =
        Array.isArray(before) && Array.isArray(value)
          ? [...(before as unknown[]), ...(value as unknown[])]
          : value;
    }
  }
  // `default` keeps the distribution's own user, who gets the platform's ssh keys.
  if (Array.isArray(joined['users'])) joined['users'] = ['default', ...(joined['users'] as unknown[])];
  return joined;
}

function render(config: Record<string, unknown>, comments: readonly string[]): string {
  const body = Object.keys(config).length === 0 ? '{}\n' : yamlText(config);
  return `#cloud-config\n${comments.map((comment) => `# ${comment}\n`).join('')}${body}`;
}
