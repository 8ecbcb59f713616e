import type { Clock, Hosts, RunResult } from '../../domain/ports.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { checkAddress, checkUser } from '../jobs/ids.ts';
import { untilLetIn } from '../jobs/let-in.ts';
import { HOST_PRELUDE, lastWords } from '../jobs/run-script.ts';
import { loginOf, sshOptions } from './rsync-options.ts';
import { TRY_RECEIVE_SCRIPT, TRY_SCRIPT } from './scripts/tunnel.ts';

/** Makes `Transfer.tryTunnel`: one script on the source, no job, for it is over soon. */
export function createTryTunnel({
  hosts,
  clock,
}: {
  readonly hosts: Hosts;
  readonly clock: Clock;
}): Transfer['tryTunnel'] {
  return async function tryTunnel(order, signal) {
    checkAddress(order.destAddress);
    const login = loginOf(order);
    const options = sshOptions(order.aes, order.hostKey);
    const argv = ['sh', '-c', HOST_PRELUDE + TRY_SCRIPT, 'coldhaul', login, TRY_RECEIVE_SCRIPT, ...options];
    const as = { user: checkUser(order.user) };
    const run = (): Promise<RunResult> =>
      hosts.shell(order.sourceHost).run(argv, { as, ...(signal !== undefined && { signal }) });
    const result = await untilLetIn(clock, run, signal);
    const said = lastWords(result.stderr);
    if (result.kind === 'killed') return { ok: false, said: said || `it was ended by ${result.by}` };
    return result.code === 0
      ? { ok: true, said }
      : { ok: false, said: said || `it ended with status ${result.code.toString()}` };
  };
}
