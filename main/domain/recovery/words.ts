import type { DiskFile, InstanceDirectory } from '../host.ts';
import { fileName } from '../naming.ts';
import { formatBytes, formatSeconds } from '../units.ts';
import type { CaseFile } from './case-file.ts';
import type { Side } from './evidence.ts';

/** `VERIFY_RESIZE on compute-b since 3 h 20 min`. */
export function state({ server, ageMs }: CaseFile): string {
  const task = server.taskState === undefined ? '' : ` (${server.taskState})`;
  const age = ageMs === undefined || ageMs < 0 ? '' : ` since ${formatSeconds(ageMs / 1000)}`;
  return `Nova says ${server.status}${task} on ${server.host ?? 'no host'}${age}`;
}

/** `compute-a: disk takes up 24.0 MiB in …_resize`. */
export function holds(host: string, directory: InstanceDirectory, disk: DiskFile): string {
  return `On ${host}, ${fileName(directory.path)}/${disk.name} takes up ${formatBytes(disk.allocatedBytes)}`;
}

/** Why a host tells nothing, for the evidence. */
export function silence(side: Pick<Side, 'name'>, why: string): string {
  return `${side.name} tells nothing: ${why.replace(/\.$/, '')}`;
}

/** `Record 12 is “finished”`. */
export function recordWords({ record }: CaseFile): readonly string[] {
  if (record === undefined) return ['Nova has no record of a migration'];
  const way = `${record.sourceCompute ?? 'no host'} to ${record.destCompute ?? 'no host'}`;
  return [`Record ${String(record.id)}, ${way}, is “${record.status}”`];
}
