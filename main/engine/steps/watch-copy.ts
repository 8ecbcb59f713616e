import type { InstanceOnHost } from '../../domain/host.ts';
import { lasting, travelling } from '../../domain/plan.ts';
import { instanceDirectory } from '../../domain/naming.ts';
import { Failure } from '../../domain/failure.ts';
import { say, type StepContext } from '../context.ts';
import { stagedPath } from './copying.ts';

/** Nova reports no progress of a cold migration, so the growth at the destination is read from its files. */
export async function watchNovaCopy(context: StepContext): Promise<void> {
  try {
    await readGrowth(context);
  } catch (error) {
    // Nova copies whether we see it or not.
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    say(context, `the progress of Nova’s copy could not be read: ${error.message}`, { level: 'debug' });
  }
}

async function readGrowth(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const there = await ports.hypervisors.instance(state.plan.destination.name, state.plan.server.id, signal);
  for (const disk of travelling(state.plan)) {
    const bytesDone = arrivedBytes(there, disk.name);
    if (bytesDone !== undefined) context.moved(disk.name, bytesDone);
  }
}

/** rsync writes to `.<name>.XXXXXX` until a file is whole; scp writes to the name itself. */
export function arrivedBytes(there: InstanceOnHost, name: string): number | undefined {
  const { directory } = there;
  if (directory === undefined) return undefined;
  const whole = directory.disks.find((disk) => disk.name === name)?.sizeBytes;
  const files = [...directory.others, ...directory.disks];
  const partial = files.find((file) => file.path.startsWith(`${directory.path}/.${name}.`))?.sizeBytes;
  return partial ?? whole;
}

/**
 * Bytes of the disks that Nova's own copy step wrote: the files that are no longer the ones we placed. rsync makes a new
 * inode for whatever it copies (docs/handbook/nova.md, handing over). scp would write through our hard link into the proven file;
 * while the guest is off its time tells.
 *
 * @param off - The guest has not been started on the files yet.
 */
export async function copiedByNova({ ports, state, signal }: StepContext, off: boolean): Promise<number> {
  const { plan } = state;
  const disks = lasting(plan);
  const directory = instanceDirectory(plan.destination.instancesPath, plan.server.id);
  const [now, ours] = await Promise.all([
    ports.hypervisors.stat(
      plan.destination.name,
      disks.map((disk) => `${directory}/${disk.name}`),
      signal,
    ),
    ports.hypervisors.stat(
      plan.destination.name,
      disks.map((disk) => stagedPath(plan, disk.name)),
      signal,
    ),
  ]);
  return disks.reduce((bytes, disk, index) => {
    const [file, staged] = [now[index], ours[index]];
    const frozen = state.frozen?.find((candidate) => candidate.name === disk.name);
    const untouched =
      !off || (file?.mtimeSeconds === frozen?.mtimeSeconds && file?.sizeBytes === frozen?.sizeBytes);
    const adopted = file !== undefined && file.inode === staged?.inode && untouched;
    return adopted ? bytes : bytes + (file?.sizeBytes ?? 0);
  }, 0);
}
