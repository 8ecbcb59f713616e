import type { MigrationRecord, Server } from '../cloud.ts';
import type { ChainLink, DiskFile, InstanceDirectory, InstanceOnHost } from '../host.ts';
import { fileName } from '../naming.ts';
import type { Evidence, Side, TroubleLook } from './evidence.ts';

/** A host of the case that told what it holds. */
export interface Seen {
  readonly name: string;
  readonly isUp: boolean;
  readonly instance: InstanceOnHost;
  readonly trouble: TroubleLook;
  readonly instancesPath: string;
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
  /** All hosts that told. */
  readonly seen: readonly Seen[];
  /** Hosts of the case that told nothing, with the reason. */
  readonly silent: readonly { readonly name: string; readonly why: string }[];
  /** Where Nova says that the instance is. */
  readonly at: 'source' | 'destination' | 'elsewhere';
  /** False if it boots from a volume. */
  readonly hasRoot: boolean;
  /** Since Nova wrote down a change of the server; `undefined` if its time cannot be read. */
  readonly ageMs: number | undefined;
}

const MOVES: ReadonlySet<string> = new Set(['migration', 'resize', 'live-migration', 'evacuation']);

export function openCase(evidence: Evidence): CaseFile {
  const { server, sides } = evidence;
  const record = evidence.records.find(({ type }) => type === undefined || MOVES.has(type));
  const seen = sides.flatMap(seenOf);
  const named = (host: string | undefined): Seen | undefined => seen.find(({ name }) => name === host);
  const ageMs = evidence.atMs - Date.parse(server.updatedAt);
  return {
    evidence,
    server,
    record,
    source: named(record?.sourceCompute),
    destination: named(record?.destCompute),
    seen,
    silent: sides.flatMap(({ name, told }) => (told.known ? [] : [{ name, why: told.why }])),
    at: whereOf(server, record),
    hasRoot: server.imageId !== undefined,
    ageMs: Number.isNaN(ageMs) ? undefined : ageMs,
  };
}

function seenOf({ name, service, told }: Side): readonly Seen[] {
  if (!told.known) return [];
  const { facts, instance, trouble } = told.value;
  const isUp = service !== undefined && service.state === 'up' && !service.forcedDown;
  return [{ name, isUp, instance, trouble, instancesPath: facts.nova.instancesPath }];
}

function whereOf({ host }: Server, record: MigrationRecord | undefined): CaseFile['at'] {
  if (host !== undefined && host === record?.sourceCompute) return 'source';
  return host !== undefined && host === record?.destCompute ? 'destination' : 'elsewhere';
}

/** The guest's root disk in a directory; `undefined` if there is none. */
export function rootOf(directory: InstanceDirectory | undefined): DiskFile | undefined {
  return directory?.disks.find(({ role }) => role === 'root');
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

/** Hosts where libvirt says that the guest runs. */
export function runsOn(file: CaseFile): readonly Seen[] {
  return file.seen.filter(({ instance }) => instance.domain === 'running' || instance.domain === 'paused');
}

/** Processes that copy, on any host of the case. */
export function copiesOf(
  file: CaseFile,
): readonly (TroubleLook['copies'][number] & { readonly host: string })[] {
  return file.seen.flatMap(({ name, trouble }) => trouble.copies.map((copy) => ({ ...copy, host: name })));
}

/** A path in `_base` by its name alone. */
export function baseName(path: string): string {
  return fileName(path);
}

/** Name under which Placement knows the host that Nova says it is on. */
export function providerOf({ server }: CaseFile): string | undefined {
  return server.hypervisorHostname ?? server.host;
}
