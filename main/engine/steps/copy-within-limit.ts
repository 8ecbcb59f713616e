import type { CopyOrder } from '../../domain/transfer.ts';
import { formatRate } from '../../domain/units.ts';
import { say, type StepContext } from '../context.ts';

/**
 * Copies one file within the bandwidth limit of the migration. When the limit changes, only the following of the copy
 * that runs is given up, and it is ordered anew: the transfer ends the old one, waits until nobody writes to the file,
 * and goes on with the bytes that are there; what is flattened on its way begins again. So there is never a second writer.
 *
 * @param orderOf - The order under a limit in KiB a second.
 */
export async function copyWithinLimit(
  context: StepContext,
  name: string,
  orderOf: (limitKibPerSecond: number | undefined) => CopyOrder,
): Promise<{ readonly bytes: number; readonly seconds: number }> {
  const { ports, signal, moved } = context;
  // A copy that is ordered anew counts from nothing, and passes quickly over what it finds; what is flattened on its way does not.
  const isFlattened = orderOf(undefined).flatten !== undefined;
  let bytesDone = 0;
  const onBytes = (bytes: number): void => {
    bytesDone = isFlattened ? bytes : Math.max(bytesDone, bytes);
    moved(name, bytesDone);
  };
  const describe = (order: CopyOrder): string => ports.transfer.describeCopy(order);
  return withinLimit(context, name, orderOf, describe, (order, reorder) =>
    ports.transfer.copy(order, onBytes, signal, reorder),
  );
}

/** Does something under the limit of the migration, and orders it anew whenever that changes. */
export async function withinLimit<T extends { readonly seconds: number }>(
  context: StepContext,
  name: string,
  orderOf: (limitKibPerSecond: number | undefined) => CopyOrder,
  describe: (order: CopyOrder) => string,
  act: (order: CopyOrder, reorder: AbortSignal) => Promise<T>,
): Promise<T> {
  const { ports, signal, limit } = context;
  const startedMs = ports.clock.elapsedMs();
  for (let orders = 1; ; orders += 1) {
    const reorder = new AbortController();
    const silence = limit.onChange(() => {
      reorder.abort();
    });
    try {
      const order = orderOf(limit.kibPerSecond());
      if (orders > 1) {
        const words =
          order.limitKibPerSecond === undefined
            ? 'no limit'
            : `at most ${formatRate(order.limitKibPerSecond * 1024)}`;
        say(context, `going on with ${name}, with ${words}`, {
          disk: name,
          command: describe(order),
        });
      }
      const done = await act(order, reorder.signal);
      return orders === 1 ? done : { ...done, seconds: (ports.clock.elapsedMs() - startedMs) / 1000 };
    } catch (error) {
      if (signal.aborted || !reorder.signal.aborted) throw error;
    } finally {
      silence();
    }
  }
}
