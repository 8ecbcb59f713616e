import { Failure } from '../../domain/failure.ts';
import { baseDirectory, pinnedName, stageDirectory } from '../../domain/naming.ts';
import type { Shell } from '../../domain/ports.ts';
import { checkPath } from '../jobs/ids.ts';
import { lastWords, runScript } from '../jobs/run-script.ts';
import * as scripts from './scripts/files.ts';

/** Where files may be changed: one host, and there only below the instances directory. */
export interface Place {
  readonly shell: Shell;
  readonly instancesPath: string;
  readonly novaUser: string;
  readonly signal: AbortSignal | undefined;
}

export async function makeStage(place: Place, serverId: string): Promise<string> {
  await change(place, 'make the stage', scripts.MAKE_STAGE_SCRIPT, [
    place.instancesPath,
    serverId,
    place.novaUser,
  ]);
  return stageDirectory(place.instancesPath, serverId);
}

export async function releaseStage(place: Place, serverId: string): Promise<readonly string[]> {
  const args = [place.instancesPath, serverId];
  return await change(place, 'clear the stage', scripts.RELEASE_STAGE_SCRIPT, args);
}

export async function placeFiles(place: Place, serverId: string, names: readonly string[]): Promise<void> {
  const args = [place.instancesPath, serverId, place.novaUser, ...names.map(checkName)];
  await change(place, 'give the copy its place', scripts.PLACE_SCRIPT, args);
}

export async function unplaceFiles(place: Place, serverId: string, names: readonly string[]): Promise<void> {
  const args = [place.instancesPath, serverId, ...names.map(checkName)];
  await change(place, 'take the copy out of its place', scripts.UNPLACE_SCRIPT, args);
}

export async function publishBase(place: Place, stagedPath: string, finalPath: string): Promise<boolean> {
  const staged = below(`${place.instancesPath}/_coldhaul`, stagedPath);
  const final = below(baseDirectory(place.instancesPath), finalPath);
  const [answer] = await change(place, 'publish the base', scripts.PUBLISH_SCRIPT, [
    place.novaUser,
    staged,
    final,
  ]);
  return answer === 'published';
}

export async function swapIn(place: Place, path: string, newPath: string, keptPath: string): Promise<void> {
  const paths = [path, newPath, keptPath].map((one) => below(place.instancesPath, one));
  await change(place, 'swap the disk in', scripts.SWAP_SCRIPT, paths);
}

export async function setAside(place: Place, path: string): Promise<string | undefined> {
  const args = [below(place.instancesPath, path), place.instancesPath];
  const [kept] = await change(place, 'set the file aside', scripts.SET_ASIDE_SCRIPT, args);
  return kept;
}

/** Gives a file a second name in the stage. Safe to repeat. */
export async function pin(place: Place, serverId: string, path: string): Promise<string> {
  const pinned = `${await makeStage(place, serverId)}/${pinnedName(path)}`;
  await change(place, 'pin the base', scripts.PIN_SCRIPT, [below(place.instancesPath, path), pinned]);
  return pinned;
}

/** The name that Nova took from the disks when it began to copy. */
export async function putBack(place: Place, serverId: string): Promise<void> {
  await change(place, 'put the disks back', scripts.PUT_BACK_SCRIPT, [place.instancesPath, serverId]);
}

/** What a guest has in its swap is worth nothing to its next boot. */
export async function makeSwap(place: Place, serverId: string, sizeBytes: number): Promise<void> {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0)
    throw new Failure('bad-request', `${String(sizeBytes)} is no size of a disk.`);
  const args = [place.instancesPath, serverId, place.novaUser, String(sizeBytes)];
  await change(place, 'make the swap disk', scripts.MAKE_SWAP_SCRIPT, args);
}

/** libvirt forgets a domain that is off; what it knew is kept as a file. */
export async function undefine(place: Place, serverId: string): Promise<string> {
  const [kept = ''] = await change(place, 'have libvirt forget the domain', scripts.UNDEFINE_SCRIPT, [
    place.instancesPath,
    serverId,
  ]);
  return kept;
}

/** Of the instances directory itself, or of what lies below it. */
export async function setMode(place: Place, path: string, mode: number): Promise<void> {
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777)
    throw new Failure('bad-request', `${String(mode)} is no mode of a file.`);
  const target = path === place.instancesPath ? path : below(place.instancesPath, path);
  await change(place, 'set the mode', scripts.SET_MODE_SCRIPT, [target, mode.toString(8).padStart(4, '0')]);
}

/** Pulls the plug; a domain that is off already is as wanted. */
export async function destroyDomain(shell: Shell, serverId: string, signal?: AbortSignal): Promise<void> {
  const result = await shell.run(['env', 'LC_ALL=C', 'virsh', 'destroy', serverId], {
    as: 'root',
    ...(signal !== undefined && { signal }),
  });
  if (result.kind === 'exited' && (result.code === 0 || /domain is not running/i.test(result.stderr))) return;
  throw new Failure(
    'host.command-failed',
    `The domain ${serverId} on ${shell.host} could not be switched off: ${lastWords(result.stderr)}`,
    { hint: `On ${shell.host}: virsh domstate ${serverId}` },
  );
}

/** @throws Failure `migration.changed` with the script's sentence if it found something else than it was sent to change. */
export async function change(
  place: Place,
  what: string,
  script: string,
  args: readonly string[],
): Promise<readonly string[]> {
  const { shell, signal } = place;
  const said = await runScript(shell, what, script, args, { ...(signal !== undefined && { signal }) });
  const fields = said.split('\0').slice(0, -1);
  if (fields[0] !== 'refused') return fields;
  throw new Failure('migration.changed', `Could not ${what} on ${shell.host}: ${fields[1] ?? ''}.`, {
    hint: 'Look who else works on this instance, then plan again.',
  });
}

export function below(directory: string, path: string): string {
  if (checkPath(path).startsWith(`${directory}/`)) return path;
  throw new Failure('bad-request', `${path} is not below ${directory}, so it is not touched.`);
}

export function checkName(name: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return name;
  throw new Failure('bad-request', `${JSON.stringify(name)} is not the name of a file.`);
}
