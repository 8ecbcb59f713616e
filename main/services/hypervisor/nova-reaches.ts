import type { Clock, Hosts, Reached } from '../../domain/ports.ts';
import { lastWords } from '../jobs/run-script.ts';

/** On a line of its own: a login may print more. */
const BOOT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/m;
/** sshd turns callers away at random while more than `MaxStartups` of them have not logged in (sshd_config(5)). */
const TURNED_AWAY =
  /kex_exchange_identification|Connection (?:closed|reset) by|Exceeded MaxStartups|Not allowed at this time/;
const WAITS_MS = [500, 1_000, 2_000];

interface Tools {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly novaUser: string;
}

/** Logs in from one host to an address as Nova would, and asks who is there. Asks again if the other side was only busy. */
export async function novaReaches(
  { hosts, clock, novaUser }: Tools,
  from: string,
  address: string,
  signal?: AbortSignal,
): Promise<Reached> {
  const ask = ['cat', '/proc/sys/kernel/random/boot_id'];
  const argv = ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', address, ...ask];
  for (let attempt = 0; ; attempt += 1) {
    const result = await hosts.shell(from).run(argv, {
      as: { user: novaUser },
      ...(signal !== undefined && { signal }),
    });
    const ok = result.kind === 'exited' && result.code === 0;
    const waitMs = WAITS_MS[attempt];
    if (ok || waitMs === undefined || !TURNED_AWAY.test(result.stderr)) {
      return {
        ok,
        said: lastWords(result.stderr),
        bootId: ok ? BOOT_ID.exec(result.stdout)?.[0] : undefined,
      };
    }
    await clock.wait(waitMs, signal);
  }
}
