import type { EngineEvent } from '../contract/ipc.ts';
import type { MigrationView } from '../contract/views.ts';
import { Failure } from '../domain/failure.ts';
import type { Engine } from '../engine/compose.ts';

/** The engines in use: one for each cloud, and those that still drive migrations although another has taken their place. */
export interface Engines {
  /** Works with the engine of this cloud; it is opened if there is none. @throws Failure of opening or of the work. */
  use<T>(cloud: string, work: (engine: Engine) => Promise<T>): Promise<T>;
  /** Works with the engine that drives this migration, which may be one that was replaced; else `use`. */
  useFor<T>(migration: string, cloud: string, work: (engine: Engine) => Promise<T>): Promise<T>;
  /** Keeps the engine of this cloud open although nothing happens on it; every other idle one is closed. */
  keep(cloud: string | undefined): void;
  /** The next use opens a fresh engine, of this cloud or of all. What an old one drives, it drives to its end. */
  replace(cloud?: string): void;
  /** Migrations that are being driven now. */
  active(): readonly MigrationView[];
  /** True if a migration is being driven on this cloud. */
  isBusy(cloud: string): boolean;
  stopPlan(ask: string): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly cloud: string;
  readonly engine: Engine;
  /** Another one has taken, or will take, its place. */
  replaced: boolean;
  /** Calls that it is at. */
  calls: number;
}

export interface EnginesOptions {
  readonly open: (cloud: string) => Promise<Engine>;
  readonly heard: (event: EngineEvent) => void;
  /** Told when an engine could not be closed in order; nothing else can be done about it. */
  readonly notClosed: (cloud: string, error: unknown) => void;
}

export function createEngines({ open, heard, notClosed }: EnginesOptions): Engines {
  const entries = new Set<Entry>();
  const current = new Map<string, Promise<Entry>>();
  const opening = new Set<Promise<Entry>>();
  const closing = new Set<Promise<void>>();
  let kept: string | undefined;
  let closed = false;

  const isDriving = (entry: Entry): boolean => entry.engine.active().length > 0;

  const closeEntry = (entry: Entry): void => {
    if (!entries.delete(entry)) return;
    if (!entry.replaced) current.delete(entry.cloud);
    const done = entry.engine
      .close()
      .catch((error: unknown) => {
        notClosed(entry.cloud, error);
      })
      .finally(() => closing.delete(done));
    closing.add(done);
  };
  const closeIdle = (): void => {
    for (const entry of entries) {
      const needed = entry.calls > 0 || isDriving(entry) || (!entry.replaced && entry.cloud === kept);
      if (!needed) closeEntry(entry);
    }
  };

  const start = async (cloud: string): Promise<Entry> => {
    const engine = await open(cloud);
    const entry: Entry = { cloud, engine, replaced: false, calls: 0 };
    engine.listen((event) => {
      heard(event);
      // It has settled its own affairs once this event is through.
      if (event.name === 'migration.changed' && !event.payload.active) setImmediate(closeIdle);
    });
    entries.add(entry);
    return entry;
  };
  const find = async (cloud: string): Promise<Entry> => {
    if (closed) throw new Failure('cancelled', 'Coldhaul is ending');
    const started = current.get(cloud) ?? start(cloud);
    current.set(cloud, started);
    opening.add(started);
    try {
      const entry = await started;
      if (current.get(cloud) !== started) entry.replaced = true;
      return entry;
    } catch (error) {
      if (current.get(cloud) === started) current.delete(cloud);
      throw error;
    } finally {
      opening.delete(started);
    }
  };
  const within = async <T>(entry: Entry, work: (engine: Engine) => Promise<T>): Promise<T> => {
    entry.calls += 1;
    try {
      return await work(entry.engine);
    } finally {
      entry.calls -= 1;
      closeIdle();
    }
  };
  const use: Engines['use'] = async (cloud, work) => {
    for (;;) {
      const entry = await find(cloud);
      // Between its opening and now it may have been closed as idle.
      if (entries.has(entry)) return within(entry, work);
    }
  };

  return {
    use,
    async useFor(migration, cloud, work) {
      const entry = [...entries].find(({ engine }) => engine.active().some(({ id }) => id === migration));
      return entry === undefined ? use(cloud, work) : within(entry, work);
    },
    keep(cloud) {
      kept = cloud;
      closeIdle();
    },
    replace(cloud) {
      for (const entry of entries) if (cloud === undefined || entry.cloud === cloud) entry.replaced = true;
      if (cloud === undefined) current.clear();
      else current.delete(cloud);
      closeIdle();
    },
    active: () => [...entries].flatMap(({ engine }) => engine.active()),
    isBusy: (cloud) => [...entries].some((entry) => entry.cloud === cloud && isDriving(entry)),
    async stopPlan(ask) {
      await Promise.all([...entries].map(({ engine }) => engine.handlers['plan.stop']({ ask })));
    },
    async close() {
      closed = true;
      await Promise.allSettled(opening);
      for (const entry of entries) closeEntry(entry);
      await Promise.all(closing);
    },
  };
}
