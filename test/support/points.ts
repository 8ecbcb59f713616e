import type { Cloud } from '../../main/domain/cloud.ts';
import type { Fact } from '../../main/domain/facts.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { Transfer } from '../../main/domain/transfer.ts';

/** Stands where a call of the engine is made; `real` does what was asked for. */
type Instead<Call extends (...args: never[]) => unknown> = (
  real: Call,
  ...args: Parameters<Call>
) => ReturnType<Call>;

/** Points of a migration at which a test steps in. What is not set is the real thing. */
export interface Points {
  copy?: Instead<Transfer['copy']> | undefined;
  flatten?: Instead<Transfer['flatten']> | undefined;
  digest?: Instead<Transfer['digest']> | undefined;
  forget?: Instead<Transfer['forget']> | undefined;
  swapIn?: Instead<Hypervisors['swapIn']> | undefined;
  place?: Instead<Hypervisors['place']> | undefined;
  publishBase?: Instead<Hypervisors['publishBase']> | undefined;
  start?: Instead<Cloud['start']> | undefined;
  unlock?: Instead<Cloud['unlock']> | undefined;
}

/** For `openLabEngine`: the points may be set and emptied while the engine runs. Every line that is said goes to `said`. */
export function aroundPoints(points: Points, said: string[] = []): (ports: Ports<Fact>) => Ports<Fact> {
  return (ports) => {
    const { cloud, hypervisors, transfer } = ports;
    return {
      ...ports,
      cloud: {
        ...cloud,
        start: at(() => points.start, cloud.start.bind(cloud)),
        unlock: at(() => points.unlock, cloud.unlock.bind(cloud)),
      },
      hypervisors: {
        ...hypervisors,
        swapIn: at(() => points.swapIn, hypervisors.swapIn.bind(hypervisors)),
        publishBase: at(() => points.publishBase, hypervisors.publishBase.bind(hypervisors)),
        place: at(() => points.place, hypervisors.place.bind(hypervisors)),
      },
      transfer: {
        ...transfer,
        copy: at(() => points.copy, transfer.copy.bind(transfer)),
        flatten: at(() => points.flatten, transfer.flatten.bind(transfer)),
        digest: at(() => points.digest, transfer.digest.bind(transfer)),
        forget: at(() => points.forget, transfer.forget.bind(transfer)),
      },
      log(line) {
        said.push(line.message);
        ports.log(line);
      },
    };
  };
}

function at<Args extends readonly unknown[], Result>(
  instead: () => ((real: (...args: Args) => Result, ...args: Args) => Result) | undefined,
  real: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => instead()?.(real, ...args) ?? real(...args);
}

/** Empties every point. */
export function clearPoints(points: Points): void {
  const none = { copy: undefined, digest: undefined, forget: undefined, swapIn: undefined };
  Object.assign(points, none, {
    place: undefined,
    publishBase: undefined,
    start: undefined,
    unlock: undefined,
  });
}

/** The connection breaks here: the migration stays where it is, and can be resumed. */
export function cutOff(): Failure {
  return new Failure('host.disconnected', 'the connection broke (by the test)');
}

/** Settles never, until the signal fires, as any call of the engine ends then. */
export function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new Failure('cancelled', 'stopped'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
