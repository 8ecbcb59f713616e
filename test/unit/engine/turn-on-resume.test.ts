import { expect, onTestFinished, test } from 'vitest';
import type { NewFact } from '../../../main/domain/facts.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { createEvents } from '../../../main/engine/events.ts';
import { createLimits } from '../../../main/engine/limits.ts';
import { createMigrations } from '../../../main/engine/migrations.ts';
import { plan } from '../../support/samples.ts';
import { standInPorts, steppedClock, writeJournal } from '../../support/stand-in-ports.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const STOPPED: readonly NewFact[] = [
  { type: 'locked' },
  { type: 'base-staged', path: plan().bases[0]?.path ?? '', bytes: 1, seconds: 1, digest: 'd' },
  { type: 'stop-begun' },
  { type: 'stopped', how: 'graceful' },
];
const FROZEN: readonly NewFact[] = [
  ...STOPPED,
  { type: 'disk-flattened', disk: 'disk.eph0', bytes: 1, seconds: 1, keptPath: '/k' },
  { type: 'frozen', files: [] },
];
const copied = (disk: string): NewFact => ({ type: 'disk-copied', disk, bytes: 1, seconds: 1 });
const HANDED: readonly NewFact[] = [
  ...FROZEN,
  { type: 'hand-over-begun', lastRecordId: 4 },
  { type: 'handed-over', requestId: undefined, running: true, novaCopiedBytes: 0, recordId: 7 },
];

/** Whether a migration that stopped after these facts begins although the only place is taken. */
async function beginsAtOnce(facts: readonly NewFact[]): Promise<boolean> {
  const clock = steppedClock();
  let begun = (): void => undefined;
  const asked = new Promise<true>((resolve) => {
    begun = () => {
      resolve(true);
    };
  });
  const { ports, journals, lines } = standInPorts(temporaryDirectory(), clock, {
    hypervisors: (signal) => {
      begun();
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new Failure('cancelled', 'stopped'));
        });
      });
    },
  });
  await writeJournal(journals, ID, facts);
  const limits = createLimits({ perSource: 1, perDestination: 1, total: 1 });
  let leave = (): void => undefined;
  const other = limits.within(
    'hostA',
    'hostB',
    new AbortController().signal,
    () =>
      new Promise<void>((resolve) => {
        leave = resolve;
      }),
  );
  const events = createEvents(clock);
  const migrations = createMigrations({ ports, events, limits, who: 'a test', pollMs: 1 });
  onTestFinished(async () => {
    leave();
    await other;
    await migrations.close();
  });
  await migrations.resume(ID);
  const waits = expect.poll(() => lines.some(({ message }) => message.startsWith('waiting for its turn')));
  const atOnce = await Promise.race([asked, waits.toBe(true).then(() => false)]);
  if (!atOnce) {
    leave();
    await asked;
  }
  return atOnce;
}

test.each([
  ['stage', [{ type: 'locked' } as const]],
  ['prepare', STOPPED],
  ['copy', FROZEN],
  ['verify', [...FROZEN, copied('disk'), copied('disk.eph0')]],
])('one that has to %s when it is resumed waits for its turn', async (_what, facts) => {
  expect(await beginsAtOnce(facts)).toBe(false);
});

test.each<[string, readonly NewFact[]]>([
  ['Nova', [...FROZEN, { type: 'placed' }, { type: 'hand-over-begun', lastRecordId: 4 }]],
  ['the proof', HANDED],
  [
    'a confirm',
    [
      ...HANDED,
      { type: 'proven', proofs: [{ name: 'content', ok: true, said: '' }] },
      { type: 'verdict', choice: 'confirm', by: 'a test' },
    ],
  ],
  ['the way back', [{ type: 'locked' }, { type: 'cancelled', by: 'a test' }]],
])('one that waits for %s takes no turn', async (_what, facts) => {
  expect(await beginsAtOnce(facts)).toBe(true);
});

test('one that is off goes before those that still run', async () => {
  const limits = createLimits({ perSource: 1, perDestination: 1, total: 1 });
  const { signal } = new AbortController();
  const order: string[] = [];
  let leave = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const take = (name: string, first: boolean) =>
    limits.within(
      'a',
      'x',
      signal,
      async () => {
        order.push(name);
        await held;
      },
      { first, waits: () => order.push(`${name} waits`) },
    );
  const all = [take('1', false), take('runs', false), take('off', true)];
  leave();
  await Promise.all(all);
  expect(order).toEqual(['1', 'runs waits', 'off waits', 'off', 'runs']);
});
