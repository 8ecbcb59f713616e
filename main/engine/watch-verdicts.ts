import { setMaxListeners } from 'node:events';
import { decisionSeen, deletionSeen, isUndecided, type Seen } from '../domain/decided-elsewhere.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure, type FailureCode } from '../domain/failure.ts';
import type { Migration } from '../domain/migration.ts';
import type { Ports } from '../domain/ports.ts';
import { createArchive } from './archive.ts';
import type { StepContext } from './context.ts';
import type { Migrations } from './migrations.ts';
import { createSayOnce } from './say-once.ts';
import { ourRecord } from './steps/hand-over.ts';

export interface WatchOptions {
  readonly ports: Ports<Fact>;
  readonly migrations: Pick<Migrations, 'read' | 'context' | 'decide'>;
  /** Name of the cloud's profile: only migrations that were planned on it are looked at. */
  readonly cloud: string;
  /** Between two looks at the same migration. */
  readonly everyMs: number;
}

/** Another one works on it, here or in another process, or it is decided already: it will be written down there. */
const QUIET: ReadonlySet<FailureCode> = new Set(['journal.locked', 'migration.in-use', 'verdict.not-due']);

/**
 * Notices a verdict that was given elsewhere: by another admin, by the instance's owner, or by Nova itself. It asks for
 * nothing to be done; what it has seen is written down under the journal's lock, which it takes only then.
 *
 * @returns what ends it.
 */
export function watchVerdicts(options: WatchOptions): () => Promise<void> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const done = watch(options, controller.signal);
  return () => {
    controller.abort();
    return done;
  };
}

async function watch(
  { ports, migrations, cloud, everyMs }: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const archive = createArchive(ports.journals, ports.clock);
  const once = createSayOnce(ports.log);
  const seconds = String(Math.ceil(everyMs / 1000));

  const lookAt = async (id: string): Promise<void> => {
    const state = await migrations.read(id);
    if (!waits(state)) return;
    const seen = await look(migrations.context(state, signal));
    if (seen.kind !== 'unclear') once.forget(id);
    // Nova may just be at it: what is odd only once is no news.
    else once.say(id, `something happened to the instance, and nothing was written down: ${seen.said}`, 2);
    // What was seen before the end is still to be noticed after the next start.
    if (seen.kind !== 'decided' || signal.aborted) return;
    await migrations.decide(id, seen.fact, (now) => {
      if (!waits(now)) throw new Failure('verdict.not-due', 'it does not wait for a verdict any more');
    });
    ports.log({
      level: 'info',
      message: `the verdict was given elsewhere: ${seen.fact.said}`,
      migration: id,
    });
  };
  const lookAtAll = async (): Promise<void> => {
    const { migrations: views } = await archive.list();
    for (const { id, cloud: where, phase } of views) {
      if (signal.aborted) return;
      if (phase !== 'awaiting-verdict' || where !== cloud) continue;
      await lookAt(id).catch((error: unknown) => {
        if (!(error instanceof Failure) || error.code.startsWith('cloud.')) throw error;
        if (!QUIET.has(error.code)) once.say(id, error.message);
      });
    }
    once.forget(undefined);
  };

  for (;;) {
    try {
      await lookAtAll();
    } catch (error) {
      if (signal.aborted) return;
      const why = `a verdict given elsewhere cannot be noticed now: ${error instanceof Error ? error.message : String(error)}`;
      // A wrong password that is tried again and again locks the account.
      const isOver = error instanceof Failure && error.code === 'cloud.credentials';
      once.say(undefined, `${why}; ${isOver ? 'open the cloud again' : `looking again every ${seconds} s`}`);
      if (isOver) return;
    }
    try {
      await ports.clock.wait(everyMs, signal);
    } catch {
      return;
    }
  }
}

function waits(state: Migration): boolean {
  return state.phase === 'awaiting-verdict';
}

async function look(context: StepContext): Promise<Seen> {
  const { ports, state, signal } = context;
  try {
    const now = await ports.cloud.server(state.plan.server.id, signal);
    return decisionSeen(state.plan, now, isUndecided(now) ? undefined : await ourRecord(context));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'migration.changed') return { kind: 'unclear', said: error.message };
    if (error.code !== 'cloud.not-found') throw error;
    if (await seesBothHosts(context)) return deletionSeen();
    return { kind: 'unclear', said: `${error.message}; nor does this login see both of its hosts` };
  }
}

/** A login without rights, and another cloud under the same name, know nothing of the instance either. */
async function seesBothHosts({ ports, state, signal }: StepContext): Promise<boolean> {
  const { source, destination } = state.plan;
  const known = (await ports.cloud.hypervisors(signal)).map(({ host }) => host);
  return known.includes(source.name) && known.includes(destination.name);
}
