import type { Refusals } from '../../domain/interlocks.ts';
import { fileName, pinnedName, stageDirectory } from '../../domain/naming.ts';
import type { BasePlan, FileMark } from '../../domain/plan.ts';
import type { StepContext } from '../context.ts';
import { basesOf, pinBases } from './bases.ts';
import { isMarked } from './marks.ts';

/**
 * Pins the bases on both hosts, and makes sure that what is pinned is what the plan compared: a plan may wait for hours
 * for its turn, and a base that was made anew meanwhile has the same name and size.
 *
 * @returns why the migration must not go on.
 */
export async function pinCompared(context: StepContext): Promise<Refusals> {
  const { ports, state, signal } = context;
  const { source, destination, server, bases } = state.plan;
  const present = bases.filter((base) => base.action === 'present');
  const paths = present.map(({ path }) => path);
  // A pin gives its file a fresh time, so the marks are read before.
  const marks = await Promise.all(
    [source.name, destination.name].map((host) => ports.hypervisors.stat(host, paths, signal)),
  );
  await pinBases(context, source.name, basesOf(state.plan));
  await ports.hypervisors.makeStage(destination.name, server.id, signal);
  await pinBases(context, destination.name, paths);
  const pins = paths.map((path) => `${stageDirectory(source.instancesPath, server.id)}/${pinnedName(path)}`);
  const pinned = await Promise.all(
    [source.name, destination.name].map((host) => ports.hypervisors.stat(host, pins, signal)),
  );
  const refusals: string[] = [];
  for (const [index, base] of present.entries()) {
    const isSame = (side: 0 | 1, mark: FileMark | undefined): boolean =>
      isMarked(marks[side]?.[index], mark) && pinned[side]?.[index]?.inode === mark?.inode;
    if (isSame(0, base.compared?.source) && isSame(1, base.compared?.destination)) continue;
    refusals.push(...(await compareAgain(context, base, pins[index] ?? '')));
  }
  return refusals;
}

async function compareAgain(context: StepContext, base: BasePlan, pin: string): Promise<Refusals> {
  const { ports, state, signal } = context;
  const { plan, id } = state;
  const order = { migrationId: id, algorithm: plan.algorithm, path: pin, written: false, shared: true };
  const digest = (host: string, side: string): Promise<{ readonly digest: string }> =>
    ports.transfer.digest({ ...order, host, name: `${fileName(base.path)}.${side}` }, signal);
  const [ours, theirs] = await Promise.all([
    digest(plan.source.name, 'pinned-source'),
    digest(plan.destination.name, 'pinned-destination'),
  ]);
  if (ours.digest === theirs.digest) return [];
  return [
    `since the plan, ${base.path} became another file on ${plan.source.name} or ${plan.destination.name}: they are no longer equal (G7)`,
  ];
}
