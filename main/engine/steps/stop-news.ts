import { say, type StepContext } from '../context.ts';

/**
 * Waits until Nova has heard of our stop. libvirt's news of it is told 15 s late (`_lifecycle_delay` in
 * nova/virt/libvirt/host.py), and Nova stops what it calls active by then. A migrate that is under way at that moment
 * is not refused: the instance arrives as a stopped one and stays off until the confirm (seen on Nova 26). Only
 * what is marked active needs this, and only a copy of a few seconds is waited for.
 */
export async function waitForStopNews(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { route, server, options } = state.plan;
  const stoppedAtMs = state.enteredAtMs.preparing;
  if (route === 'nova' || !server.running || stoppedAtMs === undefined) return;
  const wholeMs = (options.stopNewsSeconds ?? 0) * 1000;
  // The time may have been set back since: then the whole of it, and never more.
  const leftMs = Math.min(stoppedAtMs + wholeMs - ports.clock.nowMs(), wholeMs);
  if (leftMs <= 0) return;
  const seconds = String(Math.ceil(leftMs / 1000));
  say(
    context,
    `waiting ${seconds} s until Nova has heard of the stop; before, it might leave the instance off`,
  );
  await ports.clock.wait(leftMs, signal);
}
