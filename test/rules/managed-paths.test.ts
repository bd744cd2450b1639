import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPieces } from '../../src/adapters/files.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { ProfileFile } from '../../src/profile/schema.ts';
import { ROLES } from '../../src/profile/schema.ts';
import type { Step } from '../../src/steps/index.ts';
import { covering, MANAGED_PATHS } from '../../src/validate/rules/managed-paths.ts';
import { resolved } from './resolved.ts';

/** Files that a step writes by itself, apart from packages. */
function writes(step: Step): string[] {
  switch (step.kind) {
    case 'file':
      return [step.input.path];
    case 'unit':
      return [
        `/etc/systemd/system/${step.input.unit}${step.input.dropIn === undefined ? '' : `.d/${step.input.dropIn}`}`,
      ];
    default:
      return [];
  }
}

describe('what bake writes is not the person’s to write', () => {
  const registries = [{ host: 'docker.io', mirrors: ['https://m.example.com'] }];
  const cases: Record<string, ProfileFile> = {
    ...Object.fromEntries(ROLES.map((role) => [role, { extends: role }])),
    'registry mirrors': { runtime: { registries } },
    upstream: { runtime: { source: 'upstream', version: '2.3.4' } },
    docker: { runtime: { engine: 'docker', criDockerd: '0.3.26', registries } },
    dockershim: {
      kubernetes: { version: '1.20.2', source: 'aliyun', cni: '0.8.7-00', criTools: '1.13.0-00' },
      runtime: { engine: 'docker' },
    },
    binaries: { kubernetes: { source: 'binaries' } },
    limits: { system: { ulimits: { nofile: 4096 } } },
    'Rocky Linux': { os: 'rocky-9' },
    'a balancer of Rocky Linux': { extends: 'haproxy', os: 'rocky-10' },
  };
  for (const [name, file] of Object.entries(cases)) {
    test(name, () => {
      const input = resolved(file);
      const paths = makePlan(input, readPieces(), { standIn: false }).steps.flatMap(({ step }) =>
        writes(step),
      );
      assert.ok(paths.length > 0);
      assert.deepEqual(
        paths.filter((path) => !covering(MANAGED_PATHS, path, input.profile)),
        [],
      );
    });
  }
});
