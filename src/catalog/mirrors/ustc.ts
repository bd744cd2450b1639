import type { MirrorSet } from './mirror-set.ts';

export const ustc: MirrorSet = {
  title: 'University of Science and Technology of China (USTC)',
  archives: {
    debian: {
      main: 'https://mirrors.ustc.edu.cn/debian',
      security: 'https://mirrors.ustc.edu.cn/debian-security',
    },
    ubuntu: {
      main: 'https://mirrors.ustc.edu.cn/ubuntu',
      security: 'https://mirrors.ustc.edu.cn/ubuntu',
      ports: 'https://mirrors.ustc.edu.cn/ubuntu-ports',
    },
    rocky: 'https://mirrors.ustc.edu.cn/rocky',
  },
  kubernetes: { perMinor: 'https://mirrors.ustc.edu.cn/kubernetes/core:/stable:' },
  docker: 'https://mirrors.ustc.edu.cn/docker-ce/linux',
  notes: [
    'Its caches of registries (docker.mirrors.ustc.edu.cn and others) answer on its campus only, so they are not in this set: name aliyun or daocloud after it.',
  ],
  sources: [
    'mirrors.ustc.edu.cn/help: pages debian, debian-security, ubuntu, ubuntu-ports, rocky, kubernetes, docker-ce, dockerhub (2024 to 2026)',
  ],
};
