import { setTimeout as pause } from 'node:timers/promises';
import type { PageClient, Timed } from './page-client.ts';

/** As a page calls that somebody works with; much more than one that is only looked at. */
const CALLS_PER_SECOND = 20;
/** What the page reads of the log at a time. */
const LOG_LINES = 5_000;

/** The calls of half a second, in turn on each of these migrations. */
function turn(page: PageClient, id: string): readonly (() => Promise<Timed>)[] {
  const show = (): Promise<Timed> => page.timed('migration.show', { id });
  const samples = (): Promise<Timed> => page.timed('samples.read', { migration: id });
  const desk = (): Promise<Timed> => page.timed('desk.read', {});
  return [
    desk,
    show,
    samples,
    () => page.timed('log.read', { limit: LOG_LINES }),
    show,
    samples,
    () => page.timed('settings.read', {}),
    show,
    desk,
    () => page.timed('clouds.find', {}),
  ];
}

/**
 * Calls at an even rate, whether or not earlier calls have been answered: a slow answer hides no other one.
 *
 * @returns every call, and by how much the timer of this process was late: what the machine itself costs.
 */
export async function callForSeconds(
  page: PageClient,
  migrations: readonly string[],
  seconds: number,
): Promise<{ readonly calls: readonly Timed[]; readonly lateMs: readonly number[] }> {
  const order = migrations.flatMap((id) => turn(page, id));
  const startedMs = performance.now();
  const asked: Promise<Timed>[] = [];
  const lateMs: number[] = [];
  for (let index = 0; index < seconds * CALLS_PER_SECOND; index += 1) {
    const dueMs = startedMs + (index * 1000) / CALLS_PER_SECOND;
    await pause(Math.max(0, dueMs - performance.now()));
    lateMs.push(Math.max(0, performance.now() - dueMs));
    const call = order[index % order.length]?.();
    if (call !== undefined) asked.push(call);
  }
  return { calls: await Promise.all(asked), lateMs };
}
