import { z } from 'zod';
import type { InstanceAction, MigrationRecord } from '../../domain/cloud.ts';
import type { Compute } from './compute.ts';
import { Uuid } from './uuid.ts';

const Text = z.string().nullish();

const MigrationRow = z.object({
  id: z.int(),
  uuid: Uuid.optional(),
  instance_uuid: Uuid,
  status: z.string(),
  migration_type: Text,
  source_compute: Text,
  dest_compute: Text,
  dest_host: Text,
  created_at: z.string(),
  updated_at: Text,
});

/** Migrations of one server, newest first. */
export async function listMigrations(
  compute: Compute,
  serverId: string,
  signal?: AbortSignal,
): Promise<readonly MigrationRecord[]> {
  const act = `list migrations of server ${serverId}`;
  const query = { instance_uuid: serverId };
  const rows = await compute.list(
    MigrationRow,
    act,
    'migrations',
    '/os-migrations',
    query,
    undefined,
    signal,
  );
  return (
    rows
      .filter((row) => row.instance_uuid === serverId)
      // Not by time: controllers' clocks differ.
      .sort((a, b) => b.id - a.id)
      .map((row) => ({
        id: row.id,
        uuid: row.uuid,
        status: row.status,
        type: row.migration_type ?? undefined,
        sourceCompute: row.source_compute ?? undefined,
        destCompute: row.dest_compute ?? undefined,
        destHost: row.dest_host ?? undefined,
        createdAt: row.created_at,
        updatedAt: row.updated_at ?? undefined,
      }))
  );
}

const ActionRow = z.object({
  action: z.string(),
  request_id: z.string(),
  start_time: z.string(),
  message: Text,
});
const Actions = z.object({ instanceActions: z.array(ActionRow) });
const Action = z.object({
  instanceAction: ActionRow.extend({
    events: z
      .array(
        z.object({
          event: z.string(),
          start_time: z.string(),
          finish_time: Text,
          result: Text,
          host: Text,
          details: Text,
        }),
      )
      .default([]),
  }),
});

/** The newest action of a name such as `migrate`, with its events. */
export async function findLastAction(
  compute: Compute,
  serverId: string,
  action: string,
  signal?: AbortSignal,
): Promise<InstanceAction | undefined> {
  const newest = (await listRows(compute, serverId, signal)).find((row) => row.action === action);
  return newest === undefined ? undefined : await withEvents(compute, serverId, newest.request_id, signal);
}

/**
 * The newest actions with their events, newest first. Locks change nothing and may be many, so that no more than the
 * newest is told, if nothing came after it.
 */
export async function listActions(
  compute: Compute,
  serverId: string,
  most: number,
  signal?: AbortSignal,
): Promise<readonly InstanceAction[]> {
  const rows = (await listRows(compute, serverId, signal))
    .filter(({ action }, index) => index === 0 || !LOCKS.has(action))
    .slice(0, most);
  return await Promise.all(rows.map((row) => withEvents(compute, serverId, row.request_id, signal)));
}

/** nova/compute/instance_actions.py. */
const LOCKS: ReadonlySet<string> = new Set(['lock', 'unlock']);

const actOn = (serverId: string): string => `read the actions of server ${serverId}`;
const pathOf = (serverId: string): string => `/servers/${encodeURIComponent(serverId)}/os-instance-actions`;

/** Nova lists the newest first; times have whole seconds, so its order is kept where they are equal. */
async function listRows(
  compute: Compute,
  serverId: string,
  signal?: AbortSignal,
): Promise<readonly z.output<typeof ActionRow>[]> {
  const { instanceActions } = await compute.get(
    Actions,
    actOn(serverId),
    pathOf(serverId),
    {},
    undefined,
    signal,
  );
  return [...instanceActions].sort((a, b) => b.start_time.localeCompare(a.start_time));
}

async function withEvents(
  compute: Compute,
  serverId: string,
  requestId: string,
  signal?: AbortSignal,
): Promise<InstanceAction> {
  const path = `${pathOf(serverId)}/${encodeURIComponent(requestId)}`;
  const { instanceAction } = await compute.get(Action, actOn(serverId), path, {}, undefined, signal);
  return {
    action: instanceAction.action,
    requestId: instanceAction.request_id,
    startedAt: instanceAction.start_time,
    message: instanceAction.message ?? undefined,
    events: instanceAction.events.map((event) => ({
      event: event.event,
      result: event.result ?? undefined,
      host: event.host ?? undefined,
      details: event.details ?? undefined,
      startedAt: event.start_time,
      finishedAt: event.finish_time ?? undefined,
    })),
  };
}
