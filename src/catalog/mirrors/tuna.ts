import type { MirrorSet } from './mirror-set.ts';

export const tuna: MirrorSet = {
  title: 'Tsinghua University (TUNA)',
  archives: {
    debian: {
      main: 'https://mirrors.tuna.tsinghua.edu.cn/debian',
      security: 'https://mirrors.tuna.tsinghua.edu.cn/debian-security',
    },
    ubuntu: {
      main: 'https://mirrors.tuna.tsinghua.edu.cn/ubuntu',
      security: 'https://mirrors.tuna.tsinghua.edu.cn/ubuntu',
      ports: 'https://mirrors.tuna.tsinghua.edu.cn/ubuntu-ports',
    },
  },
  kubernetes: { perMinor: 'https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:' },
  docker: 'https://mirrors.tuna.tsinghua.edu.cn/docker-ce/linux',
  notes: [
    'It has no Rocky Linux: name aliyun, ustc or huawei after it.',
    'It has no images of containers: name aliyun or daocloud after it.',
  ],
  sources: [
    'mirrors.tuna.tsinghua.edu.cn/help: pages debian, ubuntu, ubuntu-ports, kubernetes, docker-ce (2024 to 2026)',
    'LinuxMirrors, table of mirrors, for Rocky Linux (2026-06)',
  ],
};
