import type { Diagnostic } from '../diagnostics/diagnostic.ts';
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
  nothingIsShared,
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
  timesAreShort,
  statisticsStayAtHome,
];

/** What is wrong with a whole cluster beyond the shape of its file: errors and warnings, in no particular order. */
export function clusterMistakes(given: Given): Diagnostic[] {
  return RULES.flatMap((rule) => rule(given));
}
