import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationView } from '../../../main/contract/views.ts';
import type { LabServerHere } from '../lab-process.ts';
import type { PageClient } from './page-client.ts';

/** Between two looks at something that another process does. */
const LOOK_MS = 250;

/** Plans and starts one migration for each server. @returns their ids. */
export async function startCopies(
  page: PageClient,
  servers: readonly LabServerHere[],
  limitMibPerSecond: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { name, destination } of servers) {
    const plan = await page.call('plan.make', { server: name, destination, limitMibPerSecond });
    const acknowledged = plan.findings.map(({ id }) => id);
    const { id } = await page.call('migration.start', { planId: plan.id, acknowledged });
    ids.push(id);
  }
  return ids;
}

/** How many disks of these migrations are on their way, and not there. */
export async function copying(page: PageClient, ids: readonly string[]): Promise<number> {
  const views = await Promise.all(ids.map((id) => page.call('migration.show', { id })));
  return views
    .map(trouble)
    .flatMap(({ disks }) => disks)
    .filter(({ state }) => state === 'copying').length;
}

/** Settles when this many disks are being copied at once. @throws if a migration stops. */
export async function untilCopying(page: PageClient, ids: readonly string[], disks: number): Promise<void> {
  while ((await copying(page, ids)) < disks) await pause(LOOK_MS);
}

/** Gives all of them up, and settles when nobody drives any of them. */
export async function cancelAll(page: PageClient, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => page.call('migration.cancel', { id })));
  for (const id of ids) while ((await page.call('migration.show', { id })).active) await pause(LOOK_MS);
}

function trouble(view: MigrationView): MigrationView {
  const why = view.failure ?? view.interrupted;
  if (why !== undefined) throw new Error(`${view.server.name} stopped on the way: ${why.message}`);
  return view;
}
