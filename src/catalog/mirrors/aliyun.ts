import type { MirrorSet } from './mirror-set.ts';

export const aliyun: MirrorSet = {
  title: 'Alibaba Cloud',
  archives: {
    debian: {
      main: 'https://mirrors.aliyun.com/debian',
      security: 'https://mirrors.aliyun.com/debian-security',
    },
    ubuntu: {
      main: 'https://mirrors.aliyun.com/ubuntu',
      security: 'https://mirrors.aliyun.com/ubuntu',
      ports: 'https://mirrors.aliyun.com/ubuntu-ports',
    },
    rocky: 'https://mirrors.aliyun.com/rockylinux',
  },
  kubernetes: {
    // This mirror's paths have no colons.
    perMinor: 'https://mirrors.aliyun.com/kubernetes-new/core/stable',
    legacy: 'https://mirrors.aliyun.com/kubernetes/apt',
  },
  docker: 'https://mirrors.aliyun.com/docker-ce/linux',
  images: {
    kubernetes: { repository: 'registry.aliyuncs.com/google_containers', layout: 'flat' },
  },
  notes: [
    'Images of the newest Kubernetes come some days late; whether all tags are there was not verified.',
    'Its mirror of Docker Hub has an address for each account, and is for machines in Alibaba Cloud: write yours under runtime.registries.',
    'Outside of China the hosts may be slow.',
  ],
  sources: [
    'developer.aliyun.com/mirror: pages debian, ubuntu, ubuntu-ports, rocky, kubernetes, docker-ce (2024 to 2026)',
  ],
};
