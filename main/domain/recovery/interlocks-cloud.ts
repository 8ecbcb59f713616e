import { fileName } from '../naming.ts';
import type { Refusals } from './action.ts';
import { isJustStarted, isSurelyOld, mayBeAtWork } from './at-work.ts';
import {
  isRunning,
  isWhole,
  lacking,
  missingBases,
  rootOf,
  runsOn,
  type CaseFile,
  type Seen,
} from './case-file.ts';
import { isProvenBefore } from './proof.ts';

/** Reasons against what is asked of Nova. */

function is({ server }: CaseFile, ...statuses: readonly string[]): Refusals {
  if (statuses.includes(server.status) && server.taskState === undefined) return [];
  const task = server.taskState === undefined ? '' : ` (${server.taskState})`;
  return [`Nova says ${server.status}${task}, not ${statuses.join(' or ')} (G7)`];
}

/** The host that Nova names has whole disks under the name that Nova looks for. */
export function disksInPlace({ home, server, hasRoot }: CaseFile): Refusals {
  if (home === undefined) return [`${server.host ?? 'no host'} does not tell what it has (G7)`];
  const { directory, resizeDirectory } = home.instance;
  if (hasRoot && rootOf(directory) === undefined)
    return [`${home.name} has no root disk under the name that Nova looks for (G2)`];
  if (resizeDirectory !== undefined) return [`${home.name} also has ${resizeDirectory.path} (G2)`];
  const missing = missingBases(directory);
  if (missing.length > 0) return [`on ${home.name} the base ${missing.map(fileName).join(', ')} is missing`];
  return isWhole(directory) || directory === undefined
    ? []
    : [`qemu-img cannot read its disks on ${home.name}`];
}

/** Nova stops at the first disk of the domain that is not there (docs/handbook/nova.md). */
function allDisksThere({ home, source, at }: CaseFile): Refusals {
  if (at !== 'destination' || home === undefined) return [];
  const names = lacking(source?.instance.resizeDirectory, home.instance.directory).map(({ name }) => name);
  return names.length === 0 ? [] : [`${home.name} lacks ${names.join(', ')}, which the source has`];
}

function off(file: CaseFile): Refusals {
  return runsOn(file).map(({ name }) => `it runs on ${name} (G5)`);
}

function notElsewhere(file: CaseFile): Refusals {
  return runsOn(file)
    .filter(({ name }) => name !== file.server.host)
    .map(({ name }) => `it runs on ${name}, where Nova does not know of it (G5)`);
}

/** Nova takes a call for a host that is down, and does it whenever that comes back. */
function servicesUp(...hosts: readonly (Seen | undefined)[]): Refusals {
  return hosts.flatMap((host) =>
    host === undefined || host.isUp ? [] : [`nova-compute of ${host.name} is down`],
  );
}

/** Nova finds a migration for its verdict only as long as the record says `finished` (nova/compute/api.py:4130). */
function finished({ record }: CaseFile): Refusals {
  if (record?.status === 'finished') return [];
  return [
    record === undefined
      ? 'Nova has no record of it (G7)'
      : `its record says ${record.status}, not finished (G7)`,
  ];
}

function openAtSource({ source }: CaseFile): Refusals {
  return (source?.instance.openBy ?? []).map(
    (process) => `on ${source?.name ?? ''} a process uses its files: ${process} (G1)`,
  );
}

export function reverting(file: CaseFile): Refusals {
  const { source, destination } = file;
  const back = source?.instance.resizeDirectory;
  const missing = missingBases(back);
  return [
    ...is(file, 'VERIFY_RESIZE'),
    ...finished(file),
    ...(source === undefined ? ['the source does not tell what it has (G7)'] : []),
    ...(file.hasRoot && source !== undefined && rootOf(back) === undefined
      ? [`${source.name} has no root disk to go back to (G7)`]
      : []),
    ...(missing.length > 0
      ? [`on ${source?.name ?? ''} the base ${missing.map(fileName).join(', ')} is missing`]
      : back === undefined || isWhole(back)
        ? []
        : [`qemu-img cannot read the disks on ${source?.name ?? ''} (G2)`]),
    ...(source?.instance.directory === undefined
      ? []
      : [`${source.name} has ${source.instance.directory.path}, which a revert removes (G2)`]),
    ...openAtSource(file),
    ...notElsewhere(file),
    ...servicesUp(source, destination),
  ];
}

export function confirming(file: CaseFile): Refusals {
  const { source, destination, server } = file;
  return [
    ...is(file, 'VERIFY_RESIZE'),
    ...finished(file),
    ...(isProvenBefore(file) ? [] : ['the copy at the destination is not proven (G3)']),
    ...(destination === undefined || (file.hasRoot && rootOf(destination.instance.directory) === undefined)
      ? ['there is no root disk at the destination (G3)']
      : isWhole(destination.instance.directory)
        ? []
        : [`the disks on ${destination.name} are not whole (G3)`]),
    // _confirm_resize in nova/compute/manager.py writes SHUTOFF then, and the next power sync stops the guest.
    ...(isRunning(destination) && server.powerState !== undefined && server.powerState !== 1
      ? ['it runs, and Nova calls it off until its next power sync: after a confirm it would stop it (G7)']
      : []),
    ...openAtSource(file),
    ...notElsewhere(file),
    ...servicesUp(source),
  ];
}

/** To active: only where Nova is then right, and has stopped working at it. */
export function resettingToActive(file: CaseFile): Refusals {
  const { server, source, destination, home, at } = file;
  const says = `Nova says ${server.status}${server.taskState === undefined ? '' : ` (${server.taskState})`}`;
  return [
    ...(server.status === 'VERIFY_RESIZE'
      ? ['in VERIFY_RESIZE Nova would forget the other copy; confirm or revert (G2)']
      : ['ERROR', 'RESIZE', 'REVERT_RESIZE', 'MIGRATING'].includes(server.status)
        ? []
        : [`${says}, which is no state to be reset (G7)`]),
    ...(mayBeAtWork(file, server.status === 'REVERT_RESIZE' ? [source, destination, home] : [home])
      ? [`${says}, and may still be at work (G7)`]
      : []),
    ...(server.status === 'RESIZE' && at === 'destination'
      ? ['no host has a domain of it yet, and Nova would call it running (G7)']
      : []),
    ...(server.status === 'MIGRATING' ? notMoving(file) : []),
    ...disksInPlace(file),
    ...notElsewhere(file),
  ];
}

function notMoving({ source, destination }: CaseFile): Refusals {
  const close = source?.instance.close;
  const isQuiet = close?.jobsKnown === true && close.jobs.length === 0;
  return [
    ...(isQuiet ? [] : ['whether libvirt is moving it is not known, or it is (G1)']),
    ...(destination?.instance.domain === 'absent' || destination?.instance.domain === 'shut off'
      ? []
      : ['the destination does not say that it has no guest of it (G5)']),
  ];
}

/** To error: the way to a hard reboot where the destination has stopped finishing. */
export function resettingToError(file: CaseFile): Refusals {
  const { server, destination, at } = file;
  const isFinishing = /^resize_(?:migrated|finish)$/.test(server.taskState ?? '');
  return [
    ...(server.status === 'RESIZE' && at === 'destination' && isFinishing
      ? []
      : [
          `Nova says ${server.status}${server.taskState === undefined ? '' : ` (${server.taskState})`} on ${server.host ?? 'no host'}, not RESIZE on the destination (G7)`,
        ]),
    ...(destination !== undefined && (isJustStarted(file, destination) || !isSurelyOld(file))
      ? [`nova-compute of ${destination.name} may still be at work (G7)`]
      : []),
    ...servicesUp(destination),
    ...disksInPlace(file),
  ];
}

export function stopping(file: CaseFile): Refusals {
  return [
    ...is(file, 'ACTIVE', 'ERROR'),
    ...disksInPlace(file),
    ...notElsewhere(file),
    ...servicesUp(file.home),
  ];
}

export function starting(file: CaseFile): Refusals {
  return [
    ...is(file, 'SHUTOFF'),
    ...disksInPlace(file),
    ...allDisksThere(file),
    ...off(file),
    ...servicesUp(file.home),
  ];
}

export function hardRebooting(file: CaseFile): Refusals {
  return [
    ...is(file, 'ERROR', 'ACTIVE', 'SHUTOFF'),
    ...disksInPlace(file),
    ...allDisksThere(file),
    ...notElsewhere(file),
    ...servicesUp(file.home),
  ];
}
