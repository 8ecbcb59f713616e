import { COMPARISON, CONTENT, type NewFact } from '../../domain/facts.ts';
import { unchangedSince } from '../../domain/interlocks.ts';
import type { DiskPlan } from '../../domain/plan.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { refuse, say, type StepContext } from '../context.ts';
import { withinLimit } from './copy-within-limit.ts';
import { diskOrder, waysOf } from './copying.ts';
import { whileThereIsRoom } from './live-room.ts';
import { markThere } from './mark-there.ts';

/** Told once for so much of it. */
const TOLD_SHARE = 0.1;

/**
 * Of a layer that was flattened on its way there is no file at the source with the same bytes: what a guest would see of both is
 * compared, through the same tunnel. The layer must be the one that was frozen, and the image the one that was read.
 */
export async function verifyStreamed(context: StepContext, disk: DiskPlan): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const { name } = disk;
  const { from, to } = waysOf(plan, disk);
  const [before] = await ports.hypervisors.stat(plan.destination.name, [to], signal);
  const flatten = { format: disk.format, bytes: disk.bytesToMove };
  const orderOf = (limit: number | undefined): CopyOrder => diskOrder(plan, disk, limit);
  const describe = (order: CopyOrder): string => ports.transfer.describeCompare(order);
  say(context, `comparing ${name} at ${plan.destination.name} with what a guest sees of it`, {
    host: plan.source.name,
    disk: name,
    command: describe(orderOf(context.limit.kibPerSecond())),
  });
  let told = 0;
  const onShare = (share: number): void => {
    if (share - told < TOLD_SHARE) return;
    told = share;
    say(context, `${name}: ${String(Math.round(share * 100))} % compared`, { disk: name });
  };
  const compare = (within: StepContext): Promise<{ readonly seconds: number }> =>
    withinLimit(within, name, orderOf, describe, (order, reorder) =>
      ports.transfer.compareFlattened({ ...order, flatten }, onShare, within.signal, reorder),
    );
  const live = state.enteredAtMs.stopping === undefined;
  const { seconds } = live ? await whileThereIsRoom(context, compare) : await compare(context);
  const layer = state.layers[name];
  refuse(
    'going on',
    layer === undefined
      ? [`the layer of ${name} was not written down (G7)`]
      : unchangedSince([{ name, ...layer }], await ports.hypervisors.stat(plan.source.name, [from], signal)),
  );
  say(context, `${name} holds on both hosts what a guest sees of it (${COMPARISON})`, { disk: name });
  const destinationMark = await markThere(context, to, before);
  const pair = { algorithm: COMPARISON, source: CONTENT, destination: CONTENT } as const;
  return { type: 'disk-verified', disk: name, seconds, ...pair, destinationMark };
}
