/** Which folder may import which. `npm run layers` checks it; the reasons are printed with a violation. */
const floor = 'source|diagnostics|units|text|catalog|profile';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A circle has no first part to read. Type imports may meet: they are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'io-at-the-edge',
      comment:
        'The compiler is pure: files, processes and the network are reached in adapters and at the command line only.',
      severity: 'error',
      from: {
        path: `^src/(${floor}|load|validate|resolve|cluster|steps|plan|emit|kubeadm|balancer|secrets)/|^src/(compile|build/formats/ovf).ts`,
      },
      to: { path: '^(node:)?(fs|child_process|http|https|os|process)(/|$)|node_modules/(execa|undici)/' },
    },
    {
      name: 'floor-imports-nothing-above',
      comment: 'The floor is what everything else is described with; it must not know who describes.',
      severity: 'error',
      from: { path: `^src/(${floor})/` },
      to: {
        path: '^src/(load|validate|resolve|steps|plan|emit|build|verify|doctor|adapters|cli)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'kinds-only-through-their-index',
      comment:
        'A stage that imports a single kind would treat it specially. (Names that two files share come from the kind.)',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/steps/' },
      to: {
        path: '^src/steps/',
        pathNot: '^src/steps/(index|kind|check|container-images|first-boot|stand-in|registry-login).ts$',
      },
    },
    {
      name: 'stages-in-order',
      comment: 'A stage does not call a later one: compile.ts puts them together.',
      severity: 'error',
      from: { path: '^src/(load|validate|resolve)/' },
      to: { path: '^src/(plan|emit|build|verify)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'plan-does-not-emit',
      comment: 'A plan is data; the same plan becomes many texts.',
      severity: 'error',
      from: { path: '^src/plan/' },
      to: { path: '^src/(emit|build|verify|adapters|cli)/' },
    },
    {
      name: 'only-cli-sees-cli',
      comment: 'Tests, services and other programs call the parts; nothing calls the command line.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'adapters-have-no-decisions',
      comment: 'A decision in an adapter can’t be tested without a machine.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/(load|validate|emit|build|verify|cli)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'What nothing imports is not needed.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'not-to-dev-dependencies',
      comment: 'What is shipped may use only what is installed with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
  },
};
