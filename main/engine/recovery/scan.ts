import PQueue from 'p-queue';
import type { StuckView } from '../../contract/recovery-views.ts';
import type { Server } from '../../domain/cloud.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { InstanceDirectory, InstanceOnHost } from '../../domain/host.ts';
import type { Ports } from '../../domain/ports.ts';
import { clocksOf } from '../../domain/recovery/clocks.ts';
import { diagnose } from '../../domain/recovery/diagnose.ts';
import { URGENCIES } from '../../domain/recovery/rule.ts';
import { stuckWarning } from '../stuck.ts';
import { gatherEvidence, type MadeComparison } from './gather.ts';
import { allOwnMigrations } from './own-migrations.ts';

const HOSTS_AT_ONCE = 8;
const CASES_AT_ONCE = 4;
/** Nova is at work with these; a host that holds disks of one is no surprise. */
const BETWEEN = new Set(['RESIZE', 'VERIFY_RESIZE', 'REVERT_RESIZE', 'MIGRATING', 'ERROR']);

type OnHosts = ReadonlyMap<string, ReadonlyMap<string, InstanceOnHost>>;

/**
 * Every instance of the cloud that is stuck, or silently wrong: by its state, by what the hosts hold of it, and by
 * our own migrations that never ended. Reads only.
 *
 * @param comparisonsOf - What was compared before, so that the list says what the page of the case says.
 * @param tell - Gets one short sentence for each thing that may take a while.
 */
export async function scanForStuck(
  ports: Ports<Fact>,
  comparisonsOf: (serverId: string) => Promise<readonly MadeComparison[]>,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<StuckView> {
  const { cloud, clock } = ports;
  tell('Asking the cloud for all instances and hosts');
  const [servers, hypervisors, own] = await Promise.all([
    cloud.servers({}, signal),
    cloud.hypervisors(signal),
    allOwnMigrations(ports),
  ]);
  const ownOpen = new Set(own.filter(({ isOpen }) => isOpen).map(({ serverId }) => serverId));
  const problems: string[] = [];
  const onHosts = new Map<string, ReadonlyMap<string, InstanceOnHost>>();
  const hosts = new PQueue({ concurrency: HOSTS_AT_ONCE });
  tell(`Reading what ${String(hypervisors.length)} hosts hold`);
  await hosts.addAll(
    hypervisors.map(({ host }) => async () => {
      try {
        onHosts.set(host, await ports.hypervisors.instances(host, signal));
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
        problems.push(`${host} was not read: ${error.message}`);
      }
    }),
  );
  const nowMs = clock.nowMs();
  const wanted = servers.filter((server) => ownOpen.has(server.id) || isSuspect(server, onHosts, nowMs));
  if (wanted.length > 0) tell(`Looking closely at ${String(wanted.length)} instances`);
  const cases: StuckView['cases'][number][] = [];
  const queue = new PQueue({ concurrency: CASES_AT_ONCE });
  await queue.addAll(
    wanted.map(({ id, name }) => async () => {
      try {
        const found = await lookAt(ports, id, await comparisonsOf(id), onHosts, signal);
        if (found !== undefined) cases.push(found);
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
        problems.push(`${name} was not looked at: ${error.message}`);
      }
    }),
  );
  cases.sort(
    (left, right) =>
      URGENCIES.indexOf(left.urgency) - URGENCIES.indexOf(right.urgency) ||
      right.bytesAtStake - left.bytesAtStake,
  );
  return { readAtMs: nowMs, cases, orphans: orphansOf(servers, onHosts), problems };
}

/** By the state alone, or because what the hosts hold does not fit it. */
function isSuspect(server: Server, onHosts: OnHosts, nowMs: number): boolean {
  if (stuckWarning(server, nowMs) !== undefined || BETWEEN.has(server.status)) return true;
  for (const [host, instances] of onHosts) {
    const here = instances.get(server.id);
    if (here === undefined) {
      if (host === server.host && server.imageId !== undefined && server.taskState === undefined) return true;
      continue;
    }
    const isHome = host === server.host;
    if (here.resizeDirectory !== undefined) return true;
    if (isHome && here.directory === undefined && server.imageId !== undefined) return true;
    if (!isHome && (here.domain === 'running' || here.domain === 'paused')) return true;
    if (isHome && server.status === 'ACTIVE' && (here.domain === 'shut off' || here.domain === 'absent'))
      return true;
  }
  return false;
}

async function lookAt(
  ports: Ports<Fact>,
  id: string,
  comparisons: readonly MadeComparison[],
  onHosts: OnHosts,
  signal: AbortSignal,
): Promise<StuckView['cases'][number] | undefined> {
  const evidence = await gatherEvidence(ports, id, comparisons, signal);
  const [worst] = diagnose(evidence);
  if (worst === undefined || worst.rule.urgency === 'fine') return undefined;
  const { server } = evidence;
  const [clock] = clocksOf(evidence);
  const bytes = [...onHosts.values()].map((instances) => largestOf(instances.get(id)));
  return {
    id: server.id,
    name: server.name,
    projectId: server.projectId,
    status: server.status,
    ...(server.host !== undefined && { host: server.host }),
    updatedAt: server.updatedAt,
    rule: worst.rule.id,
    title: worst.rule.title,
    urgency: worst.rule.urgency,
    verdict: worst.verdict,
    bytesAtStake: Math.max(0, ...bytes),
    ...(clock !== undefined && { nextClock: { says: clock.says, atMs: clock.atMs } }),
  };
}

function bytesOf(directory: InstanceDirectory | undefined): number {
  return (directory?.disks ?? []).reduce((bytes, disk) => bytes + disk.allocatedBytes, 0);
}

/** Of two directories on one host one is a copy of the other, or old: only one set of disks can be lost. */
function largestOf(instance: InstanceOnHost | undefined): number {
  return Math.max(bytesOf(instance?.directory), bytesOf(instance?.resizeDirectory));
}

function orphansOf(servers: readonly Server[], onHosts: OnHosts): StuckView['orphans'] {
  const known = new Set(servers.map(({ id }) => id));
  return [...onHosts].flatMap(([host, instances]) =>
    [...instances].flatMap(([id, instance]) => {
      const { directory, resizeDirectory } = instance;
      const path = directory?.path ?? resizeDirectory?.path;
      return known.has(id) || path === undefined
        ? []
        : [{ host, path, allocatedBytes: bytesOf(directory) + bytesOf(resizeDirectory) }];
    }),
  );
}
