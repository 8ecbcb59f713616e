import type { Payload } from '../contract/ipc.ts';
import type { DoctorView } from '../contract/views.ts';
import type { Hypervisor } from '../domain/cloud.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { HostFacts } from '../domain/host.ts';
import type { Ports } from '../domain/ports.ts';
import type { Verdict } from '../domain/preflight/judgement.ts';
import { formatBytes } from '../domain/units.ts';

type Check = DoctorView['checks'][number];

/** Clocks further apart than this make logs hard to read and tokens short. */
const SKEW_MS = 5_000;

/** What `runDoctor` tells as each check ends. `hostsTotal` is 0 until the hosts are known. */
export type DoctorProgress = Payload<'doctor.progress'>;

/** Looks at the cloud and at every host (or the named ones) without touching an instance. */
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
  const hypervisors = await tried(take, 'cloud', () => askCloud(ports, take, signal));
  const names = (hypervisors ?? []).map((hypervisor) => hypervisor.host);
  const wanted = names.filter((name) => only.length === 0 || only.includes(name));
  count.hostsTotal = wanted.length;
  const unknown = only.filter((name) => hypervisors !== undefined && !names.includes(name));
  const known = `There are: ${names.slice(0, 12).join(', ')}`;
  take(unknown.map((name) => check(name, 'block', 'Nova knows no compute host of this name', known)));
  await Promise.all(
    wanted.map(async (host) => {
      const found: Check[] = [];
      await tried(
        (failed) => found.push(...failed),
        host,
        async () => {
          found.push(...hostChecks(host, await ports.hypervisors.facts(host, signal), ports.clock.nowMs()));
        },
      );
      count.hostsDone += 1;
      take(found);
    }),
  );
  return { checks };
}

type Take = (found: readonly Check[]) => void;

async function askCloud(
  { cloud, clock }: Ports<Fact>,
  take: Take,
  signal: AbortSignal,
): Promise<readonly Hypervisor[]> {
  const identity = await cloud.identity(signal);
  const minutes = Math.round((identity.tokenExpiresAtMs - clock.nowMs()) / 60_000);
  const { userName, projectName, roles, compute } = identity;
  take([
    check(
      'cloud',
      'pass',
      `logged in as ${userName} in ${projectName ?? 'no project'} with ${roles.join(', ')}; the token lives ${String(minutes)} min more and is renewed`,
    ),
    check(
      'cloud',
      identity.canChooseHost ? 'pass' : 'block',
      `compute API ${compute.used} (the cloud has ${compute.min} to ${compute.max})${identity.canChooseHost ? '' : '; 2.56 is needed to choose a destination'}`,
    ),
  ]);
  const servers = await cloud.servers({}, signal);
  take([check('cloud', 'pass', `${String(servers.length)} instances of all projects can be seen`)]);
  return cloud.hypervisors(signal);
}

function hostChecks(host: string, facts: HostFacts, nowMs: number): readonly Check[] {
  const { nova, tools, instancesFileSystem: disk } = facts;
  const missing = (['rsync', 'ssh', 'qemu-img'] as const).filter((tool) => tools[tool] === undefined);
  const skewMs = Math.abs(facts.clockMs - nowMs);
  return [
    check(host, 'pass', `reached as ${facts.hostname}, with root`),
    missing.length === 0
      ? check(host, 'pass', `has rsync ${versionIn(tools.rsync)}, qemu-img ${versionIn(tools['qemu-img'])}`)
      : check(
          host,
          'block',
          `has no ${missing.join(', ')}`,
          'apt-get install rsync qemu-utils openssh-client',
        ),
    nova.transport === 'rsync'
      ? check(host, 'pass', 'Nova copies by rsync: route seed is possible')
      : check(
          host,
          'note',
          'Nova copies by scp: only route nova is possible from here',
          'Set [libvirt] remote_filesystem_transport = rsync and restart nova-compute.',
        ),
    nova.files.length === 0
      ? check(
          host,
          'warn',
          'no nova.conf was found; Nova’s defaults are assumed',
          'Name the files under nova.configFiles in the settings.',
        )
      : check(host, 'pass', `settings read from ${nova.files.join(', ')}`),
    nova.resizeConfirmWindowSeconds === 0
      ? check(host, 'pass', 'Nova never confirms by itself')
      : check(
          host,
          'warn',
          `Nova confirms by itself ${String(nova.resizeConfirmWindowSeconds)} s after VERIFY_RESIZE`,
          'Set resize_confirm_window = 0.',
        ),
    check(
      host,
      'pass',
      `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free in ${nova.instancesPath} (${disk.type})`,
    ),
    ...(skewMs > SKEW_MS
      ? [
          check(
            host,
            'warn',
            `its clock is ${String(Math.round(skewMs / 1000))} s off from this machine’s`,
            'chronyc tracking',
          ),
        ]
      : []),
  ];
}

function check(subject: string, verdict: Verdict, message: string, fix?: string): Check {
  return { subject, verdict, message, ...(fix !== undefined && { fix }) };
}

/** Turns an expected failure into a row; the others are still checked. */
async function tried<T>(take: Take, subject: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    take([check(subject, 'block', error.message, error.hint)]);
    return undefined;
  }
}

/** `3.2.7` of `rsync  version 3.2.7  protocol version 31`. */
function versionIn(text = ''): string {
  return /\d+(\.\d+)+\S*/.exec(text)?.[0] ?? text;
}
