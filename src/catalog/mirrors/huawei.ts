import type { MirrorSet } from './mirror-set.ts';

export const huawei: MirrorSet = {
  title: 'Huawei Cloud',
  archives: {
    debian: {
      main: 'https://mirrors.huaweicloud.com/debian',
      security: 'https://mirrors.huaweicloud.com/debian-security',
    },
    ubuntu: {
      main: 'https://mirrors.huaweicloud.com/ubuntu',
      security: 'https://mirrors.huaweicloud.com/ubuntu',
      ports: 'https://mirrors.huaweicloud.com/ubuntu-ports',
    },
    rocky: 'https://mirrors.huaweicloud.com/rockylinux',
  },
  // Repositories per minor were not found there.
  kubernetes: { legacy: 'https://mirrors.huaweicloud.com/kubernetes/apt' },
  docker: 'https://mirrors.huaweicloud.com/docker-ce/linux',
  notes: [
    'Of Kubernetes it is known to have the old repository only: name aliyun, tuna or ustc after it for 1.24 and newer.',
    'Its mirror of Docker Hub has an address for each account: write yours under runtime.registries.',
  ],
  sources: [
    'mirrors.huaweicloud.com: pages debian, debian-security, ubuntu, ubuntu-ports, rocky, kubernetes, docker-ce (2024 to 2026)',
  ],
};
