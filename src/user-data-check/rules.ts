import { includesAreAddresses } from './forms/include.ts';
import { variablesOutsideTemplates } from './forms/template.ts';
import { accountsLetPeopleIn } from './rules/accounts-let-people-in.ts';
import { bootScriptsCanRun } from './rules/boot-scripts-can-run.ts';
import { bootcmdRunsFirst } from './rules/bootcmd-runs-first.ts';
import { commandsDoWhatTheySay, scriptsDoWhatTheySay } from './rules/commands-do-what-they-say.ts';
import { commandsEndWell, scriptsEndWell } from './rules/commands-end-well.ts';
import { downloadsAreChecked, scriptDownloadsAreChecked } from './rules/downloads-are-checked.ts';
import { filesAreAsMeant } from './rules/files-are-as-meant.ts';
import { filesComeAtTheRightTime } from './rules/files-come-at-the-right-time.ts';
import { filesAreWrittenOnce } from './rules/files-are-written-once.ts';
import { groupsComeBeforeUsers } from './rules/groups-come-before-users.ts';
import { imageSettingsAreRead } from './rules/image-settings-are-read.ts';
import { kubeletGetsNoSwap } from './rules/kubelet-gets-no-swap.ts';
import { mountsMayFail } from './rules/mounts-may-fail.ts';
import { namesExist } from './rules/names-exist.ts';
import { packagesHaveTheirSource } from './rules/packages-have-their-source.ts';
import { partsKeepTheirKeys } from './rules/parts-keep-their-keys.ts';
import { phoneHomeKnowsWho } from './rules/phone-home-knows-who.ts';
import type { ConfigRule, PartRule } from './rules/rule.ts';
import { passwordsAreHashed, secretsStayAway } from './rules/secrets-stay-away.ts';
import { sourcesAreSigned } from './rules/sources-are-signed.ts';

export const CONFIG_RULES: readonly ConfigRule[] = [
  accountsLetPeopleIn,
  bootScriptsCanRun,
  bootcmdRunsFirst,
  commandsDoWhatTheySay,
  commandsEndWell,
  downloadsAreChecked,
  filesAreAsMeant,
  filesComeAtTheRightTime,
  filesAreWrittenOnce,
  groupsComeBeforeUsers,
  imageSettingsAreRead,
  kubeletGetsNoSwap,
  mountsMayFail,
  namesExist,
  packagesHaveTheirSource,
  partsKeepTheirKeys,
  passwordsAreHashed,
  phoneHomeKnowsWho,
  sourcesAreSigned,
];

export const PART_RULES: readonly PartRule[] = [
  secretsStayAway,
  scriptsDoWhatTheySay,
  scriptsEndWell,
  scriptDownloadsAreChecked,
  (part) => (/^text\/x-include/.test(part.type) ? includesAreAddresses(part) : []),
  (part) => (part.isTemplate ? [] : variablesOutsideTemplates(part.source)),
];
