import { distributionHasRuntime } from '../../src/validate/rules/runtime-comes-from-source.ts';
import {
  packagesHaveNamesOfTheSystem,
  repositoryHasSuites,
  standInsArePackages,
  systemBalances,
  systemBootstraps,
} from '../../src/validate/rules/system-can-do-it.ts';
import { ruleCases } from './table.ts';

const os = 'rocky-9';
const own = {
  url: 'https://repo.example.com/{minor}/rpm/',
  keyUrl: 'https://repo.example.com/key.asc',
  fingerprint: 'A'.repeat(40),
};

ruleCases('the distribution has the runtime', distributionHasRuntime, [
  { name: 'Debian’s', profile: { runtime: { source: 'distribution' } }, says: [] },
  { name: 'Rocky’s, unless told otherwise, is Docker’s', profile: { os }, says: [] },
  { name: 'upstream', profile: { os, runtime: { source: 'upstream' } }, says: [] },
  {
    name: 'Rocky’s own',
    profile: { os, runtime: { source: 'distribution' } },
    says: ['error B405 runtime.source'],
    message: /Rocky Linux 9 has no containerd/,
  },
]);

ruleCases('stand-ins are packages', standInsArePackages, [
  { name: 'of Debian', profile: {}, standIn: true, says: [] },
  { name: 'none asked for', profile: { os }, says: [] },
  { name: 'of Rocky', profile: { os }, standIn: true, says: ['error B409 os'] },
]);

ruleCases('the system bootstraps', systemBootstraps, [
  { name: 'Debian', profile: { image: { base: 'bootstrap' } }, says: [] },
  { name: 'Rocky, unless told otherwise, is the vendor’s', profile: { os }, says: [] },
  { name: 'the vendor’s', profile: { os, image: { base: 'vendor' } }, says: [] },
  { name: 'Rocky', profile: { os, image: { base: 'bootstrap' } }, says: ['error B409 image.base'] },
]);

ruleCases('the system balances', systemBalances, [
  { name: 'nginx on Debian', profile: { extends: 'haproxy', balancer: { engine: 'nginx' } }, says: [] },
  { name: 'haproxy on Rocky', profile: { extends: 'haproxy', os }, says: [] },
  {
    name: 'nginx on Rocky',
    profile: { extends: 'haproxy', os, balancer: { engine: 'nginx' } },
    says: ['error B409 balancer.engine'],
  },
]);

ruleCases('the repository has suites', repositoryHasSuites, [
  { name: 'of apt', profile: { kubernetes: { source: { ...own, suite: 'stable' } } }, says: [] },
  { name: 'none', profile: { os, kubernetes: { source: own } }, says: [] },
  {
    name: 'of dnf',
    profile: { os, kubernetes: { source: { ...own, suite: 'stable', components: ['main'] } } },
    says: ['error B403 kubernetes.source.suite', 'error B403 kubernetes.source.components'],
  },
]);

ruleCases('packages have names of the system', packagesHaveNamesOfTheSystem, [
  { name: 'Debian’s', profile: { packages: ['libstdc++6', 'linux-image-6.12'] }, says: [] },
  { name: 'RPMs', profile: { os, packages: ['NetworkManager-tui', 'perl-B_x'] }, says: [] },
  {
    name: 'an RPM on Debian',
    profile: { packages: ['tcpdump', 'NetworkManager-tui'] },
    says: ['error B203 packages.1'],
    message: /^no package of Debian 13 \(trixie\) is called "NetworkManager-tui"/,
  },
]);
