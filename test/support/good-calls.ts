import type { Asked, CallName } from '../../main/contract/ipc.ts';

const ID = '8a4c2f0e-0000-4000-8000-000000000001';
const values: Asked<'settings.write'>['values'] = {
  ssh: { configFile: '/c', user: 'u', port: 22, identityFile: '/k', becomeRoot: 'sudo' },
  hosts: {
    address: 'host-ip',
    rules: [{ match: 'c*', address: 'a', port: 22, user: 'u', alias: 'x' }],
    overrides: { one: { address: 'a', port: 22, user: 'u', alias: 'x' } },
  },
  limits: { perSource: 1, perDestination: 1, total: 1 },
  bandwidthMibPerSecond: 1,
  reserveGib: 1,
  stopTimeoutSeconds: 1,
  pollMs: 1,
  nova: { user: 'nova', configFiles: ['/n'], instancesPath: '/i', stopNewsSeconds: 1 },
};

/** An input of every call, with all that it may have. */
export const GOOD_CALLS: { readonly [K in CallName]: Required<Asked<K>> } = {
  'inventory.read': { host: 'h', onHosts: false },
  'plan.make': {
    server: 's',
    destination: 'h',
    route: 'seed',
    limitMibPerSecond: 1,
    stopTimeoutSeconds: 1,
    digest: 'sha256sum',
    codec: 'zstd',
    ask: ID,
  },
  'plan.stop': { ask: ID },
  'migration.start': { planId: ID, acknowledged: ['a'], by: 'me' },
  'migration.show': { id: ID },
  'migration.resume': { id: ID },
  'migration.pause': { id: ID, by: 'me' },
  'migration.cancel': { id: ID, by: 'me' },
  'migration.confirm': { id: ID, by: 'me' },
  'migration.revert': { id: ID, by: 'me' },
  'migration.limit': { id: ID, limitMibPerSecond: 1 },
  'migration.report': { id: ID },
  'migration.report-file': { id: ID, format: 'json' },
  'recovery.stuck': {},
  'recovery.diagnose': { server: 's' },
  'recovery.step': { server: 's', key: 'k' },
  'recovery.record-file': { server: 's' },
  'doctor.run': { hosts: ['h'] },
  'desk.read': {},
  'clouds.find': {},
  'clouds.open': { name: 'n' },
  'clouds.import': { fileName: 'f', text: 't', secret: 's' },
  'clouds.secret': { name: 'n', secret: 's' },
  'clouds.remove': { name: 'n' },
  'question.answer': { id: ID, accepted: true, passphrase: 'p' },
  'settings.read': {},
  'settings.write': { values },
  'log.read': { migration: ID, before: 1, limit: 1 },
  'samples.read': { migration: ID },
};
