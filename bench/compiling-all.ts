import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProvider, openProfile, readPackerPieces, readPieces } from '../src/adapters/files.ts';
import { OPERATING_SYSTEMS } from '../src/catalog/operating-systems.ts';
import { compile, type Compiled } from '../src/compile.ts';
import { makeBuildKey, publicLine } from '../src/packer/build-key.ts';
import { chooseBuilders } from '../src/packer/choose.ts';
import { PACKER_TARGET_NAMES } from '../src/packer/builders.ts';
import { emitPacker } from '../src/packer/template.ts';
import { seconds, type Measure } from './bench.ts';

const ROLES = ['haproxy', 'master', 'worker'];
const ONE = { role: 'worker', os: 'debian-13', target: 'qemu' };

/** Every role for every operating system, each with a template for every target of Packer, against one of them; files read anew. */
export const compilingAll: Measure = {
  title: 'all targets, roles and systems',
  take: async ({ folder, rounds }) => {
    const work = join(folder, 'compiling-all');
    await mkdir(work, { recursive: true });
    const systems = Object.keys(OPERATING_SYSTEMS);
    const path = (role: string, os: string): string => join(work, `${role}-${os}.yaml`);
    for (const role of ROLES)
      for (const os of systems) await writeFile(path(role, os), `extends: ${role}\nos: ${os}\n`);
    const key = publicLine(makeBuildKey());
    let files = 0;
    const plan = (role: string, os: string): Compiled => {
      const opened = openProfile(path(role, os), work);
      if ('reason' in opened) throw new Error(opened.reason);
      const { value, diagnostics } = compile(opened.source, fileProvider(work), readPieces(), {
        standIn: false,
      });
      if (!value) throw new Error(`${role} for ${os}: ${diagnostics[0]?.message ?? ''}`);
      files += value.artifacts.length;
      return value;
    };
    const template = (compiled: Compiled, target: string): void => {
      const choice = chooseBuilders([target]);
      if ('reason' in choice) throw new Error(choice.reason);
      files += emitPacker(
        compiled.plan,
        { ...readPieces(), ...readPackerPieces() },
        choice.builders,
        key,
      ).length;
    };
    const one = (): Promise<number> =>
      seconds(() => Promise.resolve(template(plan(ONE.role, ONE.os), ONE.target)));
    const all = (): Promise<number> =>
      seconds(async () => {
        for (const role of ROLES)
          for (const os of systems) {
            const compiled = plan(role, os);
            for (const target of PACKER_TARGET_NAMES) template(compiled, target);
            await Promise.resolve();
          }
      });
    // The first is slower by what the engine learns of the program.
    await one();
    const measured: number[] = [];
    const against: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let i = 0; i < 5; i += 1) against.push(await one());
      files = 0;
      measured.push(await all());
    }
    const count = ROLES.length * systems.length * PACKER_TARGET_NAMES.length;
    return {
      measured: { what: `${count} of them`, seconds: measured },
      against: { what: `${ONE.role} for ${ONE.os} and ${ONE.target}`, seconds: against },
      faults: [],
      notes: [
        `${ROLES.length} roles, ${systems.length} systems, ${PACKER_TARGET_NAMES.length} targets: ${files} files`,
      ],
    };
  },
};
