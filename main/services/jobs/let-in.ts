import type { Clock, RunResult } from '../../domain/ports.ts';

/** sshd turns callers away at random while more than `MaxStartups` of them have not logged in (sshd_config(5)). */
const TURNED_AWAY =
  /kex_exchange_identification|Connection (?:closed|reset) by|Exceeded MaxStartups|Not allowed at this time/;
const WAITS_MS = [500, 1_000, 2_000];

/** Runs something that logs in from host to host, again if the other side was only busy. */
export async function untilLetIn(
  clock: Clock,
  run: () => Promise<RunResult>,
  signal?: AbortSignal,
): Promise<RunResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await run();
    const waitMs = WAITS_MS[attempt];
    const isIn = result.kind === 'exited' && result.code === 0;
    if (isIn || waitMs === undefined || !TURNED_AWAY.test(result.stderr)) return result;
    await clock.wait(waitMs, signal);
  }
}
