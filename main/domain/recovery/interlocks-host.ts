import type { InstanceDirectory } from '../host.ts';
import { fileName } from '../naming.ts';
import type { Action, Refusals } from './action.ts';
import { isAtWork, mayBeAtWork } from './at-work.ts';
import { holdersOf, isFrozenLayer, isMadeThere } from './bases.ts';
import { isAtRest, isRunning, isWhole, rootOf, runsOn, type CaseFile, type Seen } from './case-file.ts';
import { disksInPlace } from './interlocks-cloud.ts';
import { isFarSmaller } from './proof.ts';

/** Reasons against what is done on a host. */

function hostOf({ seen }: CaseFile, name: string): Seen | undefined {
  return seen.find((host) => host.name === name);
}

function openOn({ name, instance }: Seen): Refusals {
  return instance.openBy.map((process) => `on ${name} a process uses its files: ${process} (G1)`);
}

export function puttingBack(file: CaseFile, hostName: string): Refusals {
  const { server, source, destination } = file;
  const host = hostOf(file, hostName);
  if (host === undefined) return [`${hostName} does not tell what it has (G7)`];
  const { directory, resizeDirectory } = host.instance;
  const workers = server.status === 'REVERT_RESIZE' ? [host, source, destination] : [host];
  return [
    ...(server.host === hostName
      ? []
      : [`Nova says that it is on ${server.host ?? 'no host'}, not on ${hostName} (G7)`]),
    ...(directory === undefined ? [] : [`${directory.path} is there (G2)`]),
    ...(resizeDirectory === undefined || (file.hasRoot && rootOf(resizeDirectory) === undefined)
      ? ['there is no _resize with a root disk (G7)']
      : []),
    ...(mayBeAtWork(file, workers)
      ? [`Nova may still be at work: ${server.status} (${server.taskState ?? 'no task'}) (G7)`]
      : []),
    ...(server.status === 'VERIFY_RESIZE' ? ['Nova itself puts it back: revert (G7)'] : []),
    ...openOn(host),
    ...runsOn(file).map(({ name }) => `it runs on ${name} (G5)`),
  ];
}

/** A rename loses nothing; but what is renamed must not be what Nova looks for, nor the only good copy. */
export function settingAside(file: CaseFile, hostName: string, path: string): Refusals {
  const { server } = file;
  const host = hostOf(file, hostName);
  if (host === undefined) return [`${hostName} does not tell what it has (G7)`];
  const { directory, resizeDirectory } = host.instance;
  const target = [directory, resizeDirectory].find((each) => each?.path === path);
  if (target === undefined) return [`${path} is not on ${hostName} (G7)`];
  const isHome = server.host === hostName;
  const isEmpty = file.hasRoot && rootOf(target) === undefined;
  return [
    ...(isHome && target === directory && !isEmpty ? [`Nova looks for its disks in ${path} (G2)`] : []),
    ...(isEmpty || hasOther(file, target) ? [] : ['no other host or name has whole disks of it (G2)']),
    ...neededByNova(file, host, target, isEmpty),
    ...(isRunning(host) ? [`it runs on ${hostName} (G5)`] : []),
    ...openOn(host),
  ];
}

/** Whole disks elsewhere that are not so small that nothing can have been copied into them. */
function hasOther(file: CaseFile, target: InstanceDirectory): boolean {
  const root = rootOf(target);
  return file.seen
    .flatMap(({ instance }) => [instance.directory, instance.resizeDirectory])
    .some((each) => {
      if (each === undefined || each === target || !isWhole(each)) return false;
      const other = rootOf(each);
      if (other === undefined) return !file.hasRoot;
      return root === undefined || !isFarSmaller(other, root);
    });
}

/** Until it is at rest, Nova may want either directory; but for a stray beside the one that Nova uses. */
function neededByNova(file: CaseFile, host: Seen, target: InstanceDirectory, isEmpty: boolean): Refusals {
  const { server, source, destination } = file;
  const { directory, resizeDirectory } = host.instance;
  if (isAtRest(file)) return [];
  if (server.status === 'ERROR' && server.taskState === undefined)
    return target === resizeDirectory && !isEmpty
      ? [`it is in ERROR, and ${target.path} may be the way back (G2)`]
      : [];
  if (server.status === 'VERIFY_RESIZE' && server.taskState === undefined) {
    const isStray =
      (host === source && target === directory && rootOf(resizeDirectory) !== undefined) ||
      (host === destination && target === resizeDirectory);
    return isStray ? [] : ['Nova says VERIFY_RESIZE and needs it for its verdict (G7)'];
  }
  return isGivenUp(file) && host !== source ? [] : [`Nova says ${server.status} and may still need it (G7)`];
}

/** RESIZE of which the source's nova-compute knows nothing more, with the disks home again. */
function isGivenUp(file: CaseFile): boolean {
  const { source, server } = file;
  if (server.status !== 'RESIZE' || source === undefined || file.at !== 'source') return false;
  const { resizeDirectory, directory } = source.instance;
  return !isAtWork(file, source) && resizeDirectory === undefined && isWhole(directory);
}

export function bringing(
  file: CaseFile,
  { from, to, path }: Extract<Action, { kind: 'bring-base' }>,
): Refusals {
  const holders = holdersOf(file, path).map(({ name }) => name);
  return [
    ...(holders.includes(from) ? [] : [`${from} has no ${fileName(path)} (G7)`]),
    ...(isFrozenLayer(path)
      ? [
          `${path} is a frozen layer with the instance’s own data, and no base that another host could give (G2)`,
        ]
      : []),
    ...(holders.includes(to) ? [`${to} has a ${fileName(path)} already (G4)`] : []),
    ...(isMadeThere(path) && from !== file.source?.name
      ? [
          `${fileName(path)} of ${from} has another content than that of the host where the disk was written (G2)`,
        ]
      : []),
  ];
}

export function forgetting(file: CaseFile, hostName: string): Refusals {
  const { server } = file;
  const domain = hostOf(file, hostName)?.instance.domain ?? 'not told';
  return [
    ...(domain === 'shut off' ? [] : [`the domain on ${hostName} is ${domain}, not shut off (G5)`]),
    ...(server.host === hostName ? [`Nova says that it is on ${hostName} (G7)`] : []),
    ...(isAtRest(file) ? [] : [`Nova says ${server.status} and may still need it (G7)`]),
    ...disksInPlace(file),
  ];
}

/** Only where Nova looks for it, and only what is not there. */
export function makingSwap(
  file: CaseFile,
  { host: hostName, name }: Extract<Action, { kind: 'make-swap' }>,
): Refusals {
  const host = hostOf(file, hostName);
  if (host === undefined) return [`${hostName} does not tell what it has (G7)`];
  const { directory } = host.instance;
  return [
    ...(file.server.host === hostName
      ? []
      : [`Nova says that it is on ${file.server.host ?? 'no host'}, not on ${hostName} (G7)`]),
    ...(directory === undefined ? [`${hostName} has no directory of it (G7)`] : []),
    ...(directory?.disks.some((disk) => disk.name === name) === true ? [`${name} is there (G4)`] : []),
    ...(name === 'disk.swap' ? [] : [`${name} is no swap disk`]),
    ...(isRunning(host) ? [`it runs on ${hostName} (G5)`] : []),
  ];
}
