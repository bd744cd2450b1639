/** The cluster file that `bake init --cluster` writes: small enough to read, and right as it is. */
export function clusterTemplate(): string {
  return `# yaml-language-server: $schema=./cluster.schema.json
# Who the machines are together. Change names and addresses to yours; what is commented out shows other choices.
# Nothing here is secret: keys and passwords are in a file of their own.
apiVersion: bake/v1
kind: Cluster
name: demo

# What machines of each role are made from: the profiles beside this file.
profiles:
  master: ./master.yaml
  worker: ./worker.yaml
  haproxy: ./haproxy.yaml

# What machines and kubeconfigs call the API by. Every machine gets it in /etc/hosts, so DNS need not know it.
endpoint: kubeapi.example.com:6443

# The address behind it; it follows whichever balancer is alive. Without haproxy machines, kube-vip on masters holds it.
# With a load balancer of your own, delete this line and let endpoint be its name.
virtualIp: 10.0.0.10/24

# Networks of the cluster's own. They must overlap with nothing that your machines talk to.
networks:
  pods: 10.244.0.0/16
  services: 10.96.0.0/12

# The first master starts the cluster; all others join it.
nodes:
  - { name: haproxy-1, role: haproxy, address: 10.0.0.1 }
  - { name: haproxy-2, role: haproxy, address: 10.0.0.2 }
  - { name: master-1, role: master, address: 10.0.0.11 }
  - { name: master-2, role: master, address: 10.0.0.12 }
  - { name: master-3, role: master, address: 10.0.0.13 }
  - { name: worker-1, role: worker, address: 10.0.0.21 }
  - { name: worker-2, role: worker }
  # Addresses come by DHCP, or from here:
  # - name: worker-3
  #   role: worker
  #   mac: '52:54:00:00:00:23'
  #   network: { addresses: [10.0.0.23/24], gateway: 10.0.0.254, nameservers: [10.0.0.253] }
  #   labels: { disk: ssd }
  #   taints: ['dedicated=db:NoSchedule']

# Machines that the platform names, all alike:
# counts: { worker: 5 }

# What the first master applies once. Nodes stay NotReady until pods have a network: by flannel as below, by calico with the
# sha256 of its manifest, or by any manifest beside this file. [] says that the network comes by another way.
addons: []
# addons:
#   - name: flannel
#     url: https://raw.githubusercontent.com/flannel-io/flannel/v0.28.9/Documentation/kube-flannel.yml
#     sha256: e875824be2f552b45711dbda91af81b17eb961d00025d914d9fef18fad8f09c0
#   - { name: cilium, file: cilium.yaml }
#   - helm

# hosts: [10.0.0.5 harbor.example.com]
# ntp: [ntp.example.com]
# proxy: { http: 'http://proxy.example.com:3128', https: 'http://proxy.example.com:3128' }

# kubeadm:
#   certSANs: [api.public.example.com]
#   encryptSecrets: true
`;
}
