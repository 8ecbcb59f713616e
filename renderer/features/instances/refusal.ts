import type { HostView, InstanceView, MigrationView } from '@contract/views.ts';
import { migrationWords } from './words.ts';

/** States from which Nova migrates cold. */
const MOVABLE: ReadonlySet<string> = new Set(['ACTIVE', 'SHUTOFF']);

/**
 * Why a migration of it cannot even be planned, as the end of a sentence that begins with its name; `undefined` if
 * nothing is known that forbids it. The plan itself looks at much more.
 */
export function refusalOf(
  instance: InstanceView,
  host: HostView | undefined,
  migration: MigrationView | undefined,
): string | undefined {
  const { status, taskState, locked } = instance;
  if (migration !== undefined)
    return `has a migration to ${migration.destination} already (${migrationWords(migration).word.toLowerCase()})`;
  if (!MOVABLE.has(status)) return `is ${status}; only ACTIVE and SHUTOFF instances can be moved`;
  if (taskState !== undefined) return `is busy: Nova is doing ${taskState}`;
  if (locked === true) return 'is locked; ask who locked it, then unlock it';
  if (instance.host === undefined) return 'is on no host';
  if (host?.state === 'down') return `is on ${host.name}, where nova-compute is down`;
  return undefined;
}
