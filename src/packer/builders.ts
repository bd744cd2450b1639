import { TARGET_NAMES, TARGETS, type TargetName } from '../catalog/targets/index.ts';
import type { Builder } from './builder.ts';
import { alicloudEcs } from './builders/alicloud-ecs.ts';
import { amazonEbs } from './builders/amazon-ebs.ts';
import { amazonEbssurrogate } from './builders/amazon-ebssurrogate.ts';
import { azureArm } from './builders/azure-arm.ts';
import { digitalocean } from './builders/digitalocean.ts';
import { googlecompute } from './builders/googlecompute.ts';
import { hcloud } from './builders/hcloud.ts';
import { huaweicloudEcs } from './builders/huaweicloud-ecs.ts';
import { hypervIso } from './builders/hyperv-iso.ts';
import { nutanix } from './builders/nutanix.ts';
import { openstack } from './builders/openstack.ts';
import { oracleOci } from './builders/oracle-oci.ts';
import { proxmoxClone } from './builders/proxmox-clone.ts';
import { proxmoxIso } from './builders/proxmox-iso.ts';
import { qemu } from './builders/qemu.ts';
import { tencentcloudCvm } from './builders/tencentcloud-cvm.ts';
import { virtualboxIso } from './builders/virtualbox-iso.ts';
import { virtualboxOvf } from './builders/virtualbox-ovf.ts';
import { vmwareIso } from './builders/vmware-iso.ts';
import { vmwareVmx } from './builders/vmware-vmx.ts';
import { vsphereClone } from './builders/vsphere-clone.ts';
import { vsphereIso } from './builders/vsphere-iso.ts';
import { vultr } from './builders/vultr.ts';

/** Every builder that templates are written for. */
export const BUILDERS: readonly Builder[] = [
  alicloudEcs,
  amazonEbs,
  amazonEbssurrogate,
  azureArm,
  digitalocean,
  googlecompute,
  hcloud,
  huaweicloudEcs,
  hypervIso,
  nutanix,
  openstack,
  oracleOci,
  proxmoxClone,
  proxmoxIso,
  qemu,
  tencentcloudCvm,
  virtualboxIso,
  virtualboxOvf,
  vmwareIso,
  vmwareVmx,
  vsphereClone,
  vsphereIso,
  vultr,
];

/** Targets that Packer makes images for. */
export const PACKER_TARGET_NAMES = TARGET_NAMES.filter((name) => TARGETS[name].packer.length > 0);

export type PackerTarget = TargetName;

/** The builders of a target of {@link PACKER_TARGET_NAMES}; the first is the one that is taken unless told otherwise. */
export function buildersOf(target: PackerTarget): readonly [Builder, ...Builder[]] {
  const [first, ...others] = TARGETS[target].packer.map((name) => {
    const builder = BUILDERS.find((one) => one.name === name);
    if (!builder) throw new Error(`target ${target} names the builder ${name}, which is not there`);
    return builder;
  });
  if (!first) throw new Error(`Packer has no builder for ${target}`);
  return [first, ...others];
}
