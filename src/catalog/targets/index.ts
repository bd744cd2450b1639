import { alibaba } from './alibaba.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { digitalocean } from './digitalocean.ts';
import { gcp } from './gcp.ts';
import { hetzner } from './hetzner.ts';
import { huawei } from './huawei.ts';
import { hyperv } from './hyperv.ts';
import { lxd } from './lxd.ts';
import { multipass } from './multipass.ts';
import { nocloud } from './nocloud.ts';
import { nutanix } from './nutanix.ts';
import { openstack } from './openstack.ts';
import { oracle } from './oracle.ts';
import { proxmox } from './proxmox.ts';
import { qemu } from './qemu.ts';
import type { Target } from './target.ts';
import { tencent } from './tencent.ts';
import { virtualbox } from './virtualbox.ts';
import { vmware } from './vmware.ts';
import { vsphere } from './vsphere.ts';
import { vultr } from './vultr.ts';

/** Every platform by the name that `--target` takes: on a desk, in a data centre, in a cloud. */
export const TARGETS = {
  nocloud,
  qemu,
  lxd,
  multipass,
  virtualbox,
  vmware,
  hyperv,
  proxmox,
  vsphere,
  nutanix,
  openstack,
  aws,
  azure,
  gcp,
  digitalocean,
  hetzner,
  vultr,
  oracle,
  alibaba,
  tencent,
  huawei,
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;

/** As a list of at least one, for schemas. */
export const TARGET_NAMES = Object.keys(TARGETS) as [TargetName, ...TargetName[]];

/**
 * cloud-init's `datasource_list` for an image for these platforms, in the order in which sources are asked. A medium always works, so
 * that the image can be tried and verified anywhere; `None` at the end lets a machine without data boot.
 */
export function bakedDatasources(names: readonly TargetName[]): readonly string[] {
  const asked = names.flatMap((name): readonly string[] => TARGETS[name].datasources);
  return [...new Set([...asked, 'NoCloud']), 'None'];
}

export const isTargetName = (name: string): name is TargetName => Object.hasOwn(TARGETS, name);
