import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { formatBytes } from '../../domain/units.ts';
import { say, type StepContext } from '../context.ts';
import { waysOf } from './copying.ts';
import { layerPath } from './layer-path.ts';
import { whileThereIsRoom } from './live-room.ts';
import { diskOf } from './prepare.ts';

/** Told once for so much of it. */
const TOLD_SHARE = 0.1;

/**
 * Makes one file without a base of a layer that was frozen live, and compares it with what the guest sees through the layer. It travels
 * in place of the layer. Nothing of the instance is changed: at the source its disk goes on standing on the layer.
 */
export async function flattenLayer(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state } = context;
  const { plan } = state;
  const disk = diskOf(context, name);
  const [layer, flat] = [layerPath(plan, name), waysOf(plan, disk).from];
  const { source } = plan;
  say(context, `flattening the layer of ${name} while the instance runs: ${disk.reason}`, {
    host: source.name,
    disk: name,
  });
  const order = {
    migrationId: state.id,
    disk: name,
    host: source.name,
    user: source.novaUser,
    fromPath: layer,
    fromFormat: disk.format,
    toPath: flat,
  };
  let told = 0;
  const { bytes, seconds } = await whileThereIsRoom(context, ({ signal }) =>
    ports.transfer.flatten(
      order,
      (share) => {
        if (share - told < TOLD_SHARE) return;
        told = share;
        say(context, `${name}: ${String(Math.round(share * 100))} % of the layer flattened`, {
          host: source.name,
          disk: name,
        });
      },
      signal,
    ),
  );
  const [now] = await ports.hypervisors.stat(source.name, [flat], context.signal);
  if (now === undefined)
    throw new Failure('migration.changed', `${flat} is gone from ${source.name} after it was made`);
  say(context, `flattened the layer of ${name}: ${formatBytes(bytes)}`, { host: source.name, disk: name });
  const flatLayer = { inode: now.inode, sizeBytes: now.sizeBytes, mtimeSeconds: now.mtimeSeconds };
  return { type: 'disk-flattened', disk: name, bytes, seconds, keptPath: layer, flatLayer };
}
