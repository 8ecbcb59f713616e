import type { Payload } from '../contract/ipc.ts';
import type { DoctorView } from '../contract/views.ts';
import type { ComputeService, Hypervisor } from '../domain/cloud.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { HostFacts } from '../domain/host.ts';
import { judgeLeftWork, type KnownMigration } from '../domain/left-work.ts';
import { isOver } from '../domain/migration.ts';
import type { Ports } from '../domain/ports.ts';
import type { Finding } from '../domain/preflight/finding.ts';
import { judgeCloud, judgeHost } from '../domain/preflight/judge.ts';
import type { Verdict } from '../domain/preflight/judgement.ts';
import { formatBytes } from '../domain/units.ts';
import { createArchive } from './archive.ts';

type Check = DoctorView['checks'][number];

/** What `runDoctor` tells as each check ends. `hostsTotal` is 0 until the hosts are known. */
export type DoctorProgress = Payload<'doctor.progress'>;

/** Looks at the cloud and at every host (or the named ones) without touching an instance: the checks of a plan that need none. */
export async function runDoctor(
  ports: Ports<Fact>,
  only: readonly string[],
  signal: AbortSignal,
  onCheck: (progress: DoctorProgress) => void = () => undefined,
): Promise<DoctorView> {
  const checks: Check[] = [];
  const count = { hostsDone: 0, hostsTotal: 0 };
  const take = (found: readonly Check[]): void => {
    for (const one of found) {
      checks.push(one);
      onCheck({ check: one, ...count });
    }
  };
  const seen = await tried(take, 'cloud', () => askCloud(ports, take, signal));
  const known = await knownMigrations(ports);
  const names = (seen?.hypervisors ?? []).map((hypervisor) => hypervisor.host);
  const wanted = names.filter((name) => only.length === 0 || only.includes(name));
  count.hostsTotal = wanted.length;
  const unknown = only.filter((name) => seen !== undefined && !names.includes(name));
  const there = `There are: ${names.slice(0, 12).join(', ')}`;
  take(unknown.map((name) => said(name, 'block', 'Nova knows no compute host of this name', there)));
  await Promise.all(
    wanted.map(async (host) => {
      const found: Check[] = [];
      await tried(
        (failed) => found.push(...failed),
        host,
        async () => {
          const facts = await ports.hypervisors.facts(host, signal);
          const service = seen?.services.find((candidate) => candidate.host === host);
          found.push(
            said(host, 'pass', `reached as ${facts.hostname}, with root`),
            ...ofHost(host, facts),
            ...of(host, judgeHost({ name: host, service, facts, nowMs: ports.clock.nowMs() })),
          );
          const work = await ports.hypervisors.leftWork(host, signal);
          found.push(
            ...judgeLeftWork(work, known, facts.clockMs).map((left) => ({ subject: host, ...left })),
          );
        },
      );
      count.hostsDone += 1;
      take(found);
    }),
  );
  return { checks };
}

/** Whose work there may be on the hosts. A journal that cannot be read is told by `coldhaul status`. */
async function knownMigrations({ journals, clock }: Ports<Fact>): Promise<readonly KnownMigration[]> {
  const { migrations } = await createArchive(journals, clock).list();
  return migrations.map(({ id, phase, server }) => ({
    id,
    phase,
    serverId: server.id,
    serverName: server.name,
    isOver: isOver(phase),
  }));
}

type Take = (found: readonly Check[]) => void;

interface Seen {
  readonly hypervisors: readonly Hypervisor[];
  readonly services: readonly ComputeService[];
}

async function askCloud({ cloud, clock }: Ports<Fact>, take: Take, signal: AbortSignal): Promise<Seen> {
  const identity = await cloud.identity(signal);
  const nowMs = clock.nowMs();
  const minutes = Math.round((identity.tokenExpiresAtMs - nowMs) / 60_000);
  const { userName, projectName, roles } = identity;
  take([
    said(
      'cloud',
      'pass',
      `logged in as ${userName} in ${projectName ?? 'no project'} with ${roles.join(', ')}; the token lives ${String(minutes)} min more and is renewed`,
    ),
    ...of('cloud', judgeCloud({ identity, nowMs })),
  ]);
  const servers = await cloud.servers({}, signal);
  take([said('cloud', 'pass', `${String(servers.length)} instances of all projects can be seen`)]);
  const [hypervisors, services] = await Promise.all([
    cloud.hypervisors(signal),
    cloud.computeServices(signal),
  ]);
  return { hypervisors, services };
}

/** What decides how a move from here would go, and what there is room for; no check by itself. */
function ofHost(host: string, { nova, instancesFileSystem: disk }: HostFacts): readonly Check[] {
  return [
    nova.transport === 'rsync'
      ? said(host, 'pass', 'Nova copies by rsync: route seed is possible')
      : said(
          host,
          'note',
          'Nova copies by scp: only route nova is possible from here',
          'Set [libvirt] remote_filesystem_transport = rsync and restart nova-compute.',
        ),
    said(
      host,
      'pass',
      `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free in ${nova.instancesPath} (${disk.type})`,
    ),
  ];
}

function of(subject: string, findings: readonly Finding[]): readonly Check[] {
  return findings.map((finding) => ({ subject, ...finding }));
}

function said(subject: string, verdict: Verdict, message: string, fix?: string): Check {
  return { subject, verdict, message, ...(fix !== undefined && { fix }) };
}

/** Turns an expected failure into a row; the others are still checked. */
async function tried<T>(take: Take, subject: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    take([said(subject, 'block', error.message, error.hint)]);
    return undefined;
  }
}
