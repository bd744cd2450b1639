import type { ClusterRole } from '../cluster/cluster.ts';
import { defineStep } from './kind.ts';

/**
 * What the machine is in its cluster. All else that it is told (addresses, kubeadm's files, whom it may believe) is partly
 * secret: user-data is written with it, and no plan holds it.
 */
export interface FirstBootInput {
  readonly cluster: string;
  readonly role: ClusterRole;
  /** Absent for one of the machines that the platform names. */
  readonly node?: string;
}

export const firstBoot = defineStep<FirstBootInput>({
  title: ({ cluster, role, node }) => `become ${node ?? 'a machine'} of cluster ${cluster}, a ${role}`,
  shell: () => '',
  cloudConfig: (_, { machine = [] }) => ({
    write_files: machine.map(({ path, mode, text }) => ({
      path,
      content: text,
      owner: 'root:root',
      permissions: mode,
    })),
    // systemd has started it in a baked image by then; a stock machine has only now been given it.
    runcmd: [['systemctl', 'start', '--no-block', 'bake-firstboot.service']],
  }),
  // Its end is not the end of cloud-init: `bake-status` tells it, and a rehearsal asks.
  checks: () => [],
});
