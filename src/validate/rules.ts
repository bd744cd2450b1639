import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { watch } from './left-out.ts';
import { authorityIsACertificate } from './rules/authority-is-a-certificate.ts';
import { cgroupDriverIsSystemd, kubernetesKnowsCgroup2 } from './rules/cgroups-fit.ts';
import { commandsAreGuarded } from './rules/commands-are-guarded.ts';
import {
  containerdIsRecommended,
  containerdSpeaksTheKubeletsCri,
} from './rules/containerd-fits-kubernetes.ts';
import {
  criDockerdIsUsable,
  criDockerdTellsCgroupDriver,
  dockershimKnowsDocker,
} from './rules/docker-fits-kubernetes.ts';
import { diskFitsFormats } from './rules/disk-fits-formats.ts';
import { diskIsBigEnough } from './rules/disk-is-big-enough.ts';
import { fileHasOneContent } from './rules/file-has-one-content.ts';
import { firewallRulesAreReal } from './rules/firewall-rules-are-real.ts';
import { firewallRulesOpenSomething } from './rules/firewall-rules-open-something.ts';
import { companionsHaveVersions, kubernetesComesFromSource } from './rules/kubernetes-comes-from-source.ts';
import { kubernetesReleaseExists } from './rules/kubernetes-release-exists.ts';
import { logFilesSuitTheKubelet } from './rules/log-files-suit-the-kubelet.ts';
import {
  filesAreNotWorldWritable,
  firewallIsOn,
  kubernetesRepositoryUsesTls,
  registriesAreVerified,
  sudoIsForPeople,
  timeIsKept,
} from './rules/machine-is-safe.ts';
import { mirrorHasArchitecture } from './rules/mirror-has-architecture.ts';
import {
  mirrorsAreAsked,
  mirrorsHaveArchives,
  mirrorsHaveDocker,
  mirrorsHaveImages,
} from './rules/mirrors-have-what-is-needed.ts';
import { nothingIsSetTwice } from './rules/nothing-is-set-twice.ts';
import { packagesDoNotFight } from './rules/packages-do-not-fight.ts';
import {
  filesAreNotFolders,
  guardsOutliveTheBake,
  pathsAreFreeToWrite,
} from './rules/paths-are-free-to-write.ts';
import { preloadFitsRuntime } from './rules/preload-fits-runtime.ts';
import { proxyModeFitsKubernetes } from './rules/proxy-mode-fits-kubernetes.ts';
import { registriesMakeSense } from './rules/registries-make-sense.ts';
import type { Rule, RuleOptions } from './rules/rule.ts';
import {
  criDockerdHasChecksum,
  distributionDecidesRuntimeVersion,
  distributionHasRuntime,
  upstreamRuntimeHasChecksum,
} from './rules/runtime-comes-from-source.ts';
import { secretsStayOutOfTheImage } from './rules/secrets-stay-out-of-the-image.ts';
import { secretsAreGiven } from './rules/secrets-are-given.ts';
import {
  criDockerdBelongsToDocker,
  firewallRulesNeedAFirewall,
  ntpServersNeedNtp,
  settingsBelongToRole,
} from './rules/settings-belong-to-the-machine.ts';
import { haproxyCanListen, sysctlsKeepPodsConnected } from './rules/sysctls-keep-pods-connected.ts';
import {
  packagesHaveNamesOfTheSystem,
  repositoryHasSuites,
  standInsArePackages,
  systemBalances,
  systemBootstraps,
} from './rules/system-can-do-it.ts';
import { timeZoneExists } from './rules/time-zone-exists.ts';
import { userNamesAreFree } from './rules/user-names-are-free.ts';
import {
  containerdIsSupported,
  kubernetesIsSupported,
  operatingSystemIsSupported,
} from './rules/versions-are-supported.ts';

const RULES: readonly Rule[] = [
  kubernetesReleaseExists,
  kubernetesIsSupported,
  containerdIsSupported,
  operatingSystemIsSupported,
  containerdSpeaksTheKubeletsCri,
  containerdIsRecommended,
  criDockerdIsUsable,
  dockershimKnowsDocker,
  proxyModeFitsKubernetes,
  cgroupDriverIsSystemd,
  kubernetesKnowsCgroup2,
  kubernetesComesFromSource,
  companionsHaveVersions,
  upstreamRuntimeHasChecksum,
  criDockerdHasChecksum,
  distributionDecidesRuntimeVersion,
  distributionHasRuntime,
  settingsBelongToRole,
  criDockerdBelongsToDocker,
  firewallRulesNeedAFirewall,
  ntpServersNeedNtp,
  registriesMakeSense,
  nothingIsSetTwice,
  firewallRulesAreReal,
  pathsAreFreeToWrite,
  guardsOutliveTheBake,
  filesAreNotFolders,
  fileHasOneContent,
  commandsAreGuarded,
  secretsStayOutOfTheImage,
  secretsAreGiven,
  firewallIsOn,
  registriesAreVerified,
  kubernetesRepositoryUsesTls,
  sudoIsForPeople,
  filesAreNotWorldWritable,
  timeIsKept,
  userNamesAreFree,
  packagesDoNotFight,
  sysctlsKeepPodsConnected,
  haproxyCanListen,
  diskIsBigEnough,
  diskFitsFormats,
  timeZoneExists,
  authorityIsACertificate,
  firewallRulesOpenSomething,
  criDockerdTellsCgroupDriver,
  logFilesSuitTheKubelet,
  mirrorHasArchitecture,
  mirrorsHaveArchives,
  mirrorsHaveDocker,
  mirrorsHaveImages,
  mirrorsAreAsked,
  preloadFitsRuntime,
  standInsArePackages,
  systemBootstraps,
  systemBalances,
  packagesHaveNamesOfTheSystem,
  repositoryHasSuites,
];

/**
 * What is wrong with a whole profile beyond the shape of its files: errors and warnings, in no particular order. A rule
 * that asks for what was left out has no say: what it found could be gone once that is mended.
 */
export function validateRules(resolved: ResolvedProfile, options: RuleOptions): Diagnostic[] {
  if (resolved.leftOut.length === 0) return RULES.flatMap((rule) => rule(resolved, options));
  return RULES.flatMap((rule) => {
    const { value: profile, touched } = watch(resolved.profile, resolved.leftOut);
    const found = rule({ ...resolved, profile }, options);
    return touched().length > 0 ? [] : found;
  });
}
