import { quote } from '../../diagnostics/printable.ts';
import { sayOf } from '../finding.ts';
import { scriptOfPart } from '../shell.ts';
import { commandsOf } from '../shell.ts';
import { bringsSources, packagesOf } from './packages.ts';
import type { ConfigRule } from './rule.ts';
import { writtenFiles } from './written-files.ts';

/** Packages that no distribution has; their makers' installation pages say which source. */
const FROM_ELSEWHERE =
  /^(?:docker-ce(?:-.*)?|docker-(?:buildx|compose)-plugin|containerd\.io|kube(?:let|adm|ctl)|kubernetes-cni|cri-(?:o|tools)|terraform|vault|consul|nomad|packer|grafana|gitlab-(?:ce|ee|runner)|elasticsearch|kibana|filebeat|logstash|mongodb-org.*|google-(?:chrome-stable|cloud-cli|cloud-sdk)|azure-cli|tailscale|nvidia-container-toolkit|datadog-agent|influxdb2?|telegraf|code|gh)$/;
const ADDS_A_SOURCE =
  /sources\.list|yum\.repos\.d|add-apt-repository|apt-key\s+add|config-manager\s+--add-?repo|zypper\s+(?:ar|addrepo)|setup_\d+\.x/;

/** Packages are installed before runcmd and scripts run, so a source that these add comes too late. (config/cloud.cfg.tmpl) */
export const packagesHaveTheirSource: ConfigRule = (config, { parts, configs }) => {
  if (
    configs.some((one) =>
      bringsSources(
        one,
        writtenFiles(one).map(({ name }) => name),
      ),
    )
  )
    return [];
  const late = [
    ...configs
      .flatMap(commandsOf)
      .filter(({ key }) => key === 'runcmd')
      .flatMap(({ words, script }) => words ?? script?.lines ?? []),
    ...parts
      .filter(({ type }) => type === 'text/x-shellscript')
      .flatMap((part) => scriptOfPart(part)?.lines ?? []),
  ];
  if (!late.some((line) => ADDS_A_SOURCE.test(line))) return [];
  return packagesOf(config)
    .filter(({ name }) => FROM_ELSEWHERE.test(name))
    .map(({ name, path }) =>
      sayOf(config, 'B709', path, `${quote(name)} is installed before runcmd and scripts add its source`, {
        severity: 'error',
        hint: 'give the source to apt: sources: or yum_repos:, or install it in runcmd',
      }),
    );
};
