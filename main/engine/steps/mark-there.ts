import { Failure } from '../../domain/failure.ts';
import type { FileMark } from '../../domain/plan.ts';
import type { StepContext } from '../context.ts';
import { isMarked } from './marks.ts';

/** By what the file that was read is known again. */
export async function markThere(
  { ports, state, signal }: StepContext,
  path: string,
  before: FileMark | undefined,
): Promise<FileMark> {
  const host = state.plan.destination.name;
  const [now] = await ports.hypervisors.stat(host, [path], signal);
  if (now === undefined || !isMarked(now, before))
    throw new Failure('migration.changed', `${path} on ${host} changed while it was proven`);
  return { inode: now.inode, sizeBytes: now.sizeBytes, mtimeSeconds: now.mtimeSeconds };
}
