import type { MirrorSet } from './mirror-set.ts';

export const daocloud: MirrorSet = {
  title: 'DaoCloud',
  images: {
    kubernetes: { repository: 'k8s.m.daocloud.io', layout: 'original' },
    registries: {
      'docker.elastic.co': 'https://elastic.m.daocloud.io',
      'docker.io': 'https://docker.m.daocloud.io',
      'gcr.io': 'https://gcr.m.daocloud.io',
      'ghcr.io': 'https://ghcr.m.daocloud.io',
      'k8s.gcr.io': 'https://k8s-gcr.m.daocloud.io',
      'mcr.microsoft.com': 'https://mcr.m.daocloud.io',
      'nvcr.io': 'https://nvcr.m.daocloud.io',
      'quay.io': 'https://quay.m.daocloud.io',
      'registry.k8s.io': 'https://k8s.m.daocloud.io',
    },
  },
  notes: [
    'It has images of containers only: name a set with packages beside it.',
    'It has what is on its list of allowed images, up to an hour later than the original, and slows down those who take much.',
  ],
  sources: [
    'github.com/DaoCloud/public-image-mirror, README.md, "Registries whose prefix can be replaced" (2026)',
  ],
};
