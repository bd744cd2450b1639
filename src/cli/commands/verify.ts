import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from '../../adapters/process.ts';
import { checksOf } from '../../emit/checks.ts';
import { parsePlan } from '../../plan/make-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Firmware } from '../../verify/boot/firmware.ts';
import { findGoss } from '../../verify/boot/goss.ts';
import { verifyBoot } from '../../verify/boot/verify-boot.ts';
import { readMadeBy, type MadeBy } from '../../verify/image/made-by.ts';
import { withImage } from '../../verify/image/open.ts';
import { verifyOpened } from '../../verify/offline/verify-offline.ts';
import { renderTable, renderTap, toJson } from '../../verify/render.ts';
import { allPassed, type CheckResult } from '../../verify/result.ts';
import { parseDuration } from '../../units/duration.ts';
import { quote } from '../../diagnostics/printable.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { needsFor, requireTools } from '../require-tools.ts';

export interface VerifyOptions {
  readonly offline?: boolean;
  readonly firmware?: string;
  readonly plan?: string;
  readonly userData?: string;
  readonly format?: string;
  /** Whether the image is a stock one that its user-data makes into the profile's machine. */
  readonly stock?: boolean;
  readonly reboot?: boolean;
  /** For one boot, as in `30m`. */
  readonly timeLimit?: string;
}

/** `bake verify IMAGE`: the offline part, then the boot part. */
export async function verifyCommand(image: string, options: VerifyOptions, io: Io): Promise<void> {
  const timeLimitMs = timeLimitOf(options);
  const path = resolve(io.cwd, image);
  if (!(await isFile(path))) throw new Stop(EXIT.input, `there is no image ${image}`);
  const folder = dirname(path);
  const planPath = options.plan === undefined ? join(folder, 'plan.json') : resolve(io.cwd, options.plan);
  const plan = await readPlan(planPath);
  await requireTools(needsFor(['verify']), io);
  const records = options.plan === undefined ? folder : dirname(resolve(io.cwd, options.plan));
  const note = (message: string): void => {
    if (options.format !== 'json') io.err(`${message}\n`);
  };
  const scratchDir = io.env['TMPDIR'] ?? tmpdir();
  const common = { image: path, scratchDir, run, signal: io.signal };
  const checks = checksOf(plan);
  const results: CheckResult[] = [];
  let { standIn } = plan;
  if (!options.stock)
    await withImage(common, async (opened) => {
      const madeBy = await readMadeBy(opened.reader);
      // An image says for itself what it is, whatever lies beside it.
      standIn = madeBy?.standIn ?? standIn;
      if (madeBy && madeBy.hash !== plan.hash) {
        const message = `${image} was not made by ${planPath}: the image has ${named(madeBy)}, the file is ${named(plan)}`;
        if (options.plan === undefined)
          throw new Stop(
            EXIT.input,
            `${message}; bake the profile again, or name the plan to judge it by with --plan FILE`,
          );
        note(`${message}.`);
      }
      const ofFiles = checks.filter(({ phase }) => phase === 'bake');
      results.push(...(await verifyOpened(opened, { ...common, checks: ofFiles, secrets: [] })));
    });
  if (!options.offline) {
    const binary = await findGoss(io.env['PATH'] ?? '');
    const userData = await readText(
      options.userData === undefined ? join(records, 'user-data') : resolve(io.cwd, options.userData),
    );
    const boot = {
      ...common,
      checks,
      note,
      userData,
      verifyScript: await readText(join(records, 'verify.sh')),
      ...(options.stock ? { network: 'user' as const } : {}),
      timeLimitMs,
      ...(binary === undefined
        ? {}
        : { goss: { binary, gossfile: await readText(join(records, 'goss.yaml')) } }),
    };
    for (const [index, firmware] of firmwares(options.firmware).entries()) {
      // Whether a machine survives a reboot does not depend on its firmware.
      const survivesReboot = (options.reboot ?? true) && index === 0;
      const report = await verifyBoot({ ...boot, firmware, survivesReboot });
      results.push(...report.results);
      report.seconds.forEach((seconds) =>
        note(`booted and checked in ${Math.round(seconds)} s (${firmware})`),
      );
    }
  }
  io.out(render(results, options.format, { ...plan, standIn }, io));
  if (!allPassed(results)) throw new Stop(EXIT.input, '');
}

/** A stock image fetches and installs all that it is to be. */
function timeLimitOf({ timeLimit, stock }: VerifyOptions): number {
  const seconds = parseDuration(timeLimit ?? (stock ? '30m' : '10m'));
  if (seconds !== undefined && seconds > 0) return seconds * 1000;
  throw new Stop(EXIT.usage, `--time-limit ${quote(timeLimit ?? '')} is no time such as 30m or 1h30m`);
}

const named = ({ hash, standIn }: MadeBy): string =>
  `plan ${hash.slice(0, 12) || 'that can’t be read'}${standIn ? ' with STAND-INS' : ''}`;

const firmwares = (choice = 'bios'): readonly Firmware[] =>
  choice === 'both' ? ['bios', 'uefi'] : [choice as Firmware];

function render(results: readonly CheckResult[], format: string | undefined, plan: Plan, io: Io): string {
  switch (format) {
    case 'tap':
      return renderTap(results, plan);
    case 'json':
      return `${JSON.stringify({ profile: plan.profile, plan: plan.hash, standIn: plan.standIn, ok: allPassed(results), ...toJson(results) }, null, 2)}\n`;
    default:
      return renderTable(results, {
        standIn: plan.standIn,
        palette: {
          pass: io.palette.strong,
          fail: io.palette.error,
          skip: io.palette.warning,
          dim: io.palette.faint,
        },
      });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

async function readPlan(path: string): Promise<Plan> {
  const plan = parsePlan(await readText(path));
  if (!plan)
    throw new Stop(EXIT.input, `${path} is no plan of this version of bake; compile the profile again`);
  return plan;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR' && code !== 'ENOTDIR') throw error;
    throw new Stop(
      EXIT.input,
      `can’t read ${path}; an image is checked against what was compiled with it (or --plan FILE)`,
    );
  }
}
