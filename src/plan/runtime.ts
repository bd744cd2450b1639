import { downloadUrl } from '../catalog/downloads.ts';
import { checksumOf } from '../catalog/checksums.ts';
import { defaultPauseImage, kubernetesRelease } from '../catalog/kubernetes.ts';
import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { runcFor } from '../catalog/containerd.ts';
import { registryMirrors } from '../catalog/mirrors/choose.ts';
import { dockerRepository } from '../catalog/repositories.ts';
import { DEFAULT_CRI_DOCKERD, DEFAULT_UPSTREAM_CONTAINERD } from '../catalog/runtime.ts';
import type { Path } from '../diagnostics/diagnostic.ts';
import type { Kubernetes, Registry, ResolvedProfile, Runtime } from '../profile/profile.ts';
import { tomlTable } from '../text/toml.ts';
import { fill } from '../text/template.ts';
import { parseSize } from '../units/size.ts';
import { REGISTRY_LOGIN } from '../steps/registry-login.ts';
import { decidedBy, inLayer, program, rootFile, type Draft } from './draft.ts';
import type { Pieces } from './pieces.ts';

const draft = inLayer('runtime');

export const CONTAINERD_SOCKET = 'unix:///run/containerd/containerd.sock';
export const CRI_DOCKERD_SOCKET = 'unix:///run/cri-dockerd.sock';
export const DOCKERSHIM_SOCKET = '/var/run/dockershim.sock';
const DOCKER_SOCKET = '/run/docker.sock';

/** The socket that kubelet, kubeadm and crictl talk to. The dockershim of 1.23 and older is inside the kubelet; cri-dockerd is used there when the profile names one. */
export function criSocket(runtime: Runtime, kubernetes: Kubernetes): string {
  if (runtime.engine === 'containerd') return CONTAINERD_SOCKET;
  return usesDockershim(runtime, kubernetes) ? DOCKERSHIM_SOCKET : CRI_DOCKERD_SOCKET;
}

/** The file at which a runtime listens before there is a kubelet: the dockershim is a part of that. */
export const runtimeSocketFile = (criSocket: string): string =>
  criSocket === DOCKERSHIM_SOCKET ? DOCKER_SOCKET : criSocket.replace(/^unix:\/\//, '');

export function usesDockershim(runtime: Runtime, kubernetes: Kubernetes): boolean {
  return (
    runtime.engine === 'docker' &&
    runtime.criDockerd === undefined &&
    kubernetesRelease(kubernetes.version)?.dockershim === true
  );
}

/** The sandbox image: what the profile says, or what kubeadm of this version would use. */
export function pauseImage(runtime: Runtime, kubernetes: Kubernetes): string {
  const image = runtime.pauseImage ?? defaultPauseImage(kubernetes.version, kubernetes.imageRepository);
  if (image === undefined) throw new Error(`no release ${kubernetes.version}; the rules let it through`);
  return image;
}

/** Container runtime and all that it needs to be told. */
export function planRuntime(resolved: ResolvedProfile, pieces: Pieces, standIn: boolean): Draft[] {
  const { runtime, kubernetes } = resolved.profile;
  if (!runtime || !kubernetes) return [];
  const engine =
    runtime.engine === 'containerd'
      ? planContainerd(resolved, runtime, kubernetes)
      : planDocker(resolved, runtime, kubernetes, pieces, standIn);
  const logsIn = runtime.registries.some(({ credentials }) => credentials !== undefined);
  return logsIn
    ? [...engine, draft(['runtime', 'registries'], program(REGISTRY_LOGIN, pieces.registryLogin))]
    : engine;
}

function planContainerd(resolved: ResolvedProfile, runtime: Runtime, kubernetes: Kubernetes): Draft[] {
  return [
    ...installContainerd(resolved, runtime),
    draft(['runtime'], {
      kind: 'containerd-config',
      input: {
        pauseImage: pauseImage(runtime, kubernetes),
        systemdCgroup: runtime.cgroupDriver === 'systemd',
      },
    }),
    ...mirroredRegistries(resolved, runtime).flatMap(({ registry, path }) =>
      planRegistry(resolved, registry, path),
    ),
    draft(['runtime', 'engine'], {
      kind: 'service',
      input: { unit: 'containerd.service', state: 'enabled', active: true },
    }),
  ];
}

function installContainerd(resolved: ResolvedProfile, runtime: Runtime): Draft[] {
  const { profile } = resolved;
  const hold = (name: string, repository?: string): Draft =>
    draft(['runtime', 'source'], {
      kind: 'package',
      input: {
        purpose: 'containerd',
        packages: [
          {
            name,
            ...(runtime.version === undefined || repository === undefined
              ? {}
              : { version: `${runtime.version}-*` }),
          },
        ],
        hold: true,
        ...(repository === undefined ? {} : { repository }),
      },
    });
  switch (runtime.source) {
    case 'distribution':
      return [hold('containerd')];
    case 'docker':
      return [addDockerRepository(resolved), hold('containerd.io', 'docker')];
    case 'upstream': {
      const version = runtime.version ?? DEFAULT_UPSTREAM_CONTAINERD;
      const runc = runcFor(version);
      const arch = profile.arch;
      const programs = ['containerd', 'containerd-shim-runc-v2', 'ctr'];
      return [
        draft(['runtime', 'version'], {
          kind: 'artifact',
          input: {
            name: `containerd ${version}`,
            url: downloadUrl('containerd', arch, version),
            sha256: requireChecksum('containerd', arch, version),
            install: {
              as: 'archive',
              component: 'containerd',
              folder: '/usr/local/bin',
              stripComponents: 1,
              members: programs.map((name) => `bin/${name}`),
            },
          },
        }),
        draft(['runtime', 'version'], {
          kind: 'artifact',
          input: {
            name: `runc ${runc}`,
            url: downloadUrl('runc', arch, runc),
            sha256: requireChecksum('runc', arch, runc),
            install: { as: 'file', path: '/usr/local/sbin/runc' },
          },
        }),
        draft(['runtime', 'version'], {
          kind: 'unit',
          input: { unit: 'containerd.service', content: CONTAINERD_UNIT },
        }),
      ];
    }
  }
}

/** After the unit in containerd's own repository (containerd.service, v2.3). */
const CONTAINERD_UNIT = `# Written by bake.
[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

function addDockerRepository(resolved: ResolvedProfile): Draft {
  const { os, arch, runtime } = resolved.profile;
  const found = dockerRepository(OPERATING_SYSTEMS[os], arch, runtime?.mirror ?? 'official');
  if ('reason' in found) throw new Error(`${found.reason}; the rules let it through`);
  const { uri, suite, components, keyUrl, fingerprint } = found.repository;
  return draft(decidedBy(resolved, ['runtime', 'mirror'], ['mirrors'], ['runtime', 'source']), {
    kind: 'repository',
    input: { name: 'docker', uri, suite, components, key: { url: keyUrl, fingerprint } },
  });
}

/** What the profile says of registries, and after it the mirrors of its sets. Whoever names mirrors of a registry has those alone. */
function mirroredRegistries(
  { profile }: ResolvedProfile,
  { registries }: Pick<Runtime, 'registries'>,
): { readonly registry: Registry; readonly path: Path }[] {
  const mirrors = registryMirrors(profile.mirrors);
  const own = registries.map((registry, i) => {
    const mirror = mirrors.get(registry.host);
    // An authority of one's own is for machines of one's own.
    const isPublic = registry.mirrors === undefined && registry.ca === undefined && !registry.skipVerify;
    return {
      registry: isPublic && mirror !== undefined ? { ...registry, mirrors: [mirror] } : registry,
      path: ['runtime', 'registries', i],
    };
  });
  const others = [...mirrors]
    .filter(([host]) => registries.every((registry) => registry.host !== host))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, mirror]) => ({ registry: { host, mirrors: [mirror] }, path: ['mirrors'] }));
  return [...own, ...others];
}

/** hosts.toml of one registry (containerd docs/hosts.md); read at every pull. Credentials never stand here. */
function planRegistry(resolved: ResolvedProfile, registry: Registry, path: Path): Draft[] {
  const folder = `/etc/containerd/certs.d/${registry.host}`;
  const server = registry.host === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry.host}`;
  const ca =
    registry.ca === undefined ? undefined : resolved.attachments.get(JSON.stringify([...path, 'ca']));
  const trust = {
    ...(ca === undefined ? {} : { ca: `${folder}/ca.crt` }),
    ...(registry.skipVerify ? { skip_verify: true } : {}),
  };
  const hosts = [...(registry.mirrors ?? []), server].map((url) =>
    tomlTable(['host', url], {
      capabilities: ['pull', 'resolve'],
      ...trust,
      // Only a path with the root of the API in it, as Harbor's proxies have: containerd adds /v2 to any other.
      ...(/\/v2(?:\/|$)/.test(new URL(url).pathname) ? { override_path: true } : {}),
    }),
  );
  const text = `# Written by bake.\n${tomlTable([], { server })}\n\n${hosts.join('\n\n')}\n`;
  return [
    ...(ca === undefined ? [] : [draft([...path, 'ca'], rootFile(`${folder}/ca.crt`, ca))]),
    draft(path, rootFile(`${folder}/hosts.toml`, text)),
  ];
}

function planDocker(
  resolved: ResolvedProfile,
  runtime: Runtime,
  kubernetes: Kubernetes,
  pieces: Pieces,
  standIn: boolean,
): Draft[] {
  const { profile } = resolved;
  const fromDocker = runtime.source === 'docker';
  const epoch = OPERATING_SYSTEMS[profile.os].packageManager === 'apt' ? '5:' : '';
  const version =
    runtime.version === undefined || !fromDocker ? {} : { version: `${epoch}${runtime.version}-*` };
  return [
    ...(fromDocker ? [addDockerRepository(resolved)] : []),
    draft(['runtime', 'source'], {
      kind: 'package',
      input: {
        purpose: 'Docker',
        packages: fromDocker
          ? [
              { name: 'docker-ce', ...version },
              { name: 'docker-ce-cli', ...version },
              { name: 'containerd.io' },
            ]
          : [
              { name: 'docker.io' },
              ...(DOCKER_CLI_APART.has(profile.os) ? [{ name: 'docker-cli' }] : []),
              { name: 'containerd' },
            ],
        hold: true,
        ...(fromDocker ? { repository: 'docker' } : {}),
      },
    }),
    draft(
      ['runtime'],
      rootFile('/etc/containerd/config.toml', CONTAINERD_BELOW_DOCKER, ['containerd.service']),
    ),
    draft(
      ['runtime'],
      rootFile('/etc/docker/daemon.json', daemonJson(resolved, runtime), ['docker.service']),
    ),
    ...runtime.registries.flatMap((registry, i) => {
      const path = ['runtime', 'registries', i, 'ca'];
      const ca = resolved.attachments.get(JSON.stringify(path));
      return ca === undefined
        ? []
        : [draft(path, rootFile(`/etc/docker/certs.d/${registry.host}/ca.crt`, ca))];
    }),
    draft(['runtime', 'engine'], {
      kind: 'service',
      input: { unit: 'containerd.service', state: 'enabled', active: true },
    }),
    draft(['runtime', 'engine'], {
      kind: 'service',
      input: { unit: 'docker.service', state: 'enabled', active: true },
    }),
    ...(usesDockershim(runtime, kubernetes)
      ? []
      : planCriDockerd(profile, runtime, kubernetes, pieces, standIn)),
  ];
}

/**
 * Docker needs containerd, but not its CRI: with two CRI sockets kubeadm refuses to choose. As Docker's own package has it;
 * the last two names are containerd 2's, which reads version 2 of the file as well.
 */
const CONTAINERD_BELOW_DOCKER = `# Written by bake. Docker's containerd; the kubelet goes through Docker.
version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
`;

/** Since Debian 13 the `docker` command is a package of its own. */
const DOCKER_CLI_APART: ReadonlySet<string> = new Set(['debian-13']);

/** dockerd's own settings (Docker documentation, "dockerd"). Its mirrors are for Docker Hub only. */
function daemonJson(resolved: ResolvedProfile, runtime: Runtime): string {
  const hub = mirroredRegistries(resolved, runtime).find(({ registry }) => registry.host === 'docker.io')
    ?.registry.mirrors;
  const insecure = runtime.registries.filter(({ skipVerify }) => skipVerify).map(({ host }) => host);
  const megabytes = Math.floor((parseSize(runtime.logMaxSize) ?? 0) / 2 ** 20);
  const settings = {
    'exec-opts': [`native.cgroupdriver=${runtime.cgroupDriver}`],
    'live-restore': true,
    'log-driver': 'json-file',
    'log-opts': { 'max-size': `${megabytes}m`, 'max-file': String(runtime.logMaxFiles) },
    ...(hub === undefined ? {} : { 'registry-mirrors': hub }),
    ...(insecure.length === 0 ? {} : { 'insecure-registries': insecure }),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

function planCriDockerd(
  { arch }: ResolvedProfile['profile'],
  runtime: Runtime,
  kubernetes: Kubernetes,
  pieces: Pieces,
  standIn: boolean,
): Draft[] {
  const version = runtime.criDockerd ?? DEFAULT_CRI_DOCKERD;
  const install: Draft[] = standIn
    ? [] // src/plan/kubernetes.ts makes and installs it with the other stand-ins
    : [
        draft(['runtime', 'criDockerd'], {
          kind: 'artifact',
          input: {
            name: `cri-dockerd ${version}`,
            url: downloadUrl('cri-dockerd', arch, version),
            sha256: requireChecksum('cri-dockerd', arch, version),
            install: {
              as: 'archive',
              component: 'cri-dockerd',
              folder: '/usr/bin',
              stripComponents: 1,
              members: ['cri-dockerd/cri-dockerd'],
            },
          },
        }),
      ];
  const fields = { pauseImage: pauseImage(runtime, kubernetes) };
  return [
    ...install,
    draft(['runtime', 'criDockerd'], {
      kind: 'unit',
      input: { unit: 'cri-docker.service', content: fill(pieces.criDockerService, fields) },
    }),
    draft(['runtime', 'criDockerd'], {
      kind: 'unit',
      input: { unit: 'cri-docker.socket', content: pieces.criDockerSocket },
    }),
  ];
}

/** Rules have refused what has no checksum (B405) before a plan is made. */
export function requireChecksum(
  component: Parameters<typeof checksumOf>[0],
  arch: Parameters<typeof checksumOf>[1],
  version: string,
): string {
  const sha256 = checksumOf(component, arch, version);
  if (sha256 === undefined)
    throw new Error(`no checksum of ${component} ${version} for ${arch}; the rules let it through`);
  return sha256;
}
