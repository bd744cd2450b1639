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

/** The same platforms without doubles, in the order of the table: the same image whatever the order they were written in. */
export const inTableOrder = (names: readonly TargetName[]): readonly TargetName[] =>
  TARGET_NAMES.filter((name) => names.includes(name));

/**
 * cloud-init's `datasource_list` for an image for these platforms, in the order in which sources are asked. A medium always works, so
 * that the image can be tried and verified anywhere; `None` at the end lets a machine without data boot.
 */
export function bakedDatasources(names: readonly TargetName[]): readonly string[] {
  const asked = names.flatMap((name): readonly string[] => TARGETS[name].datasources);
  return [...new Set([...asked, 'NoCloud']), 'None'];
}

export const isTargetName = (name: string): name is TargetName => Object.hasOwn(TARGETS, name);

/**
 * What people ask for and is no target, since nothing there hands user-data on: what to do instead. Source: Lima's
 * templates/default.yaml (`images`, `provision`), and pkg/cidata, which writes the seed.
 */
const NO_TARGETS: Readonly<Record<string, string>> = {
  lima: 'Lima writes the seed (NoCloud) itself and takes no user-data. A qcow2 of bake’s boots there: name it under images: of a template of Lima’s (location: FILE, arch: x86_64), with containerd: {system: false, user: false}, and do what else it needs in scripts under provision:',
};

/** What to do where a platform of that name is known to be no target. */
export function insteadOf(name: string): string | undefined {
  return Object.hasOwn(NO_TARGETS, name) ? NO_TARGETS[name] : undefined;
}
