import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { unchangedSince } from '../../domain/interlocks.ts';
import { instanceDirectory, resizeDirectory } from '../../domain/naming.ts';
import type { DiskPlan } from '../../domain/plan.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { formatBytes, formatRate } from '../../domain/units.ts';
import { refuse, say, type StepContext } from '../context.ts';
import { copyWithinLimit } from './copy-within-limit.ts';
import { diskOrder, isLayer, isStreamed, waysOf } from './copying.ts';
import { whileThereIsRoom } from './live-room.ts';
import { markThere } from './mark-there.ts';
import { diskOf } from './prepare.ts';
import { verifyStreamed } from './verify-streamed.ts';

/** Copies one file to the stage at the destination. */
export async function copy(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state, signal } = context;
  const disk = diskOf(context, name);
  await ports.hypervisors.makeStage(state.plan.destination.name, state.plan.server.id, signal);
  await refuseInUse(context, disk);
  const orderOf = (limit: number | undefined): CopyOrder => diskOrder(state.plan, disk, limit);
  say(context, `copying ${name}`, {
    host: state.plan.source.name,
    disk: name,
    command: ports.transfer.describeCopy(orderOf(context.limit.kibPerSecond())),
  });
  const live = state.enteredAtMs.stopping === undefined;
  const { bytes, seconds } = live
    ? await whileThereIsRoom(context, (within) => copyWithinLimit(within, name, orderOf))
    : await copyWithinLimit(context, name, orderOf);
  context.moved(name, bytes);
  say(context, `copied ${name}: ${formatBytes(bytes)} at ${formatRate(bytes / Math.max(seconds, 0.001))}`, {
    disk: name,
  });
  return { type: 'disk-copied', disk: name, bytes, seconds };
}

/** Digests of both sides, read from the disks. Nova never looks at the content (docs/handbook/nova.md, handing over), so nothing goes on before they are equal. */
export async function verify(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const disk = diskOf(context, name);
  const byNova = state.handedOver !== undefined;
  if (!byNova && isStreamed(plan, name)) return verifyStreamed(context, disk);
  const sourcePath = byNova
    ? `${resizeDirectory(plan.source.instancesPath, plan.server.id)}/${name}`
    : waysOf(plan, disk).from;
  const destinationPath = byNova
    ? `${instanceDirectory(plan.destination.instancesPath, plan.server.id)}/${name}`
    : waysOf(plan, disk).to;
  const common = { migrationId: state.id, algorithm: plan.algorithm, shared: false };
  const here = {
    ...common,
    name: `${name}.source`,
    host: plan.source.name,
    path: sourcePath,
    written: false,
  };
  const there = {
    ...common,
    name: `${name}.destination`,
    host: plan.destination.name,
    path: destinationPath,
    written: true,
  };
  const [before] = await ports.hypervisors.stat(plan.destination.name, [destinationPath], signal);
  // A file that Nova did not bring is an answer: the migration is not proven, and can be reverted.
  const [source, destination] = await Promise.all([
    byNova ? digestOrAbsence(context, here, 'the source') : ports.transfer.digest(here, signal),
    byNova ? digestOrAbsence(context, there, 'the destination') : ports.transfer.digest(there, signal),
  ]);
  if (source.digest !== destination.digest && !byNova) {
    throw new Failure(
      'migration.copy-differs',
      `${name} at ${plan.destination.name} is not equal to its source: ${plan.algorithm} ${beginningOf(destination.digest)} instead of ${beginningOf(source.digest)}`,
      { hint: 'The source is whole. Check memory, disk and network of both hosts before another try.' },
    );
  }
  const mark = state.flattened[name]?.flatLayer ?? state.layers[name];
  const frozen =
    mark === undefined ? (state.frozen ?? []).filter((file) => file.name === name) : [{ name, ...mark }];
  if (!byNova)
    refuse(
      'going on',
      unchangedSince(frozen, await ports.hypervisors.stat(plan.source.name, [sourcePath], signal)),
    );
  if (source.digest !== destination.digest)
    say(context, `${name} is NOT equal on both hosts`, { level: 'error', disk: name });
  else
    say(context, `${name} is equal on both hosts (${plan.algorithm} ${beginningOf(source.digest)})`, {
      disk: name,
    });
  return {
    type: 'disk-verified',
    disk: name,
    seconds: Math.max(source.seconds, destination.seconds),
    algorithm: plan.algorithm,
    source: source.digest,
    destination: destination.digest,
    ...(mark !== undefined && { destinationMark: await markThere(context, destinationPath, before) }),
  };
}

/** A layer that something stands on already must not be written to. */
async function refuseInUse({ ports, state, signal }: StepContext, disk: DiskPlan): Promise<void> {
  const { plan } = state;
  if (!isLayer(plan, disk)) return;
  const { to } = waysOf(plan, disk);
  const standing = await ports.hypervisors.standingOn(plan.destination.name, to, signal);
  refuse(
    'copying',
    standing.map((path) => `${path} on ${plan.destination.name} stands on ${to} already (G2)`),
  );
}

type DigestOrder = Parameters<StepContext['ports']['transfer']['digest']>[0];

/** A digest, or words in its place that no digest is equal to, if the file is not there. */
async function digestOrAbsence(
  { ports, signal }: StepContext,
  order: DigestOrder,
  where: string,
): Promise<{ readonly digest: string; readonly seconds: number }> {
  const [file] = await ports.hypervisors.stat(order.host, [order.path], signal);
  return file === undefined
    ? { digest: `no file at ${where}`, seconds: 0 }
    : ports.transfer.digest(order, signal);
}

/** Enough of a digest to tell two apart, in a sentence. */
function beginningOf(digest: string): string {
  return `${digest.slice(0, 16)}…`;
}
