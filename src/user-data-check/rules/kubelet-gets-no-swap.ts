import { sayOf } from '../finding.ts';
import { commandsOf } from '../shell.ts';
import { packagesOf } from './packages.ts';
import { mappingOf, type ConfigRule } from './rule.ts';

/** The kubelet does not start where there is swap, unless told to. (KubeletConfiguration, failSwapOn) */
export const kubeletGetsNoSwap: ConfigRule = (config, { configs }) => {
  const { size } = mappingOf(config.value['swap']);
  if (size === undefined || size === 0 || size === '0') return [];
  const texts = configs.flatMap((one) => [
    ...packagesOf(one).map(({ name }) => name),
    ...commandsOf(one).flatMap(({ words, script }) => words ?? script?.lines ?? []),
  ]);
  if (!texts.some((text) => /\bkube(?:let|adm)\b/.test(text))) return [];
  return [
    sayOf(config, 'B713', ['swap'], 'the kubelet does not start where there is swap', {
      at: 'key',
      hint: 'delete it, or set failSwapOn: false',
    }),
  ];
};
