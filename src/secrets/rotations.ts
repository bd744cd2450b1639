/** What can be made anew without making the cluster anew, each with what has to be done then. */
export const ROTATIONS = {
  token:
    'machines that have not joined yet need new user-data; a running cluster must be told by kubeadm token create --config /dev/stdin on a master (docs/secrets.md has the line)',
  window:
    'the first master may initialise until then, with new user-data; never where there is a cluster already',
  vrrp: 'all haproxy machines must get it at the same time, or each of them takes the virtual IP',
  stats: 'the balancers’ statistics page takes it once they have new user-data',
  encryption:
    'Secrets that were encrypted with the old key can’t be read with the new one: in a running cluster first put the new key beside the old one on every master, then write all Secrets again (kubernetes.io, “Encrypting Confidential Data at Rest”)',
} as const;

/** What is not made but given: the key of the client of an etcd outside of the cluster. */
export const GIVEN = {
  'external-etcd':
    'machines that are to become masters need new user-data; on running ones put key and certificate into /etc/kubernetes/pki/external-etcd',
} as const;

export type Rotation = keyof typeof ROTATIONS;
