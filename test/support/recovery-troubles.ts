import type { DiagnosisView, OfferView } from '../../main/contract/recovery-views.ts';
import { allocate, release } from '../lab/cloud/allocations.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from './instance-files.ts';
import type { RecoveryBench } from './recovery-bench.ts';

/** How instances get into trouble on the bench, and what people do there beside Coldhaul. */

const HOUR_MS = 3_600_000;

/** A script of shell on a host, as root. */
export function sh(host: RunningHost, script: string, ...args: readonly string[]): Promise<string> {
  return must(host, 'sh', '-c', script, 'test', ...args);
}

/** An hour goes by in which Nova writes nothing about the instance. */
export function anHourLater({ lab }: RecoveryBench, server: LabServer): void {
  const { migrations, actions } = lab.cloud.state;
  const ofServer = ({ serverId }: { readonly serverId: string }): boolean => serverId === server.id;
  const own = actions.filter(ofServer);
  for (const row of [server, ...migrations.filter(ofServer), ...own, ...own.flatMap(({ events }) => events)])
    age(row);
}

/** Every time in a row of the database, which it has by names of one ending. */
function age(row: object): void {
  const times = Object.entries(row).filter(
    (entry): entry is [string, number] => entry[0].endsWith('AtMs') && typeof entry[1] === 'number',
  );
  Object.assign(row, Object.fromEntries(times.map(([name, atMs]) => [name, atMs - HOUR_MS])));
}

/** Somebody sends a migrate, and the nova-compute of one host dies in its middle. */
export async function migrateAndKill(
  { lab, migrate }: RecoveryBench,
  server: LabServer,
  host: string,
  point: 'scheduled' | 'copy-file' | 'copied',
): Promise<void> {
  const { control } = lab.cloud;
  const act = (): void => {
    control.killCompute(host);
  };
  control.at({ point, serverId: server.id, ...(point === 'copy-file' && { file: 'disk' }), act });
  await migrate(server);
}

/** What Nova has in its database in the middle of a live migration; the lab’s Nova makes none itself. */
export function migrating({ lab }: RecoveryBench, server: LabServer): void {
  const { state } = lab.cloud;
  const updatedAtMs = state.now();
  Object.assign(server, { vmState: 'active', taskState: 'migrating', updatedAtMs });
  const row = state.migrations.filter(({ serverId }) => serverId === server.id).at(-1);
  if (row !== undefined) Object.assign(row, { type: 'live-migration', status: 'running', updatedAtMs });
}

/** A migrate of which nothing arrives: the destination tells Nova the source’s address as its own. */
export async function migrateNothing(
  { lab, migrate }: RecoveryBench,
  server: LabServer,
  destination: string,
): Promise<void> {
  const { control } = lab.cloud;
  control.wrongAddress(destination);
  await migrate(server);
  control.wrongAddress(destination, false);
}

/** Takes the base of its image away on a host, as the image cache does after a day. @returns where it is now. */
export async function takeBaseAway(host: RunningHost, { imageId }: LabServer): Promise<string> {
  const script = 'mkdir -p "$1/away" && mv "$1/_base/$2" "$1/away/" && echo "$1/away/$2"';
  return (await sh(host, script, INSTANCES_PATH, await baseNameOf(host, imageId))).trim();
}

/** Name of an image’s base, reckoned by the host itself. */
export async function baseNameOf(host: RunningHost, imageId: string): Promise<string> {
  return (await sh(host, 'printf %s "$1" | sha1sum | cut -d" " -f1', imageId)).trim();
}

/** A step of a diagnosis that is written out for a person, by the beginning of its title. */
export function writtenOut({ rule, steps }: DiagnosisView, title: string): OfferView {
  const found = steps.find((step) => !step.isDoneByUs && step.title.startsWith(title));
  if (found === undefined)
    throw new Error(`${rule} writes out no "${title}":\n${JSON.stringify(steps, null, 1)}`);
  return found;
}

/** Types commands on a host, as root, each of which must succeed. @returns what they said. */
export function type(host: RunningHost, commands: readonly string[]): Promise<string> {
  return sh(host, `set -e\n${commands.join('\n')}`);
}

/** What nova-manage placement heal_allocations makes of it, after the allocation of the migration was deleted. */
export function healPlacement({ lab }: RecoveryBench, server: LabServer): void {
  const { state } = lab.cloud;
  for (const { serverId, uuid } of state.migrations) if (serverId === server.id) release(state, uuid);
  release(state, server.id);
  const home = state.computes.find(({ name }) => name === server.host);
  if (home !== undefined) allocate(state, server, home);
}

/** What the database has of the newest migration, after somebody wrote it there. */
export function writeRecord({ lab }: RecoveryBench, server: LabServer, status: string): void {
  const row = lab.cloud.state.migrations.filter(({ serverId }) => serverId === server.id).at(-1);
  if (row !== undefined) row.status = status;
}
