import PQueue from 'p-queue';
import { Failure } from '../domain/failure.ts';

export interface LimitSettings {
  readonly perSource: number;
  readonly perDestination: number;
  readonly total: number;
}

export interface Turn {
  readonly first: boolean;
  readonly waits: () => void;
}

export interface Limits {
  /**
   * Waits for a place at the source, at the destination and in total, runs `work`, and gives the places back.
   * Places are always taken in this order, so that two migrations never wait for each other.
   *
   * @param turn - Who goes `first` gets the next place before all others; `waits` is told if there is none yet.
   * @throws Failure `cancelled` if the signal fires while it waits.
   */
  within<T>(
    source: string,
    destination: string,
    signal: AbortSignal,
    work: () => Promise<T>,
    turn?: Turn,
  ): Promise<T>;
}

const ANY_TURN: Turn = { first: false, waits: () => undefined };

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
    within(source, destination, signal, work, turn = ANY_TURN) {
      let started = false;
      const [from, to] = [queue(`from ${source}`, perSource), queue(`to ${destination}`, perDestination)];
      if ([from, to, all].some(({ pending, concurrency }) => pending >= concurrency)) turn.waits();
      const order = { priority: turn.first ? 1 : 0 };
      const placed = from.add(
        () =>
          to.add(
            () =>
              all.add(() => {
                if (signal.aborted) throw givenUp();
                started = true;
                return work();
              }, order),
            order,
          ),
        order,
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
      return Promise.race([placed, stopped]);
    },
  };
}

function givenUp(): Failure {
  return new Failure('cancelled', 'stopped while it waited for its turn');
}
