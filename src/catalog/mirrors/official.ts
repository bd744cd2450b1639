import type { MirrorSet } from './mirror-set.ts';

export const official: MirrorSet = {
  title: 'where the makers publish',
  archives: {
    debian: { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' },
    ubuntu: {
      main: 'http://archive.ubuntu.com/ubuntu',
      security: 'http://security.ubuntu.com/ubuntu',
      ports: 'http://ports.ubuntu.com/ubuntu-ports',
    },
    rocky: 'https://dl.rockylinux.org/pub/rocky',
  },
  kubernetes: { perMinor: 'https://pkgs.k8s.io/core:/stable:' },
  docker: 'https://download.docker.com/linux',
  images: { kubernetes: { repository: 'registry.k8s.io', layout: 'original' } },
  notes: [
    'pkgs.k8s.io begins at Kubernetes 1.24; the older repository was closed on 2024-03-04. It sends on to prod-cdn.packages.k8s.io: a firewall must let both through.',
  ],
  sources: [
    'kubernetes.io, install-kubeadm and posts on package repositories (2023-08 to 2024)',
    'docs.docker.com/engine/install, 2026',
    'debian.org/mirror, help.ubuntu.com, "Repositories", and the files of rocky-repos',
  ],
};
