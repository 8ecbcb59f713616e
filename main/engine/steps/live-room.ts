import { Failure } from '../../domain/failure.ts';
import { liveDisks } from '../../domain/plan.ts';
import { formatBytes } from '../../domain/units.ts';
import { say, type StepContext } from '../context.ts';

/** Between two looks at the room; a disk of a few hundred MiB/s fills 10 GiB in that time. */
const LOOK_MS = 15_000;

/**
 * Does something while the guest writes to overlays, as long as the source has room to merge them again.
 *
 * @throws Failure `migration.changed` if it has not any more, after what was begun is broken off.
 */
export async function whileThereIsRoom<T>(
  context: StepContext,
  act: (within: StepContext) => Promise<T>,
): Promise<T> {
  const watch = new AbortController();
  const end = new AbortController();
  const within = { ...context, signal: AbortSignal.any([context.signal, watch.signal]) };
  let short: Failure | undefined;
  const watching = watchRoom(
    { ...context, signal: AbortSignal.any([context.signal, end.signal]) },
    (failure) => {
      short = failure;
      watch.abort();
    },
  );
  try {
    return await act(within);
  } catch (error) {
    throw short ?? error;
  } finally {
    end.abort();
    await watching;
  }
}

async function watchRoom(context: StepContext, tell: (failure: Failure) => void): Promise<void> {
  const { ports, signal } = context;
  try {
    for (;;) {
      const failure = await roomShort(context);
      if (failure !== undefined) {
        tell(failure);
        return;
      }
      await ports.clock.wait(LOOK_MS, signal);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A host that does not answer ends the copy by itself, or comes back.
    if (error.code !== 'cancelled')
      say(context, `the room for what the guest writes could not be looked at: ${error.message}`, {
        level: 'warn',
      });
  }
}

async function roomShort({ ports, state, signal }: StepContext): Promise<Failure | undefined> {
  const { plan } = state;
  const { freeBytes } = (await ports.hypervisors.facts(plan.source.name, signal)).instancesFileSystem;
  const merged = liveDisks(plan).reduce((sum, disk) => sum + disk.allocatedBytes, 0);
  if (freeBytes >= merged + plan.options.reserveBytes) return undefined;
  return new Failure(
    'migration.changed',
    `the guest writes so much that ${plan.source.name} has ${formatBytes(freeBytes)} left; to merge its disks again takes ${formatBytes(merged)}, and ${formatBytes(plan.options.reserveBytes)} are in reserve`,
    {
      hint: 'Make room there, or move it without --live. The instance runs on, and its disks are merged again.',
    },
  );
}
