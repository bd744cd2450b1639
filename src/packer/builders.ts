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

/** Which of Packer's builders make images for a target; the first is the one that is taken unless told otherwise. */
export const PACKER_TARGETS = {
  qemu: [qemu],
  proxmox: [proxmoxClone, proxmoxIso],
  vmware: [vmwareVmx, vmwareIso],
  vsphere: [vsphereClone, vsphereIso],
  virtualbox: [virtualboxOvf, virtualboxIso],
  hyperv: [hypervIso],
  nutanix: [nutanix],
  openstack: [openstack],
  aws: [amazonEbs, amazonEbssurrogate],
  azure: [azureArm],
  gcp: [googlecompute],
  digitalocean: [digitalocean],
  hetzner: [hcloud],
  vultr: [vultr],
  oracle: [oracleOci],
  alibaba: [alicloudEcs],
  tencent: [tencentcloudCvm],
  huawei: [huaweicloudEcs],
} as const satisfies Readonly<Record<string, readonly [Builder, ...Builder[]]>>;

export type PackerTarget = keyof typeof PACKER_TARGETS;

export const PACKER_TARGET_NAMES = Object.keys(PACKER_TARGETS) as readonly PackerTarget[];

export const buildersOf = (target: PackerTarget): readonly [Builder, ...Builder[]] => PACKER_TARGETS[target];

export const BUILDERS: readonly Builder[] = PACKER_TARGET_NAMES.flatMap((target) => buildersOf(target));
