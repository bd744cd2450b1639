import { access, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { stableJson } from '../text/stable-json.ts';
import type { CheckResult } from '../verify/result.ts';
import { readRecord, type ProducedFile } from './local/produced.ts';
import type { StepTime } from './local/store.ts';
import type { Monitor } from './monitor.ts';

/** A file of an image as `manifest.json` records it. */
export interface ManifestFile extends ProducedFile {
  /** One of `ImageFormat`, or what else a builder of Packer’s ends with: `ovf`. */
  readonly format: string;
  /** What decides how the disk becomes this file: sha256 (hex). */
  readonly recipe: string;
}

/** What came out of a bake, whichever builder it was done by. */
export interface Made {
  readonly builder: 'local' | 'packer';
  readonly buildId: string;
  readonly files: readonly ManifestFile[];
  /** Images at a platform, as Packer’s builders name them: `ami-…` with its region, for one. */
  readonly artifacts: readonly { readonly builder: string; readonly id: string }[];
  /** Of the local builder, lowest first. */
  readonly layers: readonly { readonly id: string; readonly name: string; readonly bytes: number }[];
  /** How long each step took; `by` names Packer’s builder. */
  readonly steps: readonly (StepTime & { readonly by?: string })[];
  /** Installed packages. */
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly arch: string;
    readonly by?: string;
  }[];
  /** Of the offline part of verifying. */
  readonly checks: readonly CheckResult[];
}

/** Writes `SHA256SUMS`, as sha256sum checks it, and `manifest.json`: the latter last, as it says that all is there. */
export async function writeManifest(outDir: string, plan: Plan, made: Made): Promise<void> {
  const { builder, buildId, files, artifacts, layers, steps, packages, checks } = made;
  const count = (status: CheckResult['status']): number =>
    checks.filter((check) => check.status === status).length;
  const manifest = {
    format: 'bake/manifest/v1',
    builder,
    buildId,
    profile: plan.profile,
    role: plan.role,
    os: plan.os,
    arch: plan.arch,
    standIn: plan.standIn,
    plan: plan.hash,
    versions: plan.versions,
    files,
    artifacts,
    layers: layers.map(({ id, name, bytes }) => ({ id, name, bytes })),
    steps,
    packages,
    offlineChecks: { passed: count('pass'), failed: count('fail'), skipped: count('skip') },
  };
  const sums = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  await replace(join(outDir, 'SHA256SUMS'), sums);
  await replace(join(outDir, 'manifest.json'), `${stableJson(manifest, 2)}\n`);
}

/** Files of an image before this one are a person's to keep or to delete; no record names them any more. */
export async function tellOfOthers(
  outDir: string,
  files: readonly ManifestFile[],
  monitor: Monitor,
): Promise<void> {
  const before = (await readRecord(outDir))?.files ?? [];
  for (const { name } of before) {
    if (files.some((file) => file.name === name)) continue;
    const isThere = await access(join(outDir, name)).then(
      () => true,
      () => false,
    );
    if (isThere) monitor({ event: 'note', message: `${name} is of an earlier bake, and was left as it is` });
  }
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
