import type { Server } from './cloud.ts';
import type { FrozenFile } from './facts.ts';
import type { Plan } from './plan.ts';
import type { FileState, InstanceOnHost } from './host.ts';

/** What is read on both sides right before an act that changes something (G7). */
export interface Sight {
  readonly server: Server;
  readonly source: InstanceOnHost;
  readonly destination: InstanceOnHost;
}

/** What is sure to be left of the end of a process's words: an instance's id, a disk's name and the ending of its image. */
const TOLD_CHARACTERS = 64;

/** Reasons why the act must not happen now; empty means go. Each names its rule, G1 to G7. */
export type Refusals = readonly string[];

/** G1: a process that has a file open, or copies it, decides what is in it. */
export function nothingHasItOpen(...hosts: readonly InstanceOnHost[]): Refusals {
  return hosts.flatMap((host) =>
    [...new Set([...host.openBy, ...host.copyProcesses])].map(
      (process) => `on ${host.host} a process uses its files: ${process} (G1)`,
    ),
  );
}

/**
 * The host without the conversions that this migration itself has under way for its other disks. Each reads that disk
 * and writes beside it, in the stage; none touches the one that is asked about.
 */
export function withoutConversionsOf(disks: readonly string[], host: InstanceOnHost): InstanceOnHost {
  const stage = host.stage?.path;
  if (stage === undefined) return host;
  const ends = disks.flatMap((name) => [`${stage}/${name}.flat`, `${stage}/${name}.flat.part`]);
  // A long command is told by its beginning and its end; the file that is made stands last.
  const isOurs = (process: string): boolean =>
    /^\d+ \S*qemu-img (convert|compare) -p /.test(process) &&
    ends.some((end) => process.endsWith(end.slice(-TOLD_CHARACTERS)));
  return {
    ...host,
    openBy: host.openBy.filter((process) => !isOurs(process)),
    copyProcesses: host.copyProcesses.filter((process) => !isOurs(process)),
  };
}

/** G2: two directories on one host, and nobody has said which is good. */
export function neverBothDirectories(...hosts: readonly InstanceOnHost[]): Refusals {
  return hosts
    .filter((host) => host.directory !== undefined && host.resizeDirectory !== undefined)
    .map(
      (host) =>
        `${host.host} has both ${host.directory?.path ?? ''} and ${host.resizeDirectory?.path ?? ''} (G2)`,
    );
}

/** G5: an instance never runs on two hosts. What libvirt does not tell is no permission. */
export function notRunningOn(...hosts: readonly InstanceOnHost[]): Refusals {
  return hosts.flatMap((host) => {
    if (host.domain === 'running' || host.domain === 'paused')
      return [`it is ${host.domain} on ${host.host} (G5)`];
    return host.domain === 'unknown'
      ? [`libvirt on ${host.host} does not tell whether it runs there (G5)`]
      : [];
  });
}

/** The files are what they were when the instance had stopped: same inode, size and time. */
export function unchangedSince(
  frozen: readonly FrozenFile[],
  now: readonly (FileState | undefined)[],
): Refusals {
  return frozen.flatMap((file, index) => {
    const state = now[index];
    if (state === undefined) return [`${file.name} is gone from the source (G7)`];
    const same =
      state.inode === file.inode &&
      state.sizeBytes === file.sizeBytes &&
      state.mtimeSeconds === file.mtimeSeconds;
    return same ? [] : [`${file.name} changed on the source after it was copied (G7)`];
  });
}

/**
 * The instance's disks are those that were planned for: same names, same chains. Hours may lie between plan and start,
 * and an instance that was rebuilt, or got a snapshot or another disk, needs another plan.
 */
export function asPlanned(plan: Plan, source: InstanceOnHost): Refusals {
  const disks = source.directory?.disks ?? [];
  const planned = plan.disks.filter((disk) => disk.role !== 'other');
  const added = disks
    .filter((disk) => !plan.disks.some((known) => known.name === disk.name))
    .map((disk) => `${disk.name} is new`);
  const changed = planned.flatMap((known) => {
    const disk = disks.find((candidate) => candidate.name === known.name);
    if (disk === undefined) return [`${known.name} is gone`];
    const chain = disk.chain.slice(1).map((link) => link.path);
    const same =
      chain.length === known.chain.length && chain.every((path, index) => path === known.chain[index]);
    return same ? [] : [`${known.name} has another chain`];
  });
  const elsewhere = (source.domainFiles ?? [])
    .filter((path) => !plan.disks.some((known) => known.path === path))
    .map((path) => `its domain uses ${path}, which was not planned,`);
  return [...added, ...changed, ...elsewhere].map(
    (reason) => `since the plan, ${reason} on ${source.host} (G7)`,
  );
}

/** Before Nova is told to migrate onto the copy. */
export function beforeHandOver(sight: Sight, sourceHost: string): Refusals {
  const { server, source, destination } = sight;
  return [
    ...(server.host === sourceHost
      ? []
      : [`Nova says that it is on ${server.host ?? 'no host'}, not on ${sourceHost} (G7)`]),
    ...(server.taskState === undefined ? [] : [`Nova is busy with it: ${server.taskState} (G7)`]),
    ...nothingHasItOpen(source, destination),
    ...neverBothDirectories(source, destination),
    ...(source.resizeDirectory === undefined
      ? []
      : [`${source.resizeDirectory.path} exists on the source, and a migrate would delete it (G2)`]),
    ...notRunningOn(source, destination),
  ];
}

/** Before Nova is told to throw the source copy away. An instance that boots from a volume has no root disk. */
export function beforeConfirm(
  sight: Sight,
  proven: boolean,
  destinationHost: string,
  hasRoot: boolean,
): Refusals {
  const { server, source, destination } = sight;
  return [
    ...(proven ? [] : ['the copy at the destination is not proven (G3)']),
    ...(server.status === 'VERIFY_RESIZE' && server.host === destinationHost
      ? []
      : [
          `Nova says ${server.status} on ${server.host ?? 'no host'}, not VERIFY_RESIZE on ${destinationHost} (G7)`,
        ]),
    ...(!hasRoot || destination.directory?.disks.some((disk) => disk.role === 'root') === true
      ? []
      : ['the destination holds no root disk (G3)']),
    ...(destination.domain === 'absent' || destination.domain === 'unknown'
      ? [`libvirt on the destination says ${destination.domain} (G3)`]
      : []),
    ...neverBothDirectories(source, destination),
    ...notRunningOn(source),
    ...nothingHasItOpen(source),
  ];
}

/**
 * Before Nova is told to go back to the source. Revert removes `<uuid>` when `_resize` exists
 * (nova/virt/libvirt/driver.py:13072-13074), so both may be there only if `_resize` holds the very files that the
 * instance had when it was stopped: then it is the good one, and the other a copy (the case misip).
 */
export function beforeRevert(sight: Sight, frozen: readonly FrozenFile[]): Refusals {
  const { server, source } = sight;
  const kept = source.resizeDirectory?.disks ?? [];
  const unreadable = kept.filter((disk) => disk.problem !== undefined);
  // A revert removes the copy at the destination first; it may by now be the only one.
  const lost = frozen.filter(
    (file) =>
      file.name !== 'disk.info' && !kept.some((disk) => disk.name === file.name && disk.inode === file.inode),
  );
  const original = frozen.length > 0 && lost.length === 0;
  return [
    ...(source.resizeDirectory === undefined
      ? []
      : lost.map(
          ({ name }) =>
            `${name} in ${source.resizeDirectory?.path ?? ''} is not the file that was there when the instance had stopped: a revert would remove the copy at the destination (G2)`,
        )),
    ...(server.status === 'VERIFY_RESIZE' ? [] : [`Nova says ${server.status}, not VERIFY_RESIZE (G7)`]),
    ...(source.resizeDirectory === undefined
      ? ['the source copy (_resize) is gone: there is nothing to go back to']
      : []),
    ...(original ? [] : neverBothDirectories(source)),
    ...unreadable.map((disk) => `${disk.name} of the source copy cannot be read: ${disk.problem ?? ''}`),
    ...notRunningOn(source),
    ...nothingHasItOpen(source),
  ];
}

/** Before the instance is started at one host. */
export function beforeStart(sight: Sight, host: string): Refusals {
  const other = sight.source.host === host ? sight.destination : sight.source;
  return [
    ...(sight.server.host === host
      ? []
      : [`Nova says that it is on ${sight.server.host ?? 'no host'}, not on ${host} (G7)`]),
    ...(sight.server.taskState === undefined ? [] : [`Nova is busy with it: ${sight.server.taskState} (G7)`]),
    ...notRunningOn(other),
  ];
}
