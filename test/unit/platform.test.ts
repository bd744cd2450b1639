import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bakedDatasources, TARGET_NAMES, TARGETS, type TargetName } from '../../src/catalog/targets/index.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { compiled } from '../support/compile-text.ts';

const CONFIG = '/etc/cloud/cloud.cfg.d/95-bake-platform.cfg';

const packagesOf = ({ steps }: Plan): string[] =>
  steps.flatMap(({ step }) => (step.kind === 'package' ? step.input.packages.map(({ name }) => name) : []));
const configOf = ({ steps }: Plan): string | undefined =>
  steps
    .flatMap(({ step }) => (step.kind === 'file' && step.input.path === CONFIG ? [step.input.content] : []))
    .at(0);

describe('an image for platforms', () => {
  test('says nothing of them unless it is asked to', () => {
    const { plan } = compiled({});
    assert.equal(configOf(plan), undefined);
    assert.deepEqual(compiled({ image: { targets: [] } }).plan.hash, plan.hash);
  });

  test('has the guest agents of the family, each once', () => {
    const { plan } = compiled({ image: { targets: ['proxmox', 'qemu', 'hyperv'] } });
    const agents = ['qemu-guest-agent', 'hyperv-daemons', 'linux-cloud-tools-virtual'];
    assert.deepEqual(
      packagesOf(plan).filter((name) => agents.includes(name)),
      ['qemu-guest-agent', 'hyperv-daemons'],
    );
    const ubuntu = compiled({ os: 'ubuntu-24.04', image: { targets: ['hyperv'] } });
    assert.ok(packagesOf(ubuntu.plan).includes('linux-cloud-tools-virtual'));
  });

  test('asks their sources in their order, then a medium, on the one line that ds-identify reads', () => {
    const { plan } = compiled({ image: { targets: ['vsphere', 'openstack'] } });
    assert.match(
      configOf(plan) ?? '',
      /^datasource_list: \[ VMware, OVF, OpenStack, ConfigDrive, NoCloud, None \]$/m,
    );
    for (const name of TARGET_NAMES) {
      const list = bakedDatasources([name]);
      assert.equal(list.at(-1), 'None');
      assert.ok(list.includes('NoCloud') && list.includes(TARGETS[name].datasources[0] ?? ''), name);
      assert.equal(new Set(list).size, list.length, name);
    }
  });

  test('is the same whatever the order in which they are written', () => {
    const hashOf = (...targets: TargetName[]) => compiled({ image: { targets } }).plan.hash;
    assert.equal(hashOf('aws', 'vsphere'), hashOf('vsphere', 'aws', 'vsphere'));
  });

  test('shares all layers but the last with an image for none', () => {
    const stepsOf = ({ steps }: Plan) =>
      steps.filter(({ layer }) => layer !== undefined && layer !== 'profile').map(({ id }) => id);
    assert.deepEqual(stepsOf(compiled({ image: { targets: ['vsphere'] } }).plan), stepsOf(compiled({}).plan));
  });
});
