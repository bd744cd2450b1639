import { isAddress } from '../cluster/addresses.ts';
import type { Proxy } from '../cluster/cluster.ts';
import { isDirect, noProxyOf } from '../cluster/no-proxy.ts';
import type { RuntimeFacts } from '../kubeadm/input.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import { shellQuote } from '../text/shell.ts';
import { uriPart } from '../text/uri.ts';
import type { MachineInput } from './machine.ts';
import type { PlacedFile } from './placed-files.ts';

/** What fetches images, and what asks it to. A balancer fetches none. */
const PROXIED: Readonly<Record<RuntimeFacts['engine'], readonly string[]>> = {
  containerd: ['containerd.service', 'kubelet.service'],
  docker: ['docker.service', 'cri-docker.service', 'kubelet.service'],
};

/** What asks repositories by itself (packages dnf and dnf-automatic). */
const DNF_UNITS = ['dnf-makecache.service', 'dnf-automatic.service'];

/** The variables, for systemd and shells alike (systemd.exec(5), EnvironmentFile). */
const VARIABLES = '/etc/bake/proxy.env';

type Input = Pick<
  MachineInput,
  'cluster' | 'secrets' | 'role' | 'kubernetes' | 'packageManager' | 'packageHosts'
>;

/**
 * How the cluster's proxy is told to apt or to dnf's unattended runs (by hand it has the shell's), to what pulls images, to what masters look after and to shells. Empty where there is none.
 * With a password in it root alone reads it: units name the file, since what stands in a unit is shown to everybody, and other
 * people's shells do without.
 */
export function proxyFiles(input: Input): PlacedFile[] {
  const { proxy } = input.cluster;
  if (!proxy) return [];
  const mode = proxy.credentials === undefined ? '0644' : '0600';
  const units = proxiedUnits(input);
  const text = proxyVariables(input).map(([name, value]) => `${name}=${shellQuote(value)}\n`);
  return [
    file(VARIABLES, mode, `# Written by bake.\n${text.join('')}`, units),
    ...(input.packageManager === 'apt'
      ? [file('/etc/apt/apt.conf.d/80bake-proxy', mode, aptConfiguration(input, proxy))]
      : []),
    file('/etc/profile.d/bake-proxy.sh', '0644', FOR_SHELLS),
    ...[
      ...units,
      ...(input.role === 'master' ? ['bake-upkeep.service'] : []),
      ...(input.packageManager === 'dnf' ? DNF_UNITS : []),
    ].map((unit) => file(`/etc/systemd/system/${unit}.d/http-proxy.conf`, '0644', FOR_UNITS, [unit])),
  ];
}

const proxiedUnits = ({ kubernetes }: Input): readonly string[] =>
  kubernetes ? PROXIED[kubernetes.runtime.engine] : [];

/** Capital and small letters: Go's programs read both, curl small ones for http, others capital ones. */
export function proxyVariables({
  cluster,
  secrets,
}: Pick<Input, 'cluster' | 'secrets'>): [string, SecretText][] {
  const { proxy } = cluster;
  if (!proxy) return [];
  const values: readonly (readonly [string, SecretText | undefined])[] = [
    ['HTTP_PROXY', addressOf(proxy.http, proxy, secrets)],
    ['HTTPS_PROXY', addressOf(proxy.https, proxy, secrets)],
    ['NO_PROXY', noProxyOf(cluster).join(',')],
  ];
  return values.flatMap(([name, value]): [string, SecretText][] =>
    value === undefined
      ? []
      : [
          [name, value],
          [name.toLowerCase(), value],
        ],
  );
}

/** With the credentials in it, percent-encoded (RFC 3986). */
function addressOf(
  address: string | undefined,
  { credentials }: Proxy,
  { proxies }: Input['secrets'],
): SecretText | undefined {
  const login = credentials === undefined ? undefined : proxies?.[credentials];
  if (address === undefined || !login) return address;
  const [scheme = '', rest = ''] = address.split('//');
  return `${scheme}//${uriPart(login.username)}:${uriPart(login.password)}@${rest}`;
}

/**
 * apt.conf(5): a proxy for one scheme is none for the other, and hosts that are reached directly are named one by one: those that the
 * profile takes packages from, and those that the cluster file names.
 */
function aptConfiguration({ cluster, secrets, packageHosts }: Input, proxy: Proxy): SecretText {
  const noProxy = noProxyOf(cluster);
  const named = proxy.noProxy.filter((one) => isAddress(one) || /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(one));
  const direct = new Set([...packageHosts.filter((host) => isDirect(noProxy, host)), ...named]);
  const lines = (['http', 'https'] as const).flatMap((scheme) => {
    const key = `Acquire::${scheme}::Proxy`;
    return [
      `${key} "${addressOf(proxy[scheme], proxy, secrets) ?? 'DIRECT'}";\n`,
      ...[...direct].map((host) => `${key}::${host} "DIRECT";\n`),
    ];
  });
  return `// Written by bake.\n${lines.join('')}`;
}

const FOR_SHELLS = `# Written by bake: the way out, for shells. sudo -i has it, sudo alone has not.
if [ -r ${VARIABLES} ]; then
  set -a
  . ${VARIABLES}
  set +a
fi
`;

/** A reset that is interrupted may have taken the variables and left this. */
const FOR_UNITS = `# Written by bake.\n[Service]\nEnvironmentFile=-${VARIABLES}\n`;

const file = (path: string, mode: string, text: SecretText, units: readonly string[] = []): PlacedFile => ({
  path,
  mode,
  owner: 'root',
  group: 'root',
  text,
  units,
});
