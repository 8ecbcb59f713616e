import type { Answer } from '../../domain/answer.ts';
import type { ComputeService, Image, MigrationRecord, Server } from '../../domain/cloud.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { FileMark } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { newestMove } from '../../domain/recovery/case-file.ts';
import type { Comparison, Evidence, Side } from '../../domain/recovery/evidence.ts';
import { imageBaseName } from '../image-base-name.ts';
import { ownMigrations } from './own-migrations.ts';

/** A comparison that was made from this workstation, and between which hosts. */
export interface MadeComparison extends Comparison {
  readonly sourceHost: string;
  readonly destinationHost: string;
  /** Both files as they were. */
  readonly sourceMark: FileMark;
  readonly destinationMark: FileMark;
}

/** Of os-instance-actions: what is older than these does not explain a state of now. */
const ACTIONS = 6;
/** Of os-migrations: hosts of older ones are not asked. */
const RECORDS = 3;
const COMPARISON_MS = 24 * 3_600_000;

/**
 * Reads all that is known of an instance in trouble: the cloud, and every host that Nova or its newest migrations name,
 * at the same time. Changes nothing. What cannot be read says why, but for the server itself.
 *
 * @throws Failure `cloud.…` if the server cannot be read, `cancelled`.
 */
export async function gatherEvidence(
  ports: Ports<Fact>,
  serverId: string,
  comparisons: readonly MadeComparison[],
  signal: AbortSignal,
): Promise<Evidence> {
  const { cloud, clock } = ports;
  const [server, records, services] = await Promise.all([
    cloud.server(serverId, signal),
    cloud.migrationRecords(serverId, signal),
    cloud.computeServices(signal),
  ]);
  const names = hostsOf(server, records);
  const [sides, actions, image, allocations, attached, own, identity] = await Promise.all([
    Promise.all(names.map((name) => readSide(ports, name, services, server, signal))),
    answer(() => cloud.actions(serverId, ACTIONS, signal)),
    server.imageId === undefined ? undefined : answer(() => cloud.image(server.imageId ?? '', signal)),
    answer(() => readAllocations(ports, server, newestMove(records), signal)),
    cloud.attached(server, signal),
    ownMigrations(ports, serverId),
    answer(() => cloud.identity(signal)),
  ]);
  return {
    atMs: clock.nowMs(),
    server,
    records,
    actions,
    sides,
    image: imageWord(image),
    imageBaseName: imageBaseName(server.imageId),
    tokenLifeMs: identity.known ? identity.value.tokenLifeMs : undefined,
    allocations,
    ports: attached.ports,
    volumes: attached.volumes,
    own,
    comparisons: comparisons.filter((comparison) => stands(comparison, sides, clock.nowMs())),
  };
}

function imageWord(image: Answer<Image | undefined> | undefined): Evidence['image'] {
  if (image === undefined) return 'none';
  if (!image.known) return 'unknown';
  return image.value === undefined ? 'gone' : 'there';
}

function hostsOf({ host }: Server, records: readonly MigrationRecord[]): readonly string[] {
  const named = records
    .slice(0, RECORDS)
    .flatMap(({ sourceCompute, destCompute }) => [sourceCompute, destCompute]);
  return [...new Set([host, ...named].filter((name): name is string => name !== undefined && name !== ''))];
}

async function readSide(
  ports: Ports<Fact>,
  name: string,
  services: readonly ComputeService[],
  server: Server,
  signal: AbortSignal,
): Promise<Side> {
  const { hypervisors } = ports;
  const told = await answer(async () => {
    const [facts, instance, trouble] = await Promise.all([
      hypervisors.facts(name, signal),
      hypervisors.examine(name, server, signal),
      hypervisors.trouble(name, server.id, signal),
    ]);
    return { facts, instance, trouble };
  });
  return { name, service: services.find(({ host }) => host === name), told };
}

async function readAllocations(
  { cloud }: Ports<Fact>,
  server: Server,
  record: MigrationRecord | undefined,
  signal: AbortSignal,
): Promise<{ readonly ofServer: readonly string[]; readonly ofMigration: readonly string[] }> {
  const [ofServer, ofMigration] = await Promise.all([
    cloud.allocations(server.id, signal),
    record?.uuid === undefined ? [] : cloud.allocations(record.uuid, signal),
  ]);
  return { ofServer, ofMigration };
}

/** @throws Failure `cancelled`, and nothing else that is a failure of the cloud or of a host. */
async function answer<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    return { known: false, why: error.message };
  }
}

/** A comparison counts as long as both files are what they were then, and no longer than a day: bases are not marked. */
function stands(comparison: MadeComparison, sides: readonly Side[], nowMs: number): boolean {
  if (nowMs - comparison.atMs > COMPARISON_MS) return false;
  const isSame = (host: string, path: string, mark: FileMark): boolean =>
    sides.some(
      ({ name, told }) =>
        name === host &&
        told.known &&
        [told.value.instance.directory, told.value.instance.resizeDirectory]
          .flatMap((directory) => directory?.disks ?? [])
          .some(
            (disk) =>
              disk.path === path &&
              disk.inode === mark.inode &&
              disk.sizeBytes === mark.sizeBytes &&
              disk.mtimeSeconds === mark.mtimeSeconds,
          ),
    );
  return (
    isSame(comparison.sourceHost, comparison.sourcePath, comparison.sourceMark) &&
    isSame(comparison.destinationHost, comparison.destinationPath, comparison.destinationMark)
  );
}
