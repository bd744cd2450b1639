import { inTableOrder } from '../catalog/targets/index.ts';
import { firstWith, kubernetesImages } from '../catalog/mirrors/choose.ts';
import type { MirrorName } from '../catalog/mirrors/index.ts';
import { OPERATING_SYSTEMS, type OperatingSystem } from '../catalog/operating-systems.ts';
import { kubernetesRepository } from '../catalog/repositories.ts';
import type { Profile } from '../profile/profile.ts';
import type { ProfileFile } from '../profile/schema.ts';

/** What a profile must say, itself or through what it extends. */
export const REQUIRED = ['role', 'os'] as const;

/** Of roles that run Kubernetes. */
export const REQUIRED_WITH_KUBERNETES = ['kubernetes.version', 'runtime.engine'] as const;

/**
 * Fills in what nobody wrote. These are the values that no person should have to think about; opinions
 * (versions, sysctls, lists of packages) stand in profiles/base.yaml, where they can be read and changed.
 */
export function complete(merged: ProfileFile & Pick<Profile, 'role' | 'os'>, name: string): Profile {
  const { image, kubernetes, runtime, system, balancer } = merged;
  const hasKubernetes = merged.role !== 'haproxy';
  const os = OPERATING_SYSTEMS[merged.os];
  const { mirrors: written = 'official' } = merged;
  const mirrors = typeof written === 'string' ? [written] : written;
  return {
    name: merged.name ?? name,
    description: merged.description ?? '',
    role: merged.role,
    os: merged.os,
    arch: merged.arch ?? 'amd64',
    mirrors,
    image: {
      disk: image?.disk ?? '10GiB',
      formats: image?.formats ?? ['qcow2'],
      targets: [...inTableOrder(image?.targets ?? [])],
      ova: {
        hardwareVersion: image?.ova?.hardwareVersion ?? 15,
        cpus: image?.ova?.cpus ?? 2,
        memory: image?.ova?.memory ?? '4GiB',
      },
      base: image?.base ?? (os.packageManager === 'apt' ? 'bootstrap' : 'vendor'),
      mirror: image?.mirror ?? firstWith(mirrors, ({ archives }) => archives?.[os.family] !== undefined),
    },
    ...(hasKubernetes && kubernetes?.version !== undefined
      ? {
          kubernetes: {
            version: kubernetes.version,
            source: kubernetes.source ?? kubernetesSource(mirrors, kubernetes.version, os),
            imageRepository:
              kubernetes.imageRepository ?? kubernetesImages(mirrors, runtime?.engine ?? 'containerd'),
            proxyMode: kubernetes.proxyMode ?? 'iptables',
            preload: kubernetes.preload ?? false,
            images: kubernetes.images ?? [],
            completion: kubernetes.completion ?? true,
            ...(kubernetes.revision === undefined ? {} : { revision: kubernetes.revision }),
            ...(kubernetes.criTools === undefined ? {} : { criTools: kubernetes.criTools }),
            ...(kubernetes.cni === undefined ? {} : { cni: kubernetes.cni }),
          },
        }
      : {}),
    ...(hasKubernetes && runtime?.engine !== undefined
      ? {
          runtime: {
            engine: runtime.engine,
            source: runtime.source ?? (os.containerd === undefined ? 'docker' : 'distribution'),
            mirror: runtime.mirror ?? firstWith(mirrors, ({ docker }) => docker !== undefined),
            cgroupDriver: runtime.cgroupDriver ?? 'systemd',
            registries: runtime.registries ?? [],
            logMaxSize: runtime.logMaxSize ?? '50MiB',
            logMaxFiles: runtime.logMaxFiles ?? 3,
            ...(runtime.version === undefined ? {} : { version: runtime.version }),
            ...(runtime.pauseImage === undefined ? {} : { pauseImage: runtime.pauseImage }),
            ...(runtime.criDockerd === undefined ? {} : { criDockerd: runtime.criDockerd }),
          },
        }
      : {}),
    system: {
      swap: 'off',
      modules: system?.modules ?? [],
      sysctl: system?.sysctl ?? {},
      ulimits: system?.ulimits ?? {},
      timezone: system?.timezone ?? 'Etc/UTC',
      ntp: {
        enabled: system?.ntp?.enabled ?? true,
        servers: system?.ntp?.servers ?? [],
        pools: system?.ntp?.pools ?? [],
      },
      firewall: {
        engine: system?.firewall?.engine ?? 'nftables',
        cni: system?.firewall?.cni ?? [],
        nodes: system?.firewall?.nodes ?? [],
        allow: system?.firewall?.allow ?? [],
      },
      journal: { maxUse: system?.journal?.maxUse ?? '1GiB' },
      upgrades: system?.upgrades ?? 'security',
    },
    packages: merged.packages ?? [],
    files: merged.files ?? [],
    commands: merged.commands ?? [],
    users: merged.users ?? [],
    ...(merged.role === 'haproxy'
      ? { balancer: { engine: balancer?.engine ?? 'haproxy', keepalived: balancer?.keepalived ?? true } }
      : {}),
    boot: merged.boot ?? {},
  };
}

const kubernetesSource = (
  mirrors: readonly MirrorName[],
  version: string,
  system: OperatingSystem,
): MirrorName => firstWith(mirrors, (_, name) => 'repository' in kubernetesRepository(name, version, system));
