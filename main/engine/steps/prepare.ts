import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { notRunningOn, nothingHasItOpen, withoutConversionsOf } from '../../domain/interlocks.ts';
import { layered, tails, travelling, type DiskPlan } from '../../domain/plan.ts';
import { showCommand, stageDirectory } from '../../domain/naming.ts';
import { refuse, say, type StepContext } from '../context.ts';
import { changedLayers } from './layer.ts';
import { layerPath } from './layer-path.ts';

/** Makes one file of a chain that cannot be trusted, compares what the guest sees, and swaps it in; the old file is kept. */
export async function flatten(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const disk = diskOf(context, name);
  const stage = stageDirectory(plan.source.instancesPath, plan.server.id);
  const [newPath, keptPath] = [`${stage}/${name}.flat`, `${stage}/${name}.before-flatten`];
  await ports.hypervisors.makeStage(plan.source.name, plan.server.id, signal);

  const [kept, now] = await ports.hypervisors.stat(plan.source.name, [keptPath, disk.path], signal);
  const other = kept !== undefined && kept.inode !== now?.inode;
  // A swap that only began has given the disk a second name: the guest may have run on it since. And an original that an
  // earlier migration left says nothing of a disk that stands on a base again, as a rebuilt one does.
  const swapped = other && (now === undefined || (await standsAlone(context, name)));
  if (other && !swapped) await ports.hypervisors.setAside(plan.source.name, keptPath, signal);
  let seconds = 0;
  if (!swapped) {
    say(context, `flattening ${name}: ${disk.reason}`, { host: plan.source.name, disk: name });
    const order = {
      migrationId: state.id,
      disk: name,
      host: plan.source.name,
      user: plan.source.novaUser,
      fromPath: disk.path,
      fromFormat: disk.format,
      toPath: newPath,
    };
    ({ seconds } = await ports.transfer.flatten(
      order,
      (share) => {
        context.moved(name, Math.round(share * disk.bytesToMove));
      },
      signal,
    ));
  }
  // It may have been started and stopped beside us while the conversion ran.
  const here = await ports.hypervisors.instance(plan.source.name, plan.server.id, signal);
  const others = plan.disks.filter((other) => other.strategy === 'flatten' && other.name !== name);
  const calm = withoutConversionsOf(
    others.map((each) => each.name),
    here,
  );
  refuse('the swap', [...notRunningOn(here), ...nothingHasItOpen(calm)]);
  // Not cut off by a cancel: a swap that goes on by itself could take the disk from under a guest that runs again.
  await ports.hypervisors.swapIn(plan.source.name, disk.path, newPath, keptPath);
  const [flat] = await ports.hypervisors.stat(plan.source.name, [disk.path], signal);
  if (flat === undefined)
    throw new Failure(
      'migration.failed',
      `${disk.path} is not there after it was flattened; the original is ${keptPath}`,
    );
  return { type: 'disk-flattened', disk: name, bytes: flat.sizeBytes, seconds, keptPath };
}

/** True if the instance's disk is one file without a base. */
async function standsAlone({ ports, state, signal }: StepContext, name: string): Promise<boolean> {
  const { source, server } = state.plan;
  const { directory } = await ports.hypervisors.instance(source.name, server.id, signal);
  return directory?.disks.find((file) => file.name === name)?.chain.length === 1;
}

/** Writes down what the files are now that nothing writes to them any more, and makes sure that Nova can read them. */
export async function freeze(context: StepContext): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { source, server } = state.plan;
  refuse('copying', nothingHasItOpen(await ports.hypervisors.instance(source.name, server.id, signal)));
  const disks = travelling(state.plan);
  const states = await ports.hypervisors.stat(
    source.name,
    disks.map((disk) => disk.path),
    signal,
  );
  const files = disks.map((disk, index) => {
    const file = states[index];
    if (file === undefined)
      throw new Failure('migration.changed', `${disk.path} is gone from ${source.name}`);
    return { name: disk.name, sizeBytes: file.sizeBytes, mtimeSeconds: file.mtimeSeconds, inode: file.inode };
  });
  const layers = [...layered(state.plan), ...tails(state.plan)].map((disk) =>
    layerPath(state.plan, disk.name),
  );
  for (const path of [...disks.map((disk) => disk.path), ...layers]) {
    if (await ports.hypervisors.readableBy(source.name, source.novaUser, path, signal)) continue;
    throw new Failure(
      'migration.failed',
      `${source.novaUser} on ${source.name} cannot read ${path}, so neither could Nova`,
      {
        hint: `On ${source.name}: ${showCommand(['chown', `${source.novaUser}:`, path])}`,
      },
    );
  }
  refuse('copying', await changedLayers(context));
  return { type: 'frozen', files };
}

export function diskOf(context: StepContext, name: string): DiskPlan {
  const { plan } = context.state;
  const disk = [...plan.disks, ...tails(plan)].find((candidate) => candidate.name === name);
  if (disk === undefined) throw new Failure('internal', `the plan has no disk ${name}`);
  return disk;
}
