import type { Reached } from '../../domain/hypervisors.ts';
import type { Clock, Hosts, RunResult } from '../../domain/ports.ts';
import { untilLetIn } from '../jobs/let-in.ts';
import { lastWords } from '../jobs/run-script.ts';

/** On a line of its own: a login may print more. */
const BOOT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/m;
interface Tools {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly novaUser: string;
}

/** What ssh says of a key that is not the known one, and of one that is not known. */
const CHANGED_KEY = /REMOTE HOST IDENTIFICATION HAS CHANGED/;
const UNKNOWN_KEY = /Host key verification failed/;

/**
 * Logs in from one host to an address as Nova would, and asks who is there. Asks again if the other side was only busy.
 *
 * A key that is not known there is accepted by nobody's silence: it is looked whether Nova's own SSH would take it, without
 * writing it down, and that is told. One that has changed is refused, whatever the settings there say.
 */
export async function novaReaches(
  tools: Tools,
  from: string,
  address: string,
  signal?: AbortSignal,
): Promise<Reached> {
  const strict = await ask(tools, from, ['StrictHostKeyChecking=yes'], address, signal);
  const isUnknown = UNKNOWN_KEY.test(strict.stderr) && !CHANGED_KEY.test(strict.stderr);
  if (isOk(strict) || !isUnknown) return { ...readReached(strict), acceptsAnyKey: false };
  const asNova = await ask(tools, from, ['UserKnownHostsFile=/dev/null'], address, signal);
  return { ...readReached(asNova), acceptsAnyKey: isOk(asNova) };
}

function ask(
  { hosts, clock, novaUser }: Tools,
  from: string,
  options: readonly string[],
  address: string,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  const given = ['BatchMode=yes', 'ConnectTimeout=10', ...options].flatMap((option) => ['-o', option]);
  const argv = ['ssh', ...given, address, 'cat', '/proc/sys/kernel/random/boot_id'];
  const run = (): Promise<RunResult> =>
    hosts.shell(from).run(argv, { as: { user: novaUser }, ...(signal !== undefined && { signal }) });
  return untilLetIn(clock, run, signal);
}

function isOk(result: RunResult): boolean {
  return result.kind === 'exited' && result.code === 0;
}

function readReached(result: RunResult): Omit<Reached, 'acceptsAnyKey'> {
  const ok = isOk(result);
  const bootId = result.kind === 'exited' && ok ? BOOT_ID.exec(result.stdout)?.[0] : undefined;
  return { ok, said: lastWords(result.stderr), bootId };
}
