import { Failure } from '../../domain/failure.ts';
import type { Clock, Hosts } from '../../domain/ports.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { runScript } from '../jobs/run-script.ts';
import { WRITERS_SCRIPT } from './scripts/look.ts';

/** How long the far end of an earlier copy gets to notice that its line is gone. */
const WRITER_LOOKS = 90;
const WRITER_LOOK_MS = 1_000;

/** A file at one end of a copy; without `bytes` it is not there. */
export interface Look {
  readonly bytes: number | undefined;
  readonly writers: readonly string[];
}

export interface Writers {
  look(host: string, path: string, signal: AbortSignal): Promise<Look>;
  /**
   * A second writer on the same file would spoil it, even one that is only about to notice that it is alone.
   *
   * @param first - A look that was taken already.
   * @returns whether the destination has a file of that name.
   * @throws Failure `job.failed`, passing, if somebody goes on writing to it.
   */
  wait(
    order: Pick<CopyOrder, 'destHost' | 'toPath'>,
    signal: AbortSignal,
    first?: Look,
  ): Promise<{ readonly there: boolean }>;
}

/** Looks at the files of copies, and who writes to them. */
export function createWriters({ hosts, clock }: { readonly hosts: Hosts; readonly clock: Clock }): Writers {
  const look: Writers['look'] = async (host, path, signal) => {
    const said = await runScript(hosts.shell(host), 'look at the file', WRITERS_SCRIPT, [path], { signal });
    const [bytes = '', ...writers] = said.split('\0');
    return { bytes: bytes === '' ? undefined : Number(bytes), writers: writers.filter((pid) => pid !== '') };
  };
  return {
    look,
    async wait({ destHost, toPath }, signal, first) {
      for (let looks = 1, seen = first; ; looks += 1, seen = undefined) {
        const { bytes, writers } = seen ?? (await look(destHost, toPath, signal));
        if (writers.length === 0) return { there: bytes !== undefined };
        if (looks === WRITER_LOOKS) {
          throw new Failure(
            'job.failed',
            `${toPath} on ${destHost} is being written by another process (${writers.join(', ')}).`,
            { hint: `On ${destHost}: ps -fp ${writers.join(',')}`, passing: true },
          );
        }
        await clock.wait(WRITER_LOOK_MS, signal);
      }
    },
  };
}
