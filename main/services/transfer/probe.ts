import { Failure } from '../../domain/failure.ts';
import { STREAMS_MOST } from '../../domain/streams.ts';
import type { Hosts } from '../../domain/ports.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { checkAddress, checkPath, checkUser } from '../jobs/ids.ts';
import { runScript } from '../jobs/run-script.ts';
import { readProbe } from './probe-words.ts';
import { sshOptions } from './rsync-options.ts';
import { PROBE_SCRIPT, RECEIVE_SCRIPT, SWALLOW_SCRIPT } from './scripts/probe.ts';

const MIB = 1024 ** 2;
const SEVERAL = Array.from({ length: STREAMS_MOST }, (_none, index) => index + 1).join(' ');
/** For the first MiB and the handshake before it, and for a sample with a codec; nobody waits longer for either before a plan. */
const LONGEST_SECONDS = 20;

/** Makes `Transfer.probe`: one script on the source, no job, for it is over soon. */
export function createProbe({ hosts }: { readonly hosts: Hosts }): Transfer['probe'] {
  return async function probe(order, signal) {
    const stage = checkPath(order.stagePath);
    if (stage.includes('\n')) throw new Failure('bad-request', 'A stage cannot have a line end in its name.');
    const said = await runScript(
      hosts.shell(order.sourceHost),
      `measure the path to ${order.destHost}`,
      PROBE_SCRIPT,
      [
        RECEIVE_SCRIPT,
        SWALLOW_SCRIPT,
        checkUser(order.user),
        checkAddress(order.destAddress),
        checkPath(order.fromPath),
        stage,
        Math.max(1, Math.floor(order.maxBytes / MIB)).toString(),
        order.algorithm,
        LONGEST_SECONDS.toString(),
        order.guestProcesses.join(','),
        order.severalStreams ? SEVERAL : '',
        ...sshOptions(order.aes, order.hostKey),
      ],
      { ...(signal !== undefined && { signal }) },
    );
    const measured = readProbe(said);
    if (measured === undefined) {
      throw new Failure(
        'job.failed',
        `Nothing of ${order.fromPath} reached ${order.destHost}, so nothing was measured.`,
        {
          hint: `Look whether the file can be read on ${order.sourceHost} and the stage written on ${order.destHost}.`,
        },
      );
    }
    return measured;
  };
}
