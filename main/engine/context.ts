import type { Server } from '../domain/cloud.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { Refusals, Sight } from '../domain/interlocks.ts';
import type { Migration } from '../domain/migration.ts';
import type { LogLine, Ports } from '../domain/ports.ts';
import { nextLookMs } from './next-look.ts';

/** What a step of one migration works with. */
export interface StepContext {
  readonly ports: Ports<Fact>;
  readonly state: Migration;
  readonly signal: AbortSignal;
  /** `user@workstation`, for locks. */
  readonly who: string;
  /** The most milliseconds between two looks at the cloud. */
  readonly pollMs: number;
  readonly limit: BandwidthLimit;
  /** Bytes of one disk so far. */
  readonly moved: (disk: string, bytesDone: number) => void;
}

/** What all copies of one migration may use together. It can change while they run. */
export interface BandwidthLimit {
  /** As it is now; `undefined` is no limit. */
  kibPerSecond(): number | undefined;
  /** Returns what ends the listening. */
  onChange(listener: () => void): () => void;
}

/** Writes a line for the person at the screen, marked with the migration. */
export function say(context: StepContext, message: string, more: Partial<LogLine> = {}): void {
  context.ports.log({ level: 'info', message, migration: context.state.id, ...more });
}

/** Reads API and both hosts again, at the same time (G7). */
export async function look(context: StepContext): Promise<Sight> {
  const { ports, state, signal } = context;
  const { server, source, destination } = state.plan;
  const [seen, onSource, onDestination] = await Promise.all([
    ports.cloud.server(server.id, signal),
    ports.hypervisors.instance(source.name, server.id, signal),
    ports.hypervisors.instance(destination.name, server.id, signal),
  ]);
  return { server: seen, source: onSource, destination: onDestination };
}

/** @throws Failure `migration.changed` with every reason, if there is one. */
export function refuse(act: string, refusals: Refusals): void {
  if (refusals.length === 0) return;
  throw new Failure('migration.changed', `${act} is refused: ${refusals.join('; ')}`, {
    hint: 'Nothing was done. Look at the instance on both hosts before you go on.',
  });
}

/**
 * Looks at the server again and again until `settled` answers something.
 *
 * @throws Failure `migration.failed` after `timeoutMs`.
 */
export async function waitForServer<T>(
  context: StepContext,
  what: string,
  timeoutMs: number,
  settled: (server: Server) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const { ports, state, signal, pollMs } = context;
  const startMs = ports.clock.elapsedMs();
  for (;;) {
    const server = await ports.cloud.server(state.plan.server.id, signal);
    const result = await settled(server);
    if (result !== undefined) return result;
    const waitedMs = ports.clock.elapsedMs() - startMs;
    if (waitedMs > timeoutMs) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new Failure(
        'migration.failed',
        `${what} did not happen within ${String(seconds)} s; Nova says ${describe(server)}`,
      );
    }
    await ports.clock.wait(nextLookMs(pollMs, waitedMs), signal);
  }
}

/** `RESIZE, task resize_migrating, on hostA`. */
export function describe(server: Server): string {
  const task = server.taskState === undefined ? '' : `, task ${server.taskState}`;
  return `${server.status}${task}, on ${server.host ?? 'no host'}`;
}

/**
 * Does something on a host that may be gone, where the instance must not wait for it.
 *
 * @returns `undefined`, with a warning in the log, if the host cannot be reached or used.
 */
export async function withoutHost<T>(
  context: StepContext,
  host: string,
  otherwise: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith('host.')) throw error;
    say(context, `${host} cannot be used (${error.message}); ${otherwise}`, { level: 'warn', host });
    return undefined;
  }
}
