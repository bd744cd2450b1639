import type { Host } from './host.ts';

const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'];

/** The whole environment of every tool of a build. Of the building machine's own only proxies are taken over. */
export function buildEnvironment(host: Host): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    DEBIAN_FRONTEND: 'noninteractive',
    BAKE_EVENTS: '1',
  };
  for (const name of PROXIES.flatMap((proxy) => [proxy, proxy.toUpperCase()])) {
    const value = host.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
