import { fileName } from '../naming.ts';
import type { Action } from './action.ts';
import { copiesOf, isWhole, missingBases, rootOf, runsOn, type CaseFile, type Seen } from './case-file.ts';
import { holdersOf } from './bases.ts';
import { isProvenBefore } from './proof.ts';

/** Reasons against an action, each with its rule, G1 to G7; empty means go. */
export type Refusals = readonly string[];

/** Reads the evidence alone: whoever asks, the answer is the same. What is written out for a person is theirs to judge. */
export function refusalsOf(file: CaseFile, action: Action): Refusals {
  if (action.kind === 'by-hand') return [];
  if (action.kind === 'compare') return comparing(file);
  return [...always(file), ...own(file, action)];
}

/** Of everything that changes something. */
function always(file: CaseFile): Refusals {
  const { server, evidence, silent } = file;
  const ours = evidence.own.find(({ isOpen }) => isOpen);
  const running = runsOn(file);
  return [
    ...(ours === undefined
      ? []
      : [`Coldhaul’s own migration ${ours.id} has it (${ours.phase}): go on with that one (G6)`]),
    ...(server.locked === true && ours === undefined
      ? [
          `the instance is locked${server.lockedReason === undefined ? '' : ` (${server.lockedReason})`}: whoever locked it may be at work (G6)`,
        ]
      : []),
    ...silent.map(({ name, why }) => `${name} does not tell what it has: ${why.replace(/\.$/, '')} (G5)`),
    ...(running.length > 1 ? [`it runs on ${running.map(({ name }) => name).join(' and ')} (G5)`] : []),
    ...copiesOf(file).map(({ host, pid }) => `process ${String(pid)} on ${host} copies its files (G1)`),
  ];
}

function own(file: CaseFile, action: Exclude<Action, { kind: 'by-hand' | 'compare' }>): Refusals {
  switch (action.kind) {
    case 'revert':
      return reverting(file);
    case 'confirm':
      return confirming(file);
    case 'reset-state':
      return action.to === 'active' ? resetting(file) : failing(file);
    case 'stop':
      return [...is(file, 'ACTIVE', 'ERROR'), ...disksInPlace(file)];
    case 'start':
      return [...is(file, 'SHUTOFF'), ...disksInPlace(file), ...off(file)];
    case 'hard-reboot':
      return [...is(file, 'ERROR', 'ACTIVE', 'SHUTOFF'), ...disksInPlace(file), ...notElsewhere(file)];
    case 'put-back':
      return puttingBack(file, action.host);
    case 'set-aside':
      return settingAside(file, action.host, action.path);
    case 'bring-base':
      return bringing(file, action);
    case 'undefine':
      return forgetting(file, action.host);
  }
}

function is({ server }: CaseFile, ...statuses: readonly string[]): Refusals {
  if (statuses.includes(server.status) && server.taskState === undefined) return [];
  const task = server.taskState === undefined ? '' : ` (${server.taskState})`;
  return [`Nova says ${server.status}${task}, not ${statuses.join(' or ')} (G7)`];
}

const homeOf = ({ seen, server }: CaseFile): Seen | undefined =>
  seen.find(({ name }) => name === server.host);

/** The host that Nova names has whole disks under the name that Nova looks for. */
function disksInPlace(file: CaseFile): Refusals {
  const home = homeOf(file);
  if (home === undefined) return [`${file.server.host ?? 'no host'} does not tell what it has (G7)`];
  const { directory, resizeDirectory } = home.instance;
  if (file.hasRoot && rootOf(directory) === undefined)
    return [`${home.name} has no root disk under the name that Nova looks for (G2)`];
  if (resizeDirectory !== undefined) return [`${home.name} also has ${resizeDirectory.path} (G2)`];
  const missing = missingBases(directory);
  if (missing.length > 0) return [`on ${home.name} the base ${missing.map(fileName).join(', ')} is missing`];
  return isWhole(directory) || directory === undefined
    ? []
    : [`qemu-img cannot read its disks on ${home.name}`];
}

function off(file: CaseFile): Refusals {
  return runsOn(file).map(({ name }) => `it runs on ${name} (G5)`);
}

function notElsewhere(file: CaseFile): Refusals {
  return runsOn(file)
    .filter(({ name }) => name !== file.server.host)
    .map(({ name }) => `it runs on ${name}, where Nova does not know of it (G5)`);
}

function servicesUp(...hosts: readonly (Seen | undefined)[]): Refusals {
  return hosts.flatMap((host) =>
    host === undefined || host.isUp ? [] : [`nova-compute of ${host.name} is down`],
  );
}

function reverting(file: CaseFile): Refusals {
  const { source, destination } = file;
  const back = source?.instance.resizeDirectory;
  const missing = missingBases(back);
  return [
    ...is(file, 'VERIFY_RESIZE'),
    ...(source === undefined ? ['the source does not tell what it has (G7)'] : []),
    ...(file.hasRoot && source !== undefined && rootOf(back) === undefined
      ? [`${source.name} has no root disk to go back to (G7)`]
      : []),
    ...(missing.length > 0
      ? [`on ${source?.name ?? ''} the base ${missing.map(fileName).join(', ')} is missing`]
      : []),
    ...(source?.instance.directory === undefined
      ? []
      : [`${source.name} has ${source.instance.directory.path}, which a revert removes (G2)`]),
    ...(source?.instance.openBy ?? []).map(
      (process) => `on ${source?.name ?? ''} a process uses its files: ${process} (G1)`,
    ),
    ...servicesUp(source, destination),
  ];
}

function confirming(file: CaseFile): Refusals {
  const { source, destination } = file;
  return [
    ...is(file, 'VERIFY_RESIZE'),
    ...(isProvenBefore(file) ? [] : ['the copy at the destination is not proven (G3)']),
    ...(destination === undefined || (file.hasRoot && rootOf(destination.instance.directory) === undefined)
      ? ['there is no root disk at the destination (G3)']
      : []),
    ...servicesUp(source),
  ];
}

/** To active: only where Nova is then right. */
function resetting(file: CaseFile): Refusals {
  const { server, source } = file;
  const restarted = source !== undefined && !isAtWork(file, source);
  return [
    ...(server.status === 'VERIFY_RESIZE'
      ? ['in VERIFY_RESIZE Nova would forget the other copy; confirm or revert (G2)']
      : []),
    ...(server.status === 'ERROR' ||
    server.status === 'MIGRATING' ||
    restarted ||
    server.status === 'REVERT_RESIZE' ||
    isOldPrep(file)
      ? []
      : [
          `Nova says ${server.status}${server.taskState === undefined ? '' : ` (${server.taskState})`}, and may still be at work (G7)`,
        ]),
    ...disksInPlace(file),
    ...notElsewhere(file),
  ];
}

/** A task that was never begun is given up by nobody; half an hour is longer than any message lives (long_rpc_timeout). */
function isOldPrep({ server, ageMs }: CaseFile): boolean {
  return server.taskState === 'resize_prep' && (ageMs ?? 0) > 30 * 60_000;
}

/** False if the nova-compute that began the task is gone: down, or started again since. */
export function isAtWork({ record, server }: CaseFile, host: Seen): boolean {
  if (!host.isUp) return false;
  const beganMs = Date.parse(record?.createdAt ?? server.updatedAt);
  return !(host.trouble.computeStartedAtMs !== undefined && host.trouble.computeStartedAtMs > beganMs);
}

/** To error: the way to a hard reboot where the destination has stopped finishing. */
function failing(file: CaseFile): Refusals {
  const { server, destination } = file;
  return [
    ...(server.status === 'RESIZE' && file.at === 'destination'
      ? []
      : [`Nova says ${server.status} on ${server.host ?? 'no host'}, not RESIZE on the destination (G7)`]),
    ...(destination !== undefined &&
    destination.isUp &&
    isAtWork(file, destination) &&
    (file.ageMs ?? 0) < 5 * 60_000
      ? [`nova-compute of ${destination.name} may still be at work (G7)`]
      : []),
    ...disksInPlace(file),
  ];
}

function puttingBack(file: CaseFile, hostName: string): Refusals {
  const { server } = file;
  const host = file.seen.find(({ name }) => name === hostName);
  if (host === undefined) return [`${hostName} does not tell what it has (G7)`];
  const { directory, resizeDirectory, openBy } = host.instance;
  return [
    ...(server.host === hostName
      ? []
      : [`Nova says that it is on ${server.host ?? 'no host'}, not on ${hostName} (G7)`]),
    ...(directory === undefined ? [] : [`${directory.path} is there (G2)`]),
    ...(file.hasRoot && rootOf(resizeDirectory) === undefined
      ? ['there is no _resize with a root disk (G7)']
      : []),
    ...(server.taskState !== undefined && isAtWork(file, host)
      ? [`nova-compute of ${hostName} may still be at work: ${server.taskState} (G7)`]
      : []),
    ...(server.status === 'VERIFY_RESIZE' || server.status === 'REVERT_RESIZE'
      ? ['Nova itself puts it back: revert (G7)']
      : []),
    ...openBy.map((process) => `on ${hostName} a process uses its files: ${process} (G1)`),
    ...off(file),
  ];
}

/** A rename loses nothing; but what is renamed must not be what Nova looks for, nor the only good copy. */
function settingAside(file: CaseFile, hostName: string, path: string): Refusals {
  const { server } = file;
  const host = file.seen.find(({ name }) => name === hostName);
  if (host === undefined) return [`${hostName} does not tell what it has (G7)`];
  const { directory, resizeDirectory, openBy, domain } = host.instance;
  const target = [directory, resizeDirectory].find((each) => each?.path === path);
  if (target === undefined) return [`${path} is not on ${hostName} (G7)`];
  const isHome = server.host === hostName;
  const others = file.seen
    .flatMap(({ instance }) => [instance.directory, instance.resizeDirectory])
    .filter((each) => each !== undefined && each !== target);
  const isEmpty = file.hasRoot && rootOf(target) === undefined;
  const hasOther = others.some((each) => isWhole(each) && (!file.hasRoot || rootOf(each) !== undefined));
  return [
    ...(isHome && target === directory && !isEmpty ? [`Nova looks for its disks in ${path} (G2)`] : []),
    ...(isEmpty || hasOther ? [] : ['no other host or name has whole disks of it (G2)']),
    ...(['VERIFY_RESIZE', 'RESIZE', 'REVERT_RESIZE', 'MIGRATING'].includes(server.status) &&
    !isAbandoned(file)
      ? [`Nova says ${server.status} and may still need it (G7)`]
      : []),
    ...(domain === 'running' || domain === 'paused' ? [`it runs on ${hostName} (G5)`] : []),
    ...openBy.map((process) => `on ${hostName} a process uses its files: ${process} (G1)`),
  ];
}

/** RESIZE of which the source's nova-compute knows nothing more, with the disks home again. */
function isAbandoned(file: CaseFile): boolean {
  const { source, server } = file;
  if (server.status !== 'RESIZE' || source === undefined || file.at !== 'source') return false;
  return (
    !isAtWork(file, source) &&
    source.instance.resizeDirectory === undefined &&
    isWhole(source.instance.directory)
  );
}

function bringing(file: CaseFile, { from, to, path }: Extract<Action, { kind: 'bring-base' }>): Refusals {
  const holders = holdersOf(file, path).map(({ name }) => name);
  return [
    ...(holders.includes(from) ? [] : [`${from} has no ${fileName(path)} (G7)`]),
    ...(holders.includes(to) ? [`${to} has a ${fileName(path)} already (G4)`] : []),
  ];
}

function forgetting(file: CaseFile, hostName: string): Refusals {
  const host = file.seen.find(({ name }) => name === hostName);
  return [
    ...(host?.instance.domain === 'shut off'
      ? []
      : [`the domain on ${hostName} is ${host?.instance.domain ?? 'not told'}, not shut off (G5)`]),
    ...(file.server.host === hostName ? [`Nova says that it is on ${hostName} (G7)`] : []),
    ...(file.server.status === 'VERIFY_RESIZE' ? ['a revert needs it (G7)'] : []),
    ...disksInPlace(file),
  ];
}

function comparing(file: CaseFile): Refusals {
  const { source, destination } = file;
  const from = source?.instance.resizeDirectory ?? source?.instance.directory;
  return [
    ...(rootOf(from) === undefined || rootOf(destination?.instance.directory) === undefined
      ? ['there are no two root disks to compare']
      : []),
    ...off(file),
    ...copiesOf(file).map(({ host, pid }) => `process ${String(pid)} on ${host} copies its files (G1)`),
  ];
}
