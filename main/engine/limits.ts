import PQueue from 'p-queue';
import { Failure } from '../domain/failure.ts';

export interface LimitSettings {
  readonly perSource: number;
  readonly perDestination: number;
  readonly total: number;
}

export interface Limits {
  /**
   * Waits for a place at the source, at the destination and in total, runs `work`, and gives the places back.
   * Places are always taken in this order, so that two migrations never wait for each other.
   *
   * @throws Failure `cancelled` if the signal fires while it waits.
   */
  within<T>(source: string, destination: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Whole migrations wait, not single disks: an instance is never stopped before its turn to copy has come. */
export function createLimits({ perSource, perDestination, total }: LimitSettings): Limits {
  const queues = new Map<string, PQueue>();
  const all = new PQueue({ concurrency: total });
  const queue = (name: string, concurrency: number): PQueue => {
    const found = queues.get(name) ?? new PQueue({ concurrency });
    queues.set(name, found);
    return found;
  };
  return {
    within(source, destination, signal, work) {
      let started = false;
      const turn = queue(`from ${source}`, perSource).add(() =>
        queue(`to ${destination}`, perDestination).add(() =>
          all.add(() => {
            if (signal.aborted) throw givenUp();
            started = true;
            return work();
          }),
        ),
      );
      // Work that has begun ends by itself, in its own order; only the waiting can be given up at once.
      const stopped = new Promise<never>((_resolve, reject) => {
        signal.addEventListener(
          'abort',
          () => {
            if (!started) reject(givenUp());
          },
          { once: true },
        );
      });
      return Promise.race([turn, stopped]);
    },
  };
}

function givenUp(): Failure {
  return new Failure('cancelled', 'stopped while it waited for its turn');
}
