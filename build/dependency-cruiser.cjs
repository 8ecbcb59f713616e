/** The walls of docs/adr/0001: who may import whom. Each rule was seen to fire on a broken import. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-domain',
      severity: 'error',
      from: { path: '^main/domain/' },
      to: { pathNot: '^main/domain/' },
    },
    {
      name: 'contract-imports-domain',
      severity: 'error',
      from: { path: '^main/contract/' },
      to: { pathNot: '^(main/(domain|contract)/|node_modules/zod/)' },
    },
    {
      name: 'services-look-down',
      severity: 'error',
      from: { path: '^main/services/' },
      to: { path: '^main/(?!domain/|services/)' },
    },
    {
      name: 'services-are-islands',
      severity: 'error',
      from: { path: '^main/services/([^/]+)/' },
      to: { path: '^main/services/', pathNot: '^main/services/($1|system|jobs)/' },
    },
    {
      name: 'engine-uses-ports',
      severity: 'error',
      from: { path: '^main/engine/(?!compose\\.ts)' },
      to: { path: '^main/(?!domain/|contract/|engine/)' },
    },
    {
      name: 'host-has-no-services',
      severity: 'error',
      from: { path: '^main/host/' },
      to: { path: '^main/(services|electron)/' },
    },
    {
      name: 'desk-stands-on-the-engine',
      severity: 'error',
      from: { path: '^main/desk/' },
      to: { path: '^main/(?!domain/|contract/|desk/|engine/compose\\.ts|services/)' },
    },
    {
      name: 'desk-is-wired-in-one-place',
      severity: 'error',
      from: { path: '^main/desk/(?!open-desk\\.ts)' },
      to: { path: '^main/services/' },
    },
    {
      name: 'desk-is-for-its-hosts',
      severity: 'error',
      from: { path: '^(main|preload|renderer)/', pathNot: '^main/((app|web)\\.ts|(desk|electron|web)/)' },
      to: { path: '^main/desk/' },
    },
    {
      name: 'electron-in-the-shell-only',
      severity: 'error',
      from: { pathNot: '^(main/app\\.ts|main/electron/|preload/index\\.ts|test/e2e/)' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    {
      name: 'page-sees-the-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main/(?!contract/)|preload/)' },
    },
    {
      name: 'page-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '(\\.d\\.ts|env)$' }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'test/tsconfig.json' },
  },
};
