import { Failure } from '../../domain/failure.ts';
import type { FileMark } from '../../domain/plan.ts';
import type { Unlayered } from '../../domain/hypervisors.ts';
import { runScript } from '../jobs/run-script.ts';
import { below, change, checkName, type Place } from './changes.ts';
import {
  CHAINS_ON_SCRIPT,
  DROP_FLAT_SCRIPT,
  LAYER_SCRIPT,
  UNLAYER_SCRIPT,
  UNMERGED_SCRIPT,
} from './scripts/layers.ts';

/** Makes an empty overlay of a disk, and a frozen layer of what it was. Safe to repeat. */
export async function layer(place: Place, serverId: string, disk: string, file: string): Promise<FileMark> {
  const args = [place.instancesPath, serverId, place.novaUser, checkName(disk), checkName(file)];
  const [inode, sizeBytes, mtimeSeconds] = (await change(place, 'freeze the disk', LAYER_SCRIPT, args)).map(
    Number,
  );
  if (inode === undefined || sizeBytes === undefined || mtimeSeconds === undefined)
    throw new Failure('internal', `the layer of ${disk} was not described`);
  return { inode, sizeBytes, mtimeSeconds };
}

/** Gives the layer its name as a disk again, if nothing was written since. Safe to repeat. */
export async function unlayer(
  place: Place,
  serverId: string,
  disk: string,
  file: string,
  merged: FileMark | undefined,
): Promise<Unlayered> {
  const mark =
    merged === undefined ? '' : [merged.inode, merged.sizeBytes, merged.mtimeSeconds].map(String).join(' ');
  const args = [place.instancesPath, serverId, checkName(disk), mark, checkName(file)];
  const [said] = await change(place, 'put the layer back', UNLAYER_SCRIPT, args);
  if (said === 'put back' || said === 'written' || said === 'none') return said;
  throw new Failure('internal', `it was not told what became of the layer of ${disk}`);
}

/** What of a layer has not reached the file of its disk. Reads only, and flushes. */
export async function unmergedBytes(
  place: Place,
  serverId: string,
  disk: string,
  file: string,
): Promise<number | undefined> {
  const args = [place.instancesPath, serverId, checkName(disk), checkName(file)];
  const [said] = await change(place, 'compare the disk with its layer', UNMERGED_SCRIPT, args);
  return said === undefined ? undefined : Number(said);
}

/** Removes the flattened layers of an instance that lie there to travel. Safe to repeat. */
export async function dropFlatLayers(place: Place, serverId: string): Promise<void> {
  await change(place, 'remove flattened layers', DROP_FLAT_SCRIPT, [place.instancesPath, serverId]);
}

/** Every file on the host whose backing chain goes on at this path. Reads only. */
export async function standingOn(place: Place, path: string): Promise<readonly string[]> {
  const { shell, instancesPath, signal } = place;
  const args = [instancesPath, below(instancesPath, path)];
  const options = { ...(signal !== undefined && { signal }) };
  const said = await runScript(shell, 'look at the chains', CHAINS_ON_SCRIPT, args, options);
  return said.split('\0').slice(0, -1);
}
