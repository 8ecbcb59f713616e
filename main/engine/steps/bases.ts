import { travelling, type Plan } from '../../domain/plan.ts';
import { baseDirectory, fileName, pinnedName, stageDirectory } from '../../domain/naming.ts';
import { say, type StepContext } from '../context.ts';

/** Every file of the source that an overlay of the instance stands on, each once. */
export function basesOf(plan: Plan): readonly string[] {
  return [...new Set(travelling(plan).flatMap((disk) => disk.chain))].filter((path) =>
    path.startsWith(`${baseDirectory(plan.source.instancesPath)}/`),
  );
}

/** Gives the bases a second name on a host, and a fresh time: the image cache removes old ones that no instance there uses. */
export async function pinBases(
  { ports, state, signal }: StepContext,
  host: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) await ports.hypervisors.pin(host, state.plan.server.id, path, signal);
}

/**
 * Puts a base that the image cache removed back in its place, from its pin. A revert does not fetch it again
 * (nova/virt/libvirt/driver.py:13053-13110), and would end in ERROR after the copy at the destination is gone; at the
 * destination Nova would make an ephemeral one anew, with other content.
 */
export async function bringBasesBackAt(
  context: StepContext,
  host: string,
  paths: readonly string[],
): Promise<void> {
  const { ports, state, signal } = context;
  const { source, server } = state.plan;
  const there = await ports.hypervisors.stat(host, paths, signal);
  for (const [index, path] of paths.entries()) {
    if (there[index] !== undefined) continue;
    const pinned = `${stageDirectory(source.instancesPath, server.id)}/${pinnedName(path)}`;
    // Taken meanwhile: the pin stays that of the right file, so that the other one is found.
    if (!(await ports.hypervisors.publishBase(host, pinned, path, signal))) continue;
    await ports.hypervisors.pin(host, server.id, path, signal);
    say(context, `the base ${fileName(path)} had been removed on ${host}; it is back`, {
      level: 'warn',
      host,
    });
  }
}

export function bringBasesBack(context: StepContext): Promise<void> {
  return bringBasesBackAt(context, context.state.plan.source.name, basesOf(context.state.plan));
}

/** The bases at the destination that are no longer the files which were compared with the source's. */
export async function strangeBases({ ports, state, signal }: StepContext): Promise<readonly string[]> {
  const { destination, server } = state.plan;
  const paths = basesOf(state.plan).filter((path) => state.plan.bases.some((base) => base.path === path));
  const pins = paths.map(
    (path) => `${stageDirectory(destination.instancesPath, server.id)}/${pinnedName(path)}`,
  );
  const [now, pinned] = await Promise.all([
    ports.hypervisors.stat(destination.name, paths, signal),
    ports.hypervisors.stat(destination.name, pins, signal),
  ]);
  return paths.filter(
    (_path, index) => now[index] === undefined || now[index].inode !== pinned[index]?.inode,
  );
}
