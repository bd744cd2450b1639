import { kubeadmApi } from '../catalog/kubeadm.ts';
import { yamlText } from '../text/yaml.ts';
import { apiServerFiles } from './api-server-files.ts';
import { clusterConfiguration } from './cluster-configuration.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from './components.ts';
import {
  ADMINISTRATOR_FILE,
  INIT_FILE,
  JOIN_FILE,
  type KubeadmFile,
  type KubeadmFiles,
  type KubeadmInput,
} from './input.ts';
import {
  administratorConfiguration,
  ignoredPreflightErrors,
  initConfiguration,
  joinConfiguration,
} from './node.ts';
import { patchArgs, patchFiles } from './patches.ts';
import type { Values } from './values.ts';

/**
 * What `kubeadm init` and `kubeadm join` read on one machine, in the version of the configuration that its kubeadm takes.
 * Every machine gets a file to join by; the one that may start the cluster has one to do so, too. Pure. Throws where the
 * rules or the check of secrets should have spoken before: a minor that the catalog lacks, a key that is not there.
 */
export function kubeadmFiles(input: KubeadmInput): KubeadmFiles {
  const api = input.api ?? kubeadmApi(input.version);
  const isMaster = input.role === 'master';
  const args = [
    ...patchArgs(input),
    // v1beta1 has no field for these.
    ...(api === 'v1beta1' && ignoredPreflightErrors(input).length > 0
      ? [`--ignore-preflight-errors=${ignoredPreflightErrors(input).join(',')}`]
      : []),
  ];
  const init = (): KubeadmFile =>
    documents(INIT_FILE, [
      initConfiguration(input, api),
      clusterConfiguration(input, api),
      kubeletConfiguration(input),
      kubeProxyConfiguration(input),
    ]);
  return {
    secret: true,
    files: [
      ...(isMaster && input.initialiser ? [init()] : []),
      documents(JOIN_FILE, [joinConfiguration(input, api)]),
      ...(isMaster ? [documents(ADMINISTRATOR_FILE, administratorConfiguration(input, api), false)] : []),
      ...patchFiles(input),
      ...(isMaster ? apiServerFiles(input) : []),
    ],
    initArgs: isMaster && input.initialiser ? args : [],
    joinArgs: args,
  };
}

/** One YAML stream; `secret`: whether the token is in it. */
function documents(path: string, values: readonly Values[], secret = true): KubeadmFile {
  const text = `# Written by bake.\n${values.map(yamlText).join('---\n')}`;
  return { path, mode: '0600', text, secret };
}
