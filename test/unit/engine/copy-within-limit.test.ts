import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import type { CopyOrder } from '../../../main/domain/transfer.ts';
import type { StepContext } from '../../../main/engine/context.ts';
import { copyWithinLimit } from '../../../main/engine/steps/copy-within-limit.ts';
import { diskOrder } from '../../../main/engine/steps/copying.ts';
import { migration } from '../../support/samples.ts';

type Copy = StepContext['ports']['transfer']['copy'];

/** A migration whose limit the test changes, and a transfer that the test plays. */
function bench(copy: Copy) {
  const state = migration();
  const [disk] = state.plan.disks;
  if (disk === undefined) throw new Error('the sample has disks');
  let kibPerSecond: number | undefined = 1000;
  const listeners = new Set<() => void>();
  const moved: number[] = [];
  const stop = new AbortController();
  const context = {
    ports: {
      transfer: { copy, describeCopy: () => 'rsync' },
      clock: { elapsedMs: () => 0 },
      log: () => undefined,
    },
    state,
    signal: stop.signal,
    limit: {
      kibPerSecond: () => kibPerSecond,
      onChange(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    moved: (_disk: string, bytes: number) => moved.push(bytes),
  } as unknown as StepContext;
  return {
    moved,
    stop,
    listeners,
    run: () => copyWithinLimit(context, disk.name, (limit) => diskOrder(state.plan, disk, limit)),
    change(limit: number | undefined) {
      kibPerSecond = limit;
      for (const listener of listeners) listener();
    },
  };
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new Failure('cancelled', 'stopped waiting'));
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop);
  });
}

test('another limit orders the copy anew, and its bytes never fall', async () => {
  const orders: CopyOrder[] = [];
  const at = bench(async (order, onBytes, _signal, reorder) => {
    orders.push(order);
    if (orders.length === 1) {
      onBytes(600);
      at.change(4000);
      return untilAborted(reorder);
    }
    for (const bytes of [0, 300, 700]) onBytes(bytes);
    return Promise.resolve({ bytes: 900, seconds: 1 });
  });
  expect(await at.run()).toMatchObject({ bytes: 900 });
  expect(orders.map((order) => order.limitKibPerSecond)).toEqual([500, 2000]);
  expect(at.moved).toEqual([600, 600, 600, 700]);
  expect(at.listeners.size).toBe(0);
});

test('a limit that changes while the copy is being ordered counts for the next order', async () => {
  const limits: (number | undefined)[] = [];
  const at = bench(async (order, _onBytes, _signal, reorder) => {
    limits.push(order.limitKibPerSecond);
    if (limits.length > 1) return Promise.resolve({ bytes: 1, seconds: 1 });
    at.change(undefined);
    // Ordering is never broken off; only the following that comes after it.
    await Promise.resolve();
    if (reorder?.aborted === true) throw new Failure('cancelled', 'stopped waiting');
    return { bytes: 1, seconds: 1 };
  });
  await at.run();
  expect(limits).toEqual([500, undefined]);
});

test('a copy that ended before the other limit came is not made twice', async () => {
  let orders = 0;
  const at = bench(() => {
    orders += 1;
    at.change(1);
    return Promise.resolve({ bytes: 5, seconds: 2 });
  });
  expect(await at.run()).toEqual({ bytes: 5, seconds: 2 });
  expect(orders).toBe(1);
});

test('a failure of the copy, and a stop of the migration, are told and not taken for another limit', async () => {
  const failing = bench(() => Promise.reject(new Failure('job.failed', 'No space left on device')));
  await expect(failing.run()).rejects.toMatchObject({ code: 'job.failed' });
  const stopped = bench((_order, _onBytes, signal) => untilAborted(signal));
  const run = stopped.run();
  stopped.change(7);
  stopped.stop.abort();
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
});
