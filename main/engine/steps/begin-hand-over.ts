import type { MigrationRecord, Server } from '../../domain/cloud.ts';
import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { describe, say, type StepContext } from '../context.ts';
import { waitForStopNews } from './stop-news.ts';

/**
 * Remembers which migration records are older than ours. Where Nova is at a migration between our two hosts already,
 * it is ours: a disk that lost what it had promised to keep took the end of the journal with it.
 *
 * @throws Failure `migration.changed` if Nova is at something else with it.
 */
export async function beginHandOver(context: StepContext): Promise<NewFact> {
  await waitForStopNews(context);
  const { ports, state, signal } = context;
  // In this order: a migration that begins in between shows in the records, and the server is looked at again anyway.
  const now = await ports.cloud.server(state.plan.server.id, signal);
  const [newest, before] = await ports.cloud.migrationRecords(state.plan.server.id, signal);
  if (isUnderWay(now, state.plan.source.name)) {
    if (newest === undefined || !isBetween(newest, state.plan)) throw notOurs(now, newest);
    say(
      context,
      `the journal lost that Nova was told already: its migration ${String(newest.id)} from ${state.plan.source.name} to ${state.plan.destination.name} is taken for ours`,
      { level: 'warn' },
    );
    return { type: 'hand-over-begun', lastRecordId: before?.id };
  }
  return { type: 'hand-over-begun', lastRecordId: newest?.id };
}

/** True if Nova has begun to take the instance away from its source, or has done so. */
export function isUnderWay(server: Server, source: string): boolean {
  return (
    ['RESIZE', 'VERIFY_RESIZE', 'REVERT_RESIZE'].includes(server.status) ||
    server.taskState?.startsWith('resize_') === true ||
    (server.host !== undefined && server.host !== source)
  );
}

function isBetween(record: MigrationRecord, { source, destination }: StepContext['state']['plan']): boolean {
  return record.sourceCompute === source.name && record.destCompute === destination.name;
}

function notOurs(now: Server, newest: MigrationRecord | undefined): Failure {
  const record =
    newest === undefined
      ? 'no migration of it is on record'
      : `its newest migration (${String(newest.id)}) goes from ${newest.sourceCompute ?? 'no host'} to ${newest.destCompute ?? 'no host'}`;
  return new Failure(
    'migration.changed',
    `Nova is at something else with the instance: ${describe(now)}, and ${record}`,
    { hint: 'Nothing more was done. Look at the instance on both hosts before you go on.' },
  );
}
