import fc from 'fast-check';
import type { MigrationRecord } from '../../main/domain/cloud.ts';
import type { DiskFile, DomainState, InstanceDirectory } from '../../main/domain/host.ts';
import type { CopyProcess, Evidence, OwnMigration, Side } from '../../main/domain/recovery/evidence.ts';
import { closeLook } from './close-look.ts';
import {
  AT_MS,
  compared,
  BASE,
  disk,
  disks,
  evidence,
  HOME,
  minutesAgo,
  record,
  RESIZE,
  side,
} from './recovery-evidence.ts';
import {
  atRest,
  copyDead,
  errorAtDestination,
  errorAtSource,
  finishDead,
  migrating,
  moved,
  verify,
} from './recovery-scenes.ts';
import { INSTANCES, onHost } from './samples.ts';

/** Any evidence that could be read, however unlikely: every field on its own, with the healthy value most often. */

export const HOSTS = ['hostA', 'hostB', 'hostC'] as const;
export const EPHEMERAL_BASE = `${INSTANCES}/_base/ephemeral_1_0706d66`;

function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const time = fc.constantFrom(
  minutesAgo(60),
  minutesAgo(6),
  minutesAgo(1),
  minutesAgo(4000),
  minutesAgo(-30),
  minutesAgo(60).replace('Z', ''),
  'never',
  '',
);
const host = fc.constantFrom('hostA', 'hostA', 'hostB', 'hostB', 'hostC', undefined);

function rootAt(path: string): fc.Arbitrary<DiskFile> {
  return fc
    .record({
      missing: mostly(false, true),
      problem: mostly(undefined, 'Permission denied'),
      allocatedBytes: mostly(51_000_000, 200_000),
      inode: fc.constantFrom(11, 22),
      isFlat: mostly(false, true),
    })
    .map(({ missing, problem, isFlat, ...more }) => {
      const made = disk('disk', path, { ...more, missing });
      if (problem !== undefined) return { ...made, problem, chain: [] };
      return isFlat
        ? { ...made, chain: [{ ...made.chain[0], path: made.path, backingPath: undefined } as never] }
        : made;
    });
}

function ephemeralAt(path: string): fc.Arbitrary<DiskFile> {
  return mostly(false, true).map((missing) => disk('disk.eph0', path, { base: EPHEMERAL_BASE, missing }));
}

function directoryAt(path: string): fc.Arbitrary<InstanceDirectory | undefined> {
  const given = fc
    .tuple(
      fc.option(rootAt(path), { nil: undefined, freq: 6 }),
      fc.option(ephemeralAt(path), { nil: undefined, freq: 2 }),
      mostly(undefined, disk('disk.swap', path)),
    )
    .map((all) =>
      disks(
        path,
        all.filter((each) => each !== undefined),
      ),
    );
  return fc.option(given, { nil: undefined, freq: 3 });
}

const copy: fc.Arbitrary<CopyProcess> = fc.record({
  pid: fc.constantFrom(1, 4711),
  command: fc.constantFrom('rsync', ''),
  ageSeconds: fc.constantFrom(0, 9000),
  writtenBytes: fc.constantFrom(undefined, 0, 1e9),
  recentBytes: fc.constantFrom(undefined, 0, 1e6),
  recentSeconds: fc.constantFrom(0, 2),
});

function sideOf(name: string): fc.Arbitrary<Side> {
  return fc
    .record({
      directory: directoryAt(HOME),
      resizeDirectory: directoryAt(RESIZE),
      domain: fc.constantFrom<DomainState>('absent', 'absent', 'shut off', 'shut off', 'running', 'paused'),
      isUnknown: mostly(false, false, false, true),
      openBy: mostly<readonly string[]>([], ['4711 rsync']),
      isUp: mostly(true, false),
      hasService: mostly(true, true, false),
      silent: mostly(undefined, undefined, undefined, 'connect ETIMEDOUT'),
      copies: fc.oneof(
        { weight: 6, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(copy, { minLength: 1, maxLength: 2 }) },
      ),
      computeStartedAtMs: fc.constantFrom(undefined, AT_MS - 1e10, AT_MS - 1_200_000, AT_MS - 30_000),
      logLines: fc.constantFrom(undefined, [], ['Unauthorized 401']),
      bases: fc.subarray([BASE, EPHEMERAL_BASE]),
      head: fc.constantFrom('a', 'b'),
      close: mostly<'yes' | 'no' | 'job'>('yes', 'no', 'job'),
      imagesType: mostly('default', 'default', 'rbd'),
      diskErrors: mostly('', 'vda: no space'),
    })
    .map(
      ({
        isUnknown,
        hasService,
        computeStartedAtMs,
        logLines,
        copies,
        diskErrors,
        close,
        head,
        silent,
        bases,
        isUp,
        imagesType,
        ...more
      }) => {
        const jobs = close === 'job' ? [{ target: undefined, kind: 'Unbounded' }] : [];
        const look = closeLook({
          jobs,
          bases: bases.map((path) => ({ ...disk('disk', HOME), path })),
          baseHeads: new Map([[EPHEMERAL_BASE, head]]),
        });
        const made = onHost(name, {
          ...more,
          ...(isUnknown && { domain: 'unknown' }),
        });
        const told = side(name, {
          isUp,
          imagesType,
          trouble: { computeStartedAtMs, logLines, copies, diskErrors },
          ...(silent !== undefined && { silent }),
        });
        const full: Side = told.told.known
          ? {
              ...told,
              told: {
                known: true,
                value: { ...told.told.value, instance: close === 'no' ? made : { ...made, close: look } },
              },
            }
          : told;
        return hasService ? full : { ...full, service: undefined };
      },
    );
}

const migration: fc.Arbitrary<MigrationRecord> = fc
  .record({
    status: fc.constantFrom(
      'finished',
      'finished',
      'error',
      'migrating',
      'post-migrating',
      'confirming',
      'confirmed',
      'reverting',
      'reverted',
      'pre-migrating',
      'running',
      'done',
    ),
    type: fc.constantFrom(
      'migration',
      'migration',
      'resize',
      'live-migration',
      'evacuation',
      'other',
      undefined,
    ),
    sourceCompute: mostly<string | undefined>('hostA', 'hostB', undefined),
    destCompute: mostly<string | undefined>('hostB', 'hostA', 'hostC', undefined),
    createdAt: time,
    updatedAt: fc.option(time, { nil: undefined }),
    uuid: mostly<string | undefined>('m1', undefined),
  })
  .map((more) => record(more));

const own: fc.Arbitrary<OwnMigration> = fc.record({
  id: fc.constant('own'),
  phase: fc.constant('awaiting-verdict'),
  isOpen: fc.boolean(),
  isProven: fc.boolean(),
  source: fc.constantFrom('hostA', 'hostB'),
  destination: fc.constantFrom('hostA', 'hostB'),
});

const paths = ['disk', 'disk.eph0'].flatMap((name) => [`${RESIZE}/${name}`, `${HOME}/${name}`]);
const comparison = fc.record({
  sourcePath: fc.constantFrom(...paths),
  destinationPath: fc.constantFrom(...paths.filter((path) => path.startsWith(`${HOME}/`))),
  equal: mostly(true, false),
  atMs: fc.constantFrom(AT_MS, AT_MS - 1000),
});

const STATES = [
  ['VERIFY_RESIZE', undefined],
  ['VERIFY_RESIZE', undefined],
  ['ERROR', undefined],
  ['ERROR', undefined],
  ['ERROR', 'resize_finish'],
  ['RESIZE', 'resize_prep'],
  ['RESIZE', 'resize_migrating'],
  ['RESIZE', 'resize_migrated'],
  ['RESIZE', 'resize_finish'],
  ['REVERT_RESIZE', 'resize_reverting'],
  ['MIGRATING', 'migrating'],
  ['ACTIVE', undefined],
  ['SHUTOFF', undefined],
  ['SHUTOFF', 'powering-on'],
  ['PAUSED', undefined],
  ['REBUILD', 'rebuilding'],
  ['SOMETHING_NEW', undefined],
] as const;

const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    state: fc.constantFrom(...STATES),
    host,
    updatedAt: time,
    powerState: fc.constantFrom(1, 4, undefined),
    locked: mostly<boolean | undefined>(false, true, undefined),
    imageId: mostly<string | undefined>('21308f7a-07a1-47b2-b2e2-b5ed66d3b36b', undefined),
    hypervisorHostname: mostly<string | undefined>('hostA', 'hostB', undefined),
    records: fc.oneof(
      { weight: 5, arbitrary: fc.array(migration, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    actions: fc.array(
      fc.constantFrom(
        'migrate',
        'confirmResize',
        'revertResize',
        'reset state',
        'reboot',
        'lock',
        'live-migration',
        'create',
      ),
      { maxLength: 3 },
    ),
    knowsActions: mostly(true, false),
    sides: fc.tuple(sideOf('hostA'), sideOf('hostB'), sideOf('hostC')),
    hasThird: mostly(false, true),
    image: fc.constantFrom('there' as const, 'gone' as const, 'none' as const),
    isOtherImage: mostly(false, true),
    allocations: fc.record({
      ofServer: fc.array(fc.constantFrom('hostA', 'hostB', 'hostA:NIC'), { maxLength: 2 }),
      ofMigration: fc.array(fc.constantFrom('hostA', 'hostB'), { maxLength: 1 }),
    }),
    isAroundKnown: mostly(true, false),
    own: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(own, { maxLength: 2 }) },
    ),
    comparisons: fc.array(comparison, { maxLength: 4 }),
  })
  .map(({ state, host: at, updatedAt, powerState, locked, imageId, hypervisorHostname, ...of }): Evidence => {
    const made = evidence({
      server: {
        status: state[0],
        taskState: state[1],
        host: at,
        updatedAt,
        powerState,
        locked,
        imageId,
        hypervisorHostname,
      },
      records: of.records,
      actions: of.actions,
      image: of.image,
      allocations: of.isAroundKnown
        ? { known: true, value: of.allocations }
        : { known: false, why: 'forbidden' },
      own: of.own,
      comparisons: of.comparisons,
    });
    return {
      ...made,
      sides: of.sides.slice(0, of.hasThird ? 3 : 2),
      ...(of.isOtherImage && { imageBaseName: 'another' }),
      ...(!of.knowsActions && { actions: { known: false, why: 'forbidden' } }),
      ...(!of.isAroundKnown && {
        ports: { known: false, why: 'forbidden' },
        volumes: { known: false, why: 'forbidden' },
      }),
    };
  });

const SCENES = [
  verify(),
  verify(compared(true)),
  verify({ hostB: { domain: 'running' } }),
  copyDead(),
  finishDead(),
  errorAtSource(),
  errorAtDestination(),
  migrating(),
  atRest(),
  moved(),
];

/** One of the usual states, with something about it that is not usual. */
const nearScene: fc.Arbitrary<Evidence> = fc
  .record({
    scene: fc.constantFrom(...SCENES),
    any: anyEvidence,
    changes: fc.record({
      server: mostly(false, false, true),
      records: mostly(false, false, true),
      actions: mostly(false, true),
      hostA: mostly(false, true),
      hostB: mostly(false, true),
      own: mostly(false, false, true),
      comparisons: fc.boolean(),
    }),
  })
  .map(({ scene, any, changes }) => ({
    ...scene,
    ...(changes.server && { server: any.server }),
    ...(changes.records && { records: any.records }),
    ...(changes.actions && { actions: any.actions }),
    ...(changes.own && { own: any.own }),
    ...(changes.comparisons && { comparisons: any.comparisons }),
    sides: scene.sides.map((side, index) =>
      (index === 0 ? changes.hostA : changes.hostB) ? (any.sides[index] ?? side) : side,
    ),
  }));

export const randomEvidence: fc.Arbitrary<Evidence> = fc.oneof(anyEvidence, nearScene);
