import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { watch } from '../validate/left-out.ts';
import { derivedFrom, isWithin, type Gaps } from './gaps.ts';
import {
  apiPortIsFree,
  endpointIsTheVirtualAddress,
  portsMeet,
  statisticsAreOnEveryBalancer,
  staticNetworksAreWhole,
  virtualAddressIsAtHome,
  virtualAddressIsNobodys,
} from './rules/addresses-are-in-place.ts';
import {
  balancersShareAnAddress,
  endpointIsNotOneMaster,
  mastersAreOdd,
  podsHaveANetwork,
  proxyIsForHttps,
  statisticsStayAtHome,
  timesAreShort,
} from './rules/cluster-is-strong.ts';
import { labelsAreFit, patchesAreNamed, taintsAreFit } from './rules/kubernetes-takes-it.ts';
import {
  endpointIsKnown,
  mastersAndBalancersHaveAddresses,
  onlyWorkersAreCounted,
  standaloneIsAlone,
  staticNetworksHaveAnInterface,
  thereIsAMaster,
} from './rules/machines-are-there.ts';
import {
  endpointCanBeReached,
  nodesCanBeReached,
  virtualAddressCanBeReached,
} from './rules/machines-can-be-reached.ts';
import { kubeletsAreBelieved, replacedTextsAreThere } from './rules/manifests-agree.ts';
import { networksAreApart } from './rules/networks-are-apart.ts';
import {
  mastersSpeakThePrimaryFamily,
  networksBeginAtTheirStart,
  pairsHaveBothFamilies,
  podsHaveAFitSize,
  servicesHaveAFitSize,
} from './rules/networks-fit-kubernetes.ts';
import { namesHaveOneAddress, nothingIsShared } from './rules/nothing-is-shared.ts';
import type { ClusterRule, Given } from './rules/rule.ts';
import {
  addonSettingsHaveAMeaning,
  nodesOnlyHaveWhatNodesHave,
  rootHasAKubeconfigAnyway,
  settingsHaveAMeaning,
} from './rules/settings-have-a-meaning.ts';
import { addonsArePinned, kubeVipIsPinned } from './rules/things-are-pinned.ts';

const RULES: readonly ClusterRule[] = [
  thereIsAMaster,
  mastersAndBalancersHaveAddresses,
  onlyWorkersAreCounted,
  standaloneIsAlone,
  endpointIsKnown,
  staticNetworksHaveAnInterface,
  nodesCanBeReached,
  virtualAddressCanBeReached,
  endpointCanBeReached,
  ...nothingIsShared,
  namesHaveOneAddress,
  networksAreApart,
  networksBeginAtTheirStart,
  pairsHaveBothFamilies,
  servicesHaveAFitSize,
  podsHaveAFitSize,
  mastersSpeakThePrimaryFamily,
  virtualAddressIsNobodys,
  virtualAddressIsAtHome,
  staticNetworksAreWhole,
  portsMeet,
  apiPortIsFree,
  statisticsAreOnEveryBalancer,
  endpointIsTheVirtualAddress,
  settingsHaveAMeaning,
  nodesOnlyHaveWhatNodesHave,
  addonSettingsHaveAMeaning,
  rootHasAKubeconfigAnyway,
  labelsAreFit,
  taintsAreFit,
  patchesAreNamed,
  addonsArePinned,
  kubeVipIsPinned,
  replacedTextsAreThere,
  kubeletsAreBelieved,
  mastersAreOdd,
  balancersShareAnAddress,
  endpointIsNotOneMaster,
  podsHaveANetwork,
  proxyIsForHttps,
  timesAreShort,
  statisticsStayAtHome,
];

/**
 * Rules that go by who or what is there altogether, and the lists that they do so by: where one lacks an entry, or a part of one that
 * they ask for, they have no say.
 */
const OF_ALL: ReadonlyMap<ClusterRule, readonly string[]> = new Map([
  [thereIsAMaster, ['nodes']],
  [endpointIsKnown, ['nodes']],
  [virtualAddressIsAtHome, ['nodes']],
  [portsMeet, ['nodes']],
  [endpointIsTheVirtualAddress, ['nodes']],
  [settingsHaveAMeaning, ['nodes']],
  [mastersAreOdd, ['nodes', 'kubeadm.externalEtcd.endpoints']],
  [balancersShareAnAddress, ['nodes']],
  [endpointIsNotOneMaster, ['nodes']],
  [podsHaveANetwork, ['addons']],
]);

/**
 * What is wrong with a whole cluster beyond the shape of its file: errors and warnings, in no particular order. A rule that asks for
 * what was left out has no say: what it found could be gone once that is mended. Of an entry of a list that holds for this entry alone.
 */
export function clusterMistakes(given: Given, { leftOut, short }: Gaps): Diagnostic[] {
  if (leftOut.length === 0 && short.length === 0) return RULES.flatMap((rule) => rule(given));
  const shown = leftOut.flatMap((path) => [path, ...derivedFrom(path, given.file)]);
  return RULES.flatMap((rule) => {
    const lists = OF_ALL.get(rule) ?? [];
    if (short.some((path) => lists.includes(path.join('.')))) return [];
    const file = watch(given.file, leftOut);
    const cluster = watch(given.cluster, shown);
    const asked: Path[] = [];
    const found = rule({
      ...given,
      file: file.value,
      cluster: cluster.value,
      isWritten: (path) => {
        asked.push(...leftOut.filter((one) => isWithin(path, one)));
        return given.isWritten(path);
      },
    });
    const silent = [...file.touched(), ...cluster.touched(), ...asked].map((path) =>
      lists.includes(String(path[0])) ? [] : entryOf(path),
    );
    return found.filter(({ path }) => !silent.some((place) => isWithin(path, place)));
  });
}

/** The outermost entry of a list that a place is in; the top of the file for one in none. */
const entryOf = (path: Path): Path => path.slice(0, path.findIndex((step) => typeof step === 'number') + 1);
