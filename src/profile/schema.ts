import { z } from 'zod';
import { IMAGE_FORMATS } from '../catalog/image-formats.ts';
import { TARGET_NAMES } from '../catalog/targets/index.ts';
import { MIRROR_NAMES } from '../catalog/mirrors/index.ts';
import { SIZE_PATTERN } from '../units/size.ts';
import * as t from './text.ts';

/**
 * The shape of a profile file. Every file of an `extends` chain must have it; what the whole must
 * say beyond that is checked after merging (src/validate/rules).
 *
 * Descriptions become the hints of editors (`bake schema`).
 */

export const OS_IDS = [
  'debian-12',
  'debian-13',
  'ubuntu-22.04',
  'ubuntu-24.04',
  'ubuntu-26.04',
  'rocky-9',
  'rocky-10',
] as const;
export const ROLES = ['master', 'worker', 'haproxy', 'standalone'] as const;
export const ARCHES = ['amd64', 'arm64'] as const;

const size = z.string().regex(SIZE_PATTERN, 'a size such as 10GiB or 512MiB');

/** A set of the catalog, or an address of one's own. */
const mirror = z.union([z.enum(MIRROR_NAMES), t.httpUrl]);

const image = z.strictObject({
  disk: size
    .optional()
    .describe('Size of the disk. The root file system grows into bigger disks at first boot.'),
  formats: z
    .array(z.enum(IMAGE_FORMATS))
    .min(1)
    .optional()
    .describe('Image formats to write, all from one bake.'),
  targets: z
    .array(z.enum(TARGET_NAMES))
    .optional()
    .describe(
      'Platforms that the image is for (`bake targets`): it has their guest agents, and cloud-init asks their sources only, and a NoCloud medium.',
    ),
  ova: z
    .strictObject({
      hardwareVersion: z
        .int()
        .min(10)
        .max(22)
        .optional()
        .describe(
          'VMware’s virtual hardware: 15 is known to ESXi 6.7 U2 and later, 19 to 7.0 U2, 21 to 8.0 U1.',
        ),
      cpus: z.int().min(1).max(128).optional().describe('Virtual processors.'),
      memory: size.optional().describe('Memory; kubeadm wants 1700 MiB at least.'),
    })
    .optional()
    .describe('The machine that the formats `ova` and `vmdk` are for; who imports an ova can change it.'),
  base: z
    .union([
      z.enum(['bootstrap', 'vendor']),
      z.strictObject({ file: t.line, sha256: t.sha256 }),
      z.strictObject({ url: t.httpUrl, sha256: t.sha256 }),
    ])
    .optional()
    .describe(
      'What the image starts from: a distribution bootstrap (Debian, Ubuntu), the vendor’s own image as Packer finds it, or a cloud image with its sha256.',
    ),
  mirror: mirror
    .optional()
    .describe(
      'Where the distribution’s packages come from: a named set, or the address of an archive. Goes before `mirrors`.',
    ),
});

const kubernetesSource = z.union([
  z.enum([...MIRROR_NAMES, 'binaries']),
  z.strictObject({
    url: t.repositoryUrl.describe('Base of the package repository; {minor} stands for v1.35.'),
    suite: t.suite.optional().describe('`/` (the default) for a flat repository.'),
    components: z.array(t.debianPackageName).optional(),
    keyUrl: t.repositoryUrl.describe('Where the signing key is.'),
    fingerprint: t.fingerprint.describe('The one key to believe.'),
  }),
]);

const imageRoles = z
  .array(z.enum(['master', 'worker', 'standalone']))
  .min(1)
  .optional()
  .describe('For machines of these roles only, in a profile that several extend; all, when absent.');

const kubernetes = z.strictObject({
  version: t.kubernetesVersion.optional(),
  source: kubernetesSource
    .optional()
    .describe(
      'A named set (official: pkgs.k8s.io), binaries (dl.k8s.io by sha256), or your own repository. Goes before `mirrors`.',
    ),
  revision: z
    .string()
    .regex(/^[0-9]+(?:\.[0-9]+)?$/, "a package revision such as '1.1'")
    .optional(),
  criTools: t.packageVersion.optional().describe('Exact package version of cri-tools.'),
  cni: t.packageVersion.optional().describe('Exact package version of kubernetes-cni.'),
  imageRepository: z
    .string()
    .regex(
      /^[a-z0-9][A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)*$/,
      'a registry and path such as registry.k8s.io',
    )
    .optional()
    .describe(
      'Registry of the control-plane images and of the pause image; by default the one of `mirrors`.',
    ),
  proxyMode: z
    .enum(['iptables', 'ipvs', 'nftables'])
    .optional()
    .describe('kube-proxy mode that the kernel is prepared for.'),
  preload: z
    .boolean()
    .optional()
    .describe(
      'Have the images that kubeadm of this version names for the role in the image, so that the first boot needs no registry: what no archive has is pulled while baking. With Docker, archives must have all.',
    ),
  images: z
    .array(
      z.union([
        z.strictObject({
          file: t.line.describe('Path of an archive of images, relative to the profile that says it.'),
          sha256: t.sha256,
          roles: imageRoles,
        }),
        z.strictObject({ url: t.httpUrl, sha256: t.sha256, roles: imageRoles }),
      ]),
    )
    .optional()
    .describe('Archives of images (of docker save, ctr images export) to have in the image.'),
  completion: z.boolean().optional().describe('Shell completion for kubectl, kubeadm and crictl.'),
});

const registry = z.strictObject({
  host: t.registryHost,
  mirrors: z.array(t.httpUrl).min(1).optional().describe('Asked in this order before the registry itself.'),
  ca: t.line.optional().describe('PEM file beside the profile with the CA of the registry and its mirrors.'),
  skipVerify: z.boolean().optional().describe('Do not verify TLS. For laboratories.'),
  credentials: t.hostName
    .optional()
    .describe(
      'Name of the credentials in the secrets file; they reach the machine at boot, never the image.',
    ),
});

const runtime = z.strictObject({
  engine: z.enum(['containerd', 'docker']).optional(),
  source: z
    .enum(['distribution', 'docker', 'upstream'])
    .optional()
    .describe("Packages of the distribution, of Docker's repository, or upstream releases by sha256."),
  mirror: mirror
    .optional()
    .describe(
      'Where Docker’s packages come from, for source `docker`: a named set, or an address with debian, ubuntu and centos below it. Goes before `mirrors`.',
    ),
  version: z
    .string()
    .regex(/^[0-9]+\.[0-9]+\.[0-9]+$/, 'an exact version such as 2.3.4')
    .optional(),
  cgroupDriver: z.enum(['systemd', 'cgroupfs']).optional(),
  pauseImage: t.imageReference
    .optional()
    .describe('Sandbox image; by default the one that kubeadm of this version wants.'),
  registries: z.array(registry).optional(),
  criDockerd: t.dottedVersion.optional().describe('Release of cri-dockerd, for engine docker.'),
  logMaxSize: size.optional(),
  logMaxFiles: z.int().min(1).max(100).optional(),
});

const network = z
  .string()
  .regex(/^[0-9A-Fa-f.:]+(?:\/[0-9]{1,3})?$/, 'an address or network such as 10.0.0.0/8');

const firewallRule = z.strictObject({
  port: z.union([
    z.int().min(1).max(65535),
    z.string().regex(/^[0-9]{1,5}-[0-9]{1,5}$/, 'a port or a range such as 30000-32767'),
  ]),
  protocol: z.enum(['tcp', 'udp']).optional(),
  from: z.array(network).min(1).optional(),
  comment: t.nftComment.optional(),
});

const system = z.strictObject({
  swap: z
    .literal('off')
    .optional()
    .describe(
      'Swap is off by every mechanism; the kubelet of every supported version wants it so by default.',
    ),
  modules: z
    .array(t.moduleName)
    .optional()
    .describe('Kernel modules to load beyond those that the role needs.'),
  sysctl: z
    .record(t.sysctlKey, z.union([z.int(), t.sysctlValue]))
    .optional()
    .describe('Kernel settings; yours win over those that the role brings.'),
  ulimits: z
    .strictObject({
      nofile: z.int().min(1024).max(1073741816).optional(),
      nproc: z.int().min(1024).optional(),
    })
    .optional(),
  timezone: t.timezone.optional(),
  ntp: z
    .strictObject({
      enabled: z.boolean().optional(),
      servers: z.array(t.address).optional(),
      pools: z.array(t.address).optional(),
    })
    .optional(),
  firewall: z
    .strictObject({
      engine: z.enum(['nftables', 'off']).optional(),
      cni: z
        .array(z.enum(['flannel', 'calico', 'cilium']))
        .optional()
        .describe('Open the ports of these networks between nodes.'),
      nodes: z
        .array(network)
        .optional()
        .describe(
          'Where the machines of the cluster are. Ports that only they have business with (etcd, kubelet, pod networks, VRRP) are open to everybody while this is empty.',
        ),
      allow: z.array(firewallRule).optional(),
    })
    .optional(),
  journal: z.strictObject({ maxUse: size.optional() }).optional(),
  upgrades: z
    .enum(['security', 'off'])
    .optional()
    .describe('Unattended upgrades; held packages never move, and none run before first boot has ended.'),
});

const file = z.strictObject({
  path: t.absolutePath,
  content: t.text.optional(),
  source: t.line.optional().describe('File beside the profile.'),
  mode: t.fileMode.optional(),
  owner: t.userName.optional(),
  group: t.userName.optional(),
});

const command = z.strictObject({
  name: t.line,
  run: t.text.min(1).describe('Run by bash with set -euo pipefail.'),
  creates: t.absolutePath.optional().describe('Skip when this path exists.'),
  unless: t.text.min(1).optional().describe('Skip when this succeeds.'),
});

const user = z.strictObject({
  name: t.userName,
  gecos: t.line.regex(/^[^:,]*$/, 'a name without : and ,').optional(),
  groups: z.array(t.userName).optional(),
  shell: t.shell.optional(),
  sudo: z.enum(['none', 'nopasswd']).optional(),
  sshKeys: z.array(t.sshKey).optional(),
});

const balancer = z.strictObject({
  engine: z.enum(['haproxy', 'nginx']).optional(),
  keepalived: z.boolean().optional(),
});

const boot = z.strictObject({
  hostname: t.hostName
    .optional()
    .describe('Set at first boot; leave it out where the platform names machines.'),
  sshKeys: z.array(t.sshKey).optional().describe("For the distribution's default user, at first boot."),
});

export const profileFile = z
  .strictObject({
    apiVersion: z.literal('bake/v1').optional(),
    kind: z.literal('Profile').optional(),
    extends: t.line
      .optional()
      .describe('Name of one of our profiles, or a path beside this file (./mine.yaml).'),
    name: t.hostName.optional().describe("Name of the profile; by default the file's."),
    description: t.text.optional(),
    role: z.enum(ROLES).optional(),
    os: z.enum(OS_IDS).optional(),
    arch: z.enum(ARCHES).optional(),
    mirrors: z
      .union([z.enum(MIRROR_NAMES), z.array(z.enum(MIRROR_NAMES)).min(1)])
      .optional()
      .describe(
        'Named sets of mirrors (`bake mirrors`): packages, Kubernetes, Docker and images each come from the first that has them.',
      ),
    image: image.optional(),
    kubernetes: kubernetes.optional(),
    runtime: runtime.optional(),
    system: system.optional(),
    packages: z.array(t.packageName).optional().describe('Extra packages of the distribution.'),
    files: z.array(file).optional(),
    commands: z.array(command).optional(),
    users: z.array(user).optional(),
    balancer: balancer.optional(),
    boot: boot.optional(),
  })
  .meta({ title: 'bake profile', description: 'What a machine of one role is.' });

/** One profile file, as written. */
export type ProfileFile = z.infer<typeof profileFile>;
