import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../main/contract/ipc.ts';
import type { MigrationView } from '../../../main/contract/views.ts';
import { createEngines } from '../../../main/desk/engines.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Engine } from '../../../main/engine/compose.ts';
import { migrationView } from '../../../main/engine/views.ts';
import { migration } from '../../support/samples.ts';

/** An engine that drives what the test says. */
class PlayedEngine {
  readonly cloud: string;
  closed = false;
  closes: () => Promise<void> = () => Promise.resolve();
  private driving = false;
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  constructor(cloud: string) {
    this.cloud = cloud;
  }
  view(): MigrationView {
    return migrationView(migration(), {
      active: this.driving,
      bytesDone: new Map(),
      interrupted: undefined,
      troubles: new Map(),
    });
  }
  drive(driving: boolean): void {
    this.driving = driving;
    for (const listener of this.listeners) listener({ name: 'migration.changed', payload: this.view() });
  }
  asEngine(): Engine {
    return {
      active: () => (this.driving ? [this.view()] : []),
      listen: (listener: (event: EngineEvent) => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      close: () => {
        this.closed = true;
        return this.closes();
      },
    } as unknown as Engine;
  }
}

function bench(fail: () => Failure | undefined = () => undefined) {
  const opened: PlayedEngine[] = [];
  const heard: EngineEvent[] = [];
  const notClosed: string[] = [];
  const engines = createEngines({
    async open(cloud) {
      await Promise.resolve();
      const failure = fail();
      if (failure !== undefined) throw failure;
      const engine = new PlayedEngine(cloud);
      opened.push(engine);
      return engine.asEngine();
    },
    heard: (event) => heard.push(event),
    notClosed: (cloud) => notClosed.push(cloud),
  });
  const nothing = (): Promise<void> => Promise.resolve();
  return { opened, heard, notClosed, engines, use: (cloud: string) => engines.use(cloud, nothing) };
}

/** What was left to `setImmediate` is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('two calls at once open one engine, which stays as long as its cloud is worked on', async () => {
  const { opened, engines, use } = bench();
  engines.keep('a');
  await Promise.all([use('a'), use('a')]);
  await use('a');
  expect(opened.map(({ cloud, closed }) => ({ cloud, closed }))).toEqual([{ cloud: 'a', closed: false }]);
});

test('an engine of another cloud is closed after its call', async () => {
  const { opened, engines, use } = bench();
  engines.keep('a');
  await use('b');
  expect(opened[0]?.closed).toBe(true);
  await use('b');
  expect(opened).toHaveLength(2);
});

test('an engine that drives a migration outlives the switch to another cloud, and no longer than that', async () => {
  const { opened, engines, heard, use } = bench();
  engines.keep('a');
  await use('a');
  opened[0]?.drive(true);
  engines.keep('b');
  await use('b');
  expect(opened[0]?.closed).toBe(false);
  expect(engines.isBusy('a')).toBe(true);
  opened[0]?.drive(false);
  await settled();
  expect(opened[0]?.closed).toBe(true);
  expect(heard).toHaveLength(2);
});

test('a replaced engine drives its migration to the end, and gets the calls about it; others go to the new one', async () => {
  const { opened, engines, use } = bench();
  engines.keep('a');
  await use('a');
  opened[0]?.drive(true);
  engines.replace();
  await use('a');
  expect(opened).toHaveLength(2);
  const id = opened[0]?.view().id ?? '';
  const got: Engine[] = [];
  const note = (engine: Engine): Promise<void> => {
    got.push(engine);
    return Promise.resolve();
  };
  await engines.useFor(id, 'a', note);
  await engines.useFor('another', 'a', note);
  expect(got[0]).not.toBe(got[1]);
  opened[0]?.drive(false);
  await settled();
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
});

test('an engine is not closed while a call is at work on it', async () => {
  const { opened, engines, use } = bench();
  let end: () => void = () => undefined;
  const work = engines.use('a', () => new Promise<void>((resolve) => (end = resolve)));
  await use('b');
  expect(opened.find(({ cloud }) => cloud === 'a')?.closed).toBe(false);
  end();
  await work;
  expect(opened.every(({ closed }) => closed)).toBe(true);
});

test('an engine that could not be opened is tried again by the next call', async () => {
  let failure: Failure | undefined = new Failure('profile.not-found', 'no');
  const { opened, engines, use } = bench(() => failure);
  engines.keep('a');
  await expect(use('a')).rejects.toBe(failure);
  failure = undefined;
  await use('a');
  expect(opened).toHaveLength(1);
});

test('closing waits for what is still opening, and refuses what comes after', async () => {
  const { opened, engines, use } = bench();
  engines.keep('a');
  const late = use('a');
  await engines.close();
  await late.catch(() => undefined);
  expect(opened.every(({ closed }) => closed)).toBe(true);
  await expect(use('a')).rejects.toMatchObject({ code: 'cancelled' });
});

test('an engine that does not close in order is told, and holds up nothing', async () => {
  const { opened, engines, notClosed, use } = bench();
  engines.keep('a');
  await use('a');
  const [engine] = opened;
  if (engine !== undefined) engine.closes = () => Promise.reject(new Error('no'));
  await engines.close();
  expect(notClosed).toEqual(['a']);
});
