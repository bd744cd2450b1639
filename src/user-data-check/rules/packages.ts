import type { Path } from '../../diagnostics/diagnostic.ts';
import type { CloudConfig } from '../part.ts';
import { itemsOf, mappingOf } from './rule.ts';

/** Programs of packages that have another name than their package. (Debian's Contents) */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['docker', 'dockerd'],
  'docker-ce': ['docker', 'dockerd'],
  'docker-ce-cli': ['docker'],
  'nfs-common': ['showmount', 'mount.nfs'],
  postgresql: ['psql', 'pg_ctlcluster'],
  'mariadb-server': ['mysql', 'mariadb'],
  'open-vm-tools': ['vmtoolsd', 'vmware-rpctool'],
  'python3-pip': ['pip3', 'pip'],
  lvm2: ['pvcreate', 'vgcreate', 'lvcreate'],
  xfsprogs: ['mkfs.xfs'],
  dnsutils: ['dig'],
};

/** Groups that a package makes when it is installed. (postinst and sysusers.d of Debian's packages, and of Docker's) */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['docker'],
  'docker-ce': ['docker'],
  'libvirt-daemon-system': ['libvirt', 'libvirt-qemu'],
  'libvirt-daemon': ['libvirt'],
  'wireshark-common': ['wireshark'],
  wireshark: ['wireshark'],
  tshark: ['wireshark'],
  lxd: ['lxd'],
  incus: ['incus', 'incus-admin'],
  'virtualbox-dkms': ['vboxusers'],
  virtualbox: ['vboxusers'],
  'ssl-cert': ['ssl-cert'],
  postgresql: ['postgres', 'ssl-cert'],
  'mariadb-server': ['mysql'],
  'mysql-server': ['mysql'],
  'redis-server': ['redis'],
  'rabbitmq-server': ['rabbitmq'],
  haproxy: ['haproxy'],
  prometheus: ['prometheus'],
};

/** Entries of `packages`: a name, or a name and a version. Those of single managers (23.4) are left out. */
export function packagesOf({
  value,
}: CloudConfig): readonly { readonly name: string; readonly path: Path }[] {
  return itemsOf(value['packages']).flatMap((item, i) => {
    const name: unknown = Array.isArray(item) ? item[0] : item;
    return typeof name === 'string' ? [{ name: name.split('=')[0] ?? name, path: ['packages', i] }] : [];
  });
}

/** Whether sources of packages come by cloud-init's own modules, or by a file that is written before packages. */
export function bringsSources({ value }: CloudConfig, files: readonly string[]): boolean {
  const apt = mappingOf(value['apt']);
  return (
    Object.keys(mappingOf(apt['sources'])).length > 0 ||
    typeof apt['sources_list'] === 'string' ||
    [value['yum_repos'], value['zypper'], value['apk_repos']].some(
      (one) => one !== undefined && one !== null,
    ) ||
    files.some((name) => /^\/etc\/(?:apt\/sources\.list|yum\.repos\.d\/|zypp\/repos\.d\/)/.test(name))
  );
}
