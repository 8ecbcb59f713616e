import { Failure } from '../../domain/failure.ts';
import type { FileMark } from '../../domain/file-mark.ts';
import type { FrozenLive } from '../../domain/hypervisors.ts';
import { change, checkName, type Place } from './changes.ts';
import { FREEZE_LIVE_SCRIPT } from './scripts/live.ts';
import { NAME_DISKS_SCRIPT } from './scripts/name-disks.ts';

/** Name of the disk, and the three numbers of its mark. */
const FIELDS = 4;

/** Freezes disks of a guest that runs, all at one moment. Safe to repeat. */
export async function freezeLive(
  place: Place,
  serverId: string,
  names: readonly string[],
  quiesce: boolean,
): Promise<FrozenLive> {
  if (names.length === 0) throw new Failure('bad-request', 'There is no disk to be frozen.');
  const { instancesPath, novaUser } = place;
  const args = [instancesPath, serverId, novaUser, quiesce ? 'yes' : 'no', ...names.map(checkName)];
  const [quiesced, ...fields] = await change(place, 'freeze the disks', FREEZE_LIVE_SCRIPT, args);
  const layers = names.map((name, index): [string, FileMark] => {
    const [told, ...numbers] = fields.slice(index * FIELDS, (index + 1) * FIELDS);
    const [inode, sizeBytes, mtimeSeconds] = numbers.map(Number);
    if (told !== name || inode === undefined || sizeBytes === undefined || mtimeSeconds === undefined)
      throw new Failure('internal', `the layer of ${name} was not described`);
    return [name, { inode, sizeBytes, mtimeSeconds }];
  });
  return { layers: Object.fromEntries(layers), quiesced: quiesced === 'yes' };
}

/** Gives the definition of the domain the usual paths of its disks again. Safe to repeat. */
export async function nameDisksAgain(place: Place, serverId: string): Promise<boolean> {
  const args = [place.instancesPath, serverId];
  const [said] = await change(place, 'define the disks by their names', NAME_DISKS_SCRIPT, args);
  return said === 'named';
}
