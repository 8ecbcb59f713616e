import type { InstanceAction, MigrationRecord, Server } from '../cloud.ts';
import type { ChainLink, DiskFile, InstanceDirectory, InstanceOnHost } from '../host.ts';
import { novaTimeMs } from '../confirm-window.ts';
import type { Evidence, Side, TroubleLook } from './evidence.ts';

/** A host of the case that told what it holds. */
export interface Seen {
  readonly name: string;
  readonly isUp: boolean;
  readonly instance: InstanceOnHost;
  readonly trouble: TroubleLook;
  readonly instancesPath: string;
  /** By its own clock, when it was looked at. */
  readonly clockMs: number;
}

/** The evidence, arranged for rules: whose source, whose destination, what is there and what is missing. */
export interface CaseFile {
  readonly evidence: Evidence;
  readonly server: Server;
  /** The newest migration that moved, or was to move, the disks; `undefined` if there is none. */
  readonly record: MigrationRecord | undefined;
  /** Of that migration. `undefined`: there is none, or the host told nothing. */
  readonly source: Seen | undefined;
  readonly destination: Seen | undefined;
  /** The host that Nova names; `undefined` if it told nothing. */
  readonly home: Seen | undefined;
  /** All hosts that told. */
  readonly seen: readonly Seen[];
  /** Hosts of the case that told nothing, with the reason. */
  readonly silent: readonly { readonly name: string; readonly why: string }[];
  /** Where Nova says that the instance is. */
  readonly at: 'source' | 'destination' | 'elsewhere';
  /** False if its root disk is no file of its host: it boots from a volume, or Nova keeps disks in Ceph or LVM. */
  readonly hasRoot: boolean;
  /** When Nova wrote down a change of the server that was no lock; `undefined` if its time cannot be read. */
  readonly changedMs: number | undefined;
  /** Since then. */
  readonly ageMs: number | undefined;
}

const MOVES: ReadonlySet<string> = new Set(['migration', 'resize', 'live-migration', 'evacuation']);
/** `[libvirt] images_type` with which an instance's directory holds no disks. */
const NOT_FILES: ReadonlySet<string> = new Set(['rbd', 'lvm']);
/** Records of moves that came to a good end; what fails afterwards has another reason. */
const SETTLED: ReadonlySet<string> = new Set(['confirmed', 'completed', 'done', 'reverted']);

export function openCase(evidence: Evidence): CaseFile {
  const { server, sides } = evidence;
  const record = newestMove(evidence.records);
  const seen = sides.flatMap(seenOf);
  const named = (host: string | undefined): Seen | undefined => seen.find(({ name }) => name === host);
  const changedMs = changeOf(evidence, record);
  const hasFiles = !sides.some(
    ({ told }) => told.known && NOT_FILES.has(told.value.facts.traits?.nova.imagesType ?? ''),
  );
  return {
    evidence,
    server,
    record,
    source: named(record?.sourceCompute),
    destination: named(record?.destCompute),
    home: named(server.host),
    seen,
    silent: sides.flatMap(({ name, told }) => (told.known ? [] : [{ name, why: told.why }])),
    at: whereOf(server, record),
    hasRoot: server.imageId !== undefined && hasFiles,
    changedMs,
    ageMs: changedMs === undefined ? undefined : evidence.atMs - changedMs,
  };
}

/** Of records with the newest first, the first that moved the disks, or was to. */
export function newestMove(records: readonly MigrationRecord[]): MigrationRecord | undefined {
  return records.find(({ type }) => type === undefined || MOVES.has(type));
}

function seenOf({ name, service, told }: Side): readonly Seen[] {
  if (!told.known) return [];
  const { facts, instance, trouble } = told.value;
  const isUp = service !== undefined && service.state === 'up' && !service.forcedDown;
  const { clockMs } = facts;
  return [{ name, isUp, instance, trouble, instancesPath: facts.nova.instancesPath, clockMs }];
}

/** Nova's times have whole seconds, and it writes a lock down at once. */
const LOCK_MS = 2000;

/**
 * A lock, ours too, makes the server's own time new and changes nothing. Where that was the last that was asked of it, the
 * events and the record tell when something changed.
 */
function changeOf({ server, actions }: Evidence, record: MigrationRecord | undefined): number | undefined {
  const updatedMs = novaTimeMs(server.updatedAt);
  const [newest, ...older] = actions.known ? actions.value : [];
  if (updatedMs === undefined || newest === undefined || !isLock(newest)) return updatedMs;
  const lockedMs = novaTimeMs(newest.startedAt);
  if (lockedMs === undefined || Math.abs(updatedMs - lockedMs) > LOCK_MS) return updatedMs;
  const times = [
    record?.createdAt,
    record?.updatedAt,
    ...older
      .filter((each) => !isLock(each))
      .flatMap(({ startedAt, events }) => [
        startedAt,
        ...events.flatMap((each) => [each.startedAt, each.finishedAt]),
      ]),
  ].flatMap((time) => novaTimeMs(time) ?? []);
  return times.length === 0 ? updatedMs : Math.min(updatedMs, Math.max(...times));
}

function isLock({ action }: InstanceAction): boolean {
  return /^(?:un)?lock$/.test(action);
}

function since({ atMs }: Evidence, time: string | undefined): number | undefined {
  const ms = novaTimeMs(time);
  return ms === undefined ? undefined : atMs - ms;
}

/** Since Nova changed the record of the newest move; `undefined` if there is none, or no time in it. */
export function recordAgeMs({ evidence, record }: CaseFile): number | undefined {
  return since(evidence, record?.updatedAt ?? record?.createdAt);
}

/** True if the newest move came to a good end. */
export function isSettled({ record }: CaseFile): boolean {
  return record !== undefined && SETTLED.has(record.status);
}

/** Status without a task, in which Nova believes that all is well. */
export function isAtRest({ server }: CaseFile): boolean {
  return AT_REST.has(server.status) && server.taskState === undefined;
}

const AT_REST: ReadonlySet<string> = new Set(['ACTIVE', 'SHUTOFF', 'PAUSED', 'SUSPENDED', 'RESCUE']);

function whereOf({ host }: Server, record: MigrationRecord | undefined): CaseFile['at'] {
  if (host !== undefined && host === record?.sourceCompute) return 'source';
  return host !== undefined && host === record?.destCompute ? 'destination' : 'elsewhere';
}

/** The guest's root disk in a directory; `undefined` if there is none. */
export function rootOf(directory: InstanceDirectory | undefined): DiskFile | undefined {
  return directory?.disks.find(({ role }) => role === 'root');
}

/** Names of disks that one directory has and the other has not; `other` files do not belong to the domain. */
export function lacking(
  from: InstanceDirectory | undefined,
  to: InstanceDirectory | undefined,
): readonly DiskFile[] {
  const there = new Set(to?.disks.map(({ name }) => name));
  return (from?.disks ?? []).filter(({ name, role }) => role !== 'other' && !there.has(name));
}

/** Backing files that a disk names and that are not there. */
export function missingBases(directory: InstanceDirectory | undefined): readonly string[] {
  return [...new Set((directory?.disks ?? []).flatMap(missingBaseOf))];
}

/** qemu-img reads a chain to where it breaks off: the last link names a file that no link is. */
function missingBaseOf({ chain, problem }: DiskFile): readonly string[] {
  const last: ChainLink | undefined = chain.at(-1);
  if (last?.backingPath !== undefined) return [last.backingPath];
  if (problem === undefined) return [];
  const named = /Could not open '([^']+)': No such file/.exec(problem)?.[1];
  return named === undefined ? [] : [named];
}

/** Disks that their own directory says are whole: readable, with every base. */
export function isWhole(directory: InstanceDirectory | undefined): boolean {
  return (
    directory !== undefined &&
    missingBases(directory).length === 0 &&
    directory.disks.every(({ problem }) => problem === undefined)
  );
}

/** A paused guest holds its memory and its disks, as a running one does. */
export function isRunning(host: Seen | undefined): boolean {
  return host?.instance.domain === 'running' || host?.instance.domain === 'paused';
}

/** Hosts where libvirt says that the guest runs. */
export function runsOn(file: CaseFile): readonly Seen[] {
  return file.seen.filter(isRunning);
}

/** What somebody asked of Nova last, but for locks, which change nothing; `undefined` if that is not known. */
export function lastAction({ evidence: { actions } }: CaseFile): InstanceAction | undefined {
  return actions.known ? actions.value.find((each) => !isLock(each)) : undefined;
}

/** The newest of the actions that move it, or end a move. */
export function lastMove({ evidence: { actions } }: CaseFile): string | undefined {
  if (!actions.known) return undefined;
  return actions.value.find(({ action }) =>
    /^(?:migrate|resize|live-migration|evacuate|confirmResize|revertResize)$/.test(action),
  )?.action;
}

/** Processes that copy, on any host of the case. */
export function copiesOf(
  file: CaseFile,
): readonly (TroubleLook['copies'][number] & { readonly host: string })[] {
  return file.seen.flatMap(({ name, trouble }) => trouble.copies.map((copy) => ({ ...copy, host: name })));
}

/** Name under which Placement knows the host that Nova says it is on. */
export function providerOf({ server }: CaseFile): string | undefined {
  return server.hypervisorHostname ?? server.host;
}
