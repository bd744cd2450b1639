import type { Open } from '../secrets/secret-text.ts';
import { archives, type ArchivesInput } from './archives.ts';
import { artifact, type ArtifactInput } from './artifact.ts';
import { command, type CommandInput } from './command.ts';
import { containerImages, type ContainerImagesInput } from './container-images.ts';
import { containerdConfig, type ContainerdConfigInput } from './containerd-config.ts';
import { file, type FileInput } from './file.ts';
import { firstBoot, type FirstBootInput } from './first-boot.ts';
import { hostname, type HostnameInput } from './hostname.ts';
import { kernelModulesExtra, type KernelModulesExtraInput } from './kernel-modules-extra.ts';
import { kernelModules, type KernelModulesInput } from './kernel-modules.ts';
import type { StepKind } from './kind.ts';
import { packages, type PackageInput } from './package.ts';
import { registryLogin, type RegistryLoginInput } from './registry-login.ts';
import { repository, type RepositoryInput } from './repository.ts';
import { seal, type SealInput } from './seal.ts';
import { selinux, type SelinuxInput } from './selinux.ts';
import { service, type ServiceInput } from './service.ts';
import { sshKeys, type SshKeysInput } from './ssh-keys.ts';
import { standIn, type StandInInput } from './stand-in.ts';
import { swapOff, type SwapOffInput } from './swap-off.ts';
import { sysctl, type SysctlInput } from './sysctl.ts';
import { timeZone, type TimeZoneInput } from './time-zone.ts';
import { unit, type UnitInput } from './unit.ts';
import { user, type UserInput } from './user.ts';

/** Every kind and its input. Adding one is a file, a line here, and a line in {@link STEP_KINDS}. */
interface StepInputs {
  archives: ArchivesInput;
  artifact: ArtifactInput;
  command: CommandInput;
  'container-images': ContainerImagesInput;
  'containerd-config': ContainerdConfigInput;
  file: FileInput;
  'first-boot': FirstBootInput;
  hostname: HostnameInput;
  'kernel-modules': KernelModulesInput;
  'kernel-modules-extra': KernelModulesExtraInput;
  package: PackageInput;
  'registry-login': RegistryLoginInput;
  repository: RepositoryInput;
  seal: SealInput;
  selinux: SelinuxInput;
  service: ServiceInput;
  'ssh-keys': SshKeysInput;
  'stand-in': StandInInput;
  'swap-off': SwapOffInput;
  sysctl: SysctlInput;
  'time-zone': TimeZoneInput;
  unit: UnitInput;
  user: UserInput;
}

export type Kind = keyof StepInputs;

/**
 * One typed thing to do to a machine: a closed union, tagged by `kind`. Values of the secrets file do not fit in: a step
 * names them, and user-data is written with them.
 */
export type Step = { [K in Kind]: { readonly kind: K; readonly input: Open<StepInputs[K]> } }[Kind];

export const STEP_KINDS: { readonly [K in Kind]: StepKind<StepInputs[K]> } = {
  archives,
  artifact,
  command,
  'container-images': containerImages,
  'containerd-config': containerdConfig,
  file,
  'first-boot': firstBoot,
  hostname,
  'kernel-modules': kernelModules,
  'kernel-modules-extra': kernelModulesExtra,
  package: packages,
  'registry-login': registryLogin,
  repository,
  seal,
  selinux,
  service,
  'ssh-keys': sshKeys,
  'stand-in': standIn,
  'swap-off': swapOff,
  sysctl,
  'time-zone': timeZone,
  unit,
  user,
};

/** The kind of a step, typed for its own input. */
export function kindOf(step: Step): StepKind<Step['input']> {
  return STEP_KINDS[step.kind] as StepKind<Step['input']>;
}
