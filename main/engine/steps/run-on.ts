import { say, waitForServer, type StepContext } from '../context.ts';
import { runsOn } from './runs.ts';
import { startAt } from './verdict.ts';

/** Nova's own stop, or what it is about, gets this long to end. */
export const SETTLE_MS = 10 * 60_000;
/** A stop that we broke off may still be on its way through a slow API; one was seen to take 32 s for an answer. */
const LATE_STOP_MS = 40_000;

/**
 * Until it runs and goes on running, also when a stop that was broken off takes effect only now.
 *
 * @param givenUp - Nova was told to migrate it and has given that up: it is nowhere but at its source.
 */
export async function runOn(context: StepContext, givenUp: boolean): Promise<boolean> {
  for (;;) {
    await runAgain(context, givenUp);
    if (!(await stopsYet(context))) return true;
    say(context, 'a stop that was broken off took effect only now; starting it again', { level: 'warn' });
  }
}

/** True as soon as it stops after all. Only a stop that never came to its end can; from the end of our waiting on, none. */
async function stopsYet(context: StepContext): Promise<boolean> {
  const { ports, state } = context;
  if (state.enteredAtMs.preparing !== undefined) return false;
  const endMs = ports.clock.elapsedMs() + LATE_STOP_MS;
  say(context, 'it runs; waiting whether a stop that was broken off still takes effect');
  return waitForServer(context, 'the end of the stop', SETTLE_MS, async (now) => {
    if (now.status !== 'ACTIVE' || now.taskState !== undefined) return true;
    if (!(await runsOn(context, state.plan.source.name, now))) return true;
    return ports.clock.elapsedMs() < endMs ? undefined : false;
  });
}

/** Starts it at the source. One that was marked active for the hand-over is stopped first: Nova starts only what it calls stopped. */
async function runAgain(context: StepContext, givenUp: boolean): Promise<void> {
  const { ports, state, signal } = context;
  let asked = false;
  await waitForServer(context, 'the stop', SETTLE_MS, async (now) => {
    if (now.taskState !== undefined) return undefined;
    if (now.status === 'SHUTOFF' || (await runsOn(context, state.plan.source.name, now))) return true;
    if (!asked) await ports.cloud.stop(state.plan.server.id, signal);
    asked = true;
    return undefined;
  });
  await startAt(context, state.plan.source.name, givenUp || state.handOverBegun === undefined);
}
