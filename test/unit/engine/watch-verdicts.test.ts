import { expect, onTestFinished, test } from 'vitest';
import type { Cloud, MigrationRecord, Server } from '../../../main/domain/cloud.ts';
import type { Fact, NewFact } from '../../../main/domain/facts.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { createEvents } from '../../../main/engine/events.ts';
import { createLimits } from '../../../main/engine/limits.ts';
import { createMigrations, type Migrations } from '../../../main/engine/migrations.ts';
import { watchVerdicts } from '../../../main/engine/watch-verdicts.ts';
import { server } from '../../support/samples.ts';
import { standInPorts, steppedClock, writeJournal, type StandIn } from '../../support/stand-in-ports.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const DUE: readonly NewFact[] = [
  { type: 'locked' },
  { type: 'hand-over-begun', lastRecordId: 4 },
  { type: 'handed-over', requestId: undefined, running: true, novaCopiedBytes: 0, recordId: 7 },
  { type: 'proven', proofs: [{ name: 'content', ok: true, said: '' }] },
];
const waiting = server({ status: 'VERIFY_RESIZE', host: 'hostB', locked: true });
const gone = new Failure('cloud.not-found', 'Nova knows no such instance');

interface Bench extends StandIn {
  readonly migrations: Migrations;
  readonly seen: { now: Server | Failure; records: readonly Pick<MigrationRecord, 'id' | 'status'>[] };
  /** Ends the pause, and settles when the next look is over. */
  look(): Promise<void>;
  last(): Promise<Fact['type'] | undefined>;
}

/** A migration that waits for its verdict, and has been looked at once. */
async function watched(cloud: Partial<Cloud> = {}): Promise<Bench> {
  const clock = steppedClock();
  const seen: Bench['seen'] = { now: waiting, records: [{ id: 7, status: 'finished' }] };
  const standIn = standInPorts(temporaryDirectory(), clock, {
    server: () => (seen.now instanceof Failure ? Promise.reject(seen.now) : Promise.resolve(seen.now)),
    migrationRecords: () => Promise.resolve(seen.records as readonly MigrationRecord[]),
    unlock: () => Promise.resolve({ requestId: undefined }),
    ...cloud,
  });
  await writeJournal(standIn.journals, ID, DUE);
  const { ports } = standIn;
  const limits = createLimits({ perSource: 1, perDestination: 1, total: 1 });
  const events = createEvents(clock);
  const migrations = createMigrations({ ports, events, limits, who: 'a test', pollMs: 1 });
  const end = watchVerdicts({ ports, migrations, cloud: 'lab', everyMs: 20_000 });
  onTestFinished(async () => {
    await end();
    await migrations.close();
  });
  const paused = () => expect.poll(clock.waiting).toBe(1);
  await paused();
  return {
    ...standIn,
    migrations,
    seen,
    async look() {
      clock.step();
      await paused();
    },
    last: async () => (await standIn.journals.read(ID)).facts.at(-1)?.type,
  };
}

test.each([
  ['confirm', server({ host: 'hostB' }), 'confirmed'],
  ['revert', server({ host: 'hostA' }), 'reverted'],
])('a %s by somebody else is written down and brought to its end', async (choice, now, phase) => {
  const bench = await watched();
  Object.assign(bench.seen, { now, records: [{ id: 7, status: phase }] });
  await bench.look();
  await expect.poll(() => bench.migrations.show(ID)).toMatchObject({ phase, active: false });
  const { facts } = await bench.journals.read(ID);
  expect(facts.slice(DUE.length + 1).map((fact) => fact.type)).toEqual([
    'decided-elsewhere',
    phase,
    'tidied',
  ]);
  expect(facts).toContainEqual(expect.objectContaining({ choice }));
});

test('one that was deleted is over; nothing is started or given a verdict', async () => {
  const bench = await watched();
  bench.seen.now = gone;
  await bench.look();
  await expect
    .poll(() => bench.migrations.show(ID))
    .toMatchObject({
      phase: 'failed',
      active: false,
      outcome: 'The instance was deleted meanwhile.',
    });
});

test('a login that does not see its hosts has not seen that it was deleted', async () => {
  const bench = await watched({ hypervisors: () => Promise.resolve([]) });
  bench.seen.now = gone;
  for (let times = 0; times < 4; times += 1) await bench.look();
  expect(await bench.last()).toBe('proven');
  expect(bench.lines.map(({ message }) => message)).toEqual([
    'something happened to the instance, and nothing was written down: Nova knows no such instance; nor does this login see both of its hosts',
  ]);
});

test('one that was migrated again is left alone, and told once', async () => {
  const bench = await watched();
  Object.assign(bench.seen, { now: server({ host: 'hostC' }), records: [{ id: 8, status: 'confirmed' }] });
  for (let times = 0; times < 4; times += 1) await bench.look();
  expect(await bench.last()).toBe('proven');
  expect(bench.lines.map(({ message }) => message)).toEqual([
    expect.stringContaining('somebody migrated the instance again'),
  ]);
});

test('an ill cloud is told once, and looked at again', async () => {
  const bench = await watched();
  bench.seen.now = new Failure('cloud.unreachable', 'no answer');
  for (let times = 0; times < 3; times += 1) await bench.look();
  expect(bench.lines.map(({ message }) => message)).toEqual([
    'a verdict given elsewhere cannot be noticed now: no answer; looking again every 20 s',
  ]);
  Object.assign(bench.seen, { now: server({ host: 'hostB' }), records: [{ id: 7, status: 'confirmed' }] });
  await bench.look();
  await expect.poll(() => bench.last()).toBe('tidied');
});

test('while another Coldhaul has the journal, and after it has decided, nothing is written', async () => {
  const bench = await watched();
  const journal = await bench.journals.open(ID);
  Object.assign(bench.seen, { now: server({ host: 'hostB' }), records: [{ id: 7, status: 'confirmed' }] });
  await bench.look();
  expect(await bench.last()).toBe('proven');
  await journal.append({ type: 'verdict', choice: 'confirm', by: 'the command line', atMs: 9000 });
  await journal.close();
  await bench.look();
  expect([await bench.last(), bench.lines]).toEqual(['verdict', []]);
});

test('as long as nothing is decided, the journal is free for others', async () => {
  const bench = await watched();
  await bench.look();
  const journal = await bench.journals.open(ID);
  await journal.close();
  expect(await bench.last()).toBe('proven');
});
