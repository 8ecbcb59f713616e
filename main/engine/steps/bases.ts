import type { FileState } from '../../domain/host.ts';
import type { Refusals } from '../../domain/interlocks.ts';
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
export async function strangeBases(context: StepContext): Promise<readonly string[]> {
  const { plan } = context.state;
  const paths = basesOf(plan).filter((path) => plan.bases.some((base) => base.path === path));
  const seen = await withPins(context, plan.destination.name, paths);
  return seen
    .filter(({ now, pinned }) => now === undefined || now.inode !== pinned?.inode)
    .map(({ path }) => path);
}

/**
 * Why the disks of the source must not be used again as they are: a base below them is another file by now, with other
 * content, as an ephemeral one is that Nova made anew for the next instance. The image's, fetched again, is equal.
 */
export async function changedBelow(context: StepContext): Promise<Refusals> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const host = plan.source.name;
  const changed: string[] = [];
  for (const { path, pin, now, pinned } of await withPins(context, host, basesOf(plan))) {
    if (now === undefined || pinned === undefined || now.inode === pinned.inode) continue;
    const order = { migrationId: state.id, host, algorithm: plan.algorithm, written: false, shared: true };
    const base = fileName(path);
    const is = await ports.transfer.digest({ ...order, name: `${base}.now`, path }, signal);
    const was = await ports.transfer.digest({ ...order, name: `${base}.pinned`, path: pin }, signal);
    if (is.digest !== was.digest)
      changed.push(`on ${host}, ${path} is another file than the base of its disks, which is ${pin}`);
  }
  return changed;
}

interface BaseSeen {
  readonly path: string;
  /** Its second name, in the stage. */
  readonly pin: string;
  readonly now: FileState | undefined;
  readonly pinned: FileState | undefined;
}

async function withPins(
  { ports, state, signal }: StepContext,
  host: string,
  paths: readonly string[],
): Promise<readonly BaseSeen[]> {
  const { source, server } = state.plan;
  const pins = paths.map((path) => `${stageDirectory(source.instancesPath, server.id)}/${pinnedName(path)}`);
  const [now, pinned] = await Promise.all([
    ports.hypervisors.stat(host, paths, signal),
    ports.hypervisors.stat(host, pins, signal),
  ]);
  return paths.map((path, index) => ({
    path,
    pin: pins[index] ?? '',
    now: now[index],
    pinned: pinned[index],
  }));
}
