import { z } from 'zod';
import { FindingView } from '../../../main/contract/views.ts';
import { booted, INSTANCES, settled } from '../guests.ts';
import { ask, cloud, type HostName } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { must } from './words.ts';

/** What the checks say of real Nova, libvirt and QEMU: nothing of a healthy move, and each trouble by its name. */
export const PREFLIGHT: readonly Scenario[] = [
  { name: 'preflight', route: 'seed', transport: 'rsync', run: preflight },
];

type Finding = z.output<typeof FindingView>;

const KEYS = '/var/lib/nova/.ssh/authorized_keys';

/** Something that real Nova or libvirt would trip over, and the finding that tells it before. */
interface Obstacle {
  readonly id: string;
  readonly verdict: Finding['verdict'];
  readonly make: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
}

async function preflight(stage: Stage): Promise<readonly number[]> {
  const id = await stage.guest({ flavor: 'full', configDrive: true, port: true });
  const healthy = await findings(stage, id);
  const alarms = healthy.filter(({ verdict }) => verdict === 'block' || verdict === 'warn');
  must(alarms.length === 0, `a healthy move is called ill:\n${tell(alarms)}`);
  const problems: string[] = [];
  for (const obstacle of obstacles(stage, id)) {
    await obstacle.make();
    stage.later(obstacle.undo);
    const found = await findings(stage, id);
    await obstacle.undo();
    const own = found.find((finding) => finding.id === obstacle.id);
    if (own?.verdict !== obstacle.verdict)
      problems.push(
        `${obstacle.id} is ${own?.verdict ?? 'not there'}, not ${obstacle.verdict}:\n${tell(found)}`,
      );
  }
  const after = await findings(stage, id);
  const left = after.filter(({ verdict }) => verdict === 'block' || verdict === 'warn');
  if (left.length > 0) problems.push(`with all of it undone there is still:\n${tell(left)}`);
  must(problems.length === 0, problems.join('\n'));
  const boot = await booted(stage.from, id, 1);
  must(boot.boot === 1, `the guest has booted ${String(boot.boot)} times: a look must not touch it`);
  return [];
}

function obstacles({ caller, from, to }: Stage, id: string): readonly Obstacle[] {
  const action = (body: unknown): Promise<unknown> =>
    caller.ask('compute', 'POST', `/servers/${id}/action`, body);
  const record = `${INSTANCES}/${id}/disk.info`;
  const layer = `${INSTANCES}/${id}/disk.layer`;
  const specs = [`vda,snapshot=external,file=${layer}`, 'vdb,snapshot=no', 'vdc,snapshot=no'];
  const onlyRoot = specs.flatMap((spec) => ['--diskspec', spec]);
  return [
    {
      id: 'server.lock',
      verdict: 'block',
      make: () => action({ lock: { locked_reason: 'a test' } }),
      undo: () => action({ unlock: null }),
    },
    {
      id: 'server.state',
      verdict: 'block',
      make: () => action({ 'os-resetState': { state: 'error' } }),
      undo: async () => {
        await action({ 'os-resetState': { state: 'active' } });
        await settled(caller, id, 'ACTIVE');
      },
    },
    {
      id: 'destination.service',
      verdict: 'block',
      make: () => enable(caller, to, 'disabled'),
      undo: () => enable(caller, to, 'enabled'),
    },
    directory('source.leftovers', from, `${id}_resize`),
    directory('destination.leftovers', to, id),
    {
      id: 'destination.instances-directory',
      verdict: 'block',
      make: () => ask(to, 'chmod', '0700', INSTANCES),
      undo: () => ask(to, 'chmod', '0755', INSTANCES),
    },
    {
      id: 'source.owner',
      verdict: 'block',
      make: () => ask(from, 'chown', 'root:', `${INSTANCES}/${id}`),
      undo: () => ask(from, 'chown', 'nova:', `${INSTANCES}/${id}`),
    },
    {
      id: 'hosts.ssh',
      verdict: 'block',
      make: () => ask(to, 'mv', KEYS, `${KEYS}.kept`),
      undo: () => ask(to, 'mv', `${KEYS}.kept`, KEYS),
    },
    {
      id: 'disks.info',
      verdict: 'block',
      make: () => ask(from, 'sh', '-c', 'cp -p "$1" "$1.kept" && echo garbage >"$1"', 'test', record),
      undo: () => ask(from, 'mv', `${record}.kept`, record),
    },
    {
      // A snapshot beside Nova: the guest writes to a layer that Nova does not know.
      id: 'disks.layers',
      verdict: 'block',
      make: () =>
        ask(
          from,
          'virsh',
          'snapshot-create-as',
          id,
          'layer',
          '--disk-only',
          '--atomic',
          '--no-metadata',
          ...onlyRoot,
        ),
      undo: async () => {
        await ask(from, 'virsh', 'blockcommit', id, 'vda', '--shallow', '--active', '--pivot', '--wait');
        await ask(from, 'rm', '-f', layer);
      },
    },
    {
      id: 'destination.confirm-window',
      verdict: 'warn',
      make: () => cloud('set', 'confirm-window', '3600'),
      undo: () => cloud('set', 'confirm-window', '0'),
    },
  ];
}

function directory(id: string, host: HostName, name: string): Obstacle {
  return {
    id,
    verdict: 'block',
    make: () => ask(host, 'mkdir', '-p', `${INSTANCES}/${name}`),
    undo: () => ask(host, 'rmdir', '--ignore-fail-on-non-empty', `${INSTANCES}/${name}`),
  };
}

const Services = z.object({ services: z.array(z.object({ id: z.string() })) });

async function enable(
  caller: Stage['caller'],
  host: HostName,
  status: 'enabled' | 'disabled',
): Promise<void> {
  const said = await caller.ask('compute', 'GET', `/os-services?binary=nova-compute&host=${host}`);
  const [service] = Services.parse(said).services;
  await caller.ask('compute', 'PUT', `/os-services/${service?.id ?? ''}`, { status });
}

async function findings({ workstation, to }: Stage, id: string): Promise<readonly Finding[]> {
  const end = await workstation.run('preflight', id, '--to', to, '--json');
  must(end.exitCode === 0 || end.exitCode === 3, 'the preflight could not be made', end);
  return z.array(FindingView).parse(JSON.parse(end.stdout));
}

function tell(all: readonly Finding[]): string {
  return all
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, message }) => `${verdict} ${id}: ${message}`)
    .join('\n');
}
