import type { Checksums } from '../checksums.ts';

/** sha256 of `cni-plugins-linux-ARCH-vVERSION.tgz`. Source: the list of kubernetes-sigs/kubespray, commit 46dbdd399, 2026-08-21. */
export const CNI_PLUGINS: Checksums = {
  amd64: {
    '1.9.1': 'b98f74a0f8522f0a83867178729c1aa70f2158f90c45a2ca8fa791db1c76b303',
    '1.8.0': 'ab3bda535f9d90766cccc90d3dddb5482003dd744d7f22bcf98186bf8eea8be6',
    '1.7.1': '1a28a0506bfe5bcdc981caf1a49eeab7e72da8321f1119b7be85f22621013098',
    '1.6.2': 'b8e811578fb66023f90d2e238d80cec3bdfca4b44049af74c374d4fae0f9c090',
    '1.6.0': '682b49ff8933a997a52107161f1745f8312364b4c7f605ccdf7a77499130d89d',
  },
  arm64: {
    '1.9.1': '56171987d3947707c3563db2f4001bccaf50fd63468611b9f3cbecb1375ee7ec',
    '1.8.0': '57ce466fc3b79db1f19b8f4c63e07a1112306efa53c94fe810a2150dd9e07ddb',
    '1.7.1': '119fcb508d1ac2149e49a550752f9cd64d023a1d70e189b59c476e4d2bf7c497',
    '1.6.2': '01e0e22acc7f7004e4588c1fe1871cc86d7ab562cd858e1761c4641d89ebfaa4',
    '1.6.0': 'db09ab057ecf60b05ba05cbec38d55b95cc139c7f1078e2e4857cc13af158cee',
  },
};
