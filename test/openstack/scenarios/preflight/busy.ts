import { z } from 'zod';
import { booted, settled } from '../../guests.ts';
import { cloud, until, type HostName } from '../../machines.ts';
import type { Scenario, Stage } from '../../scenario.ts';
import { attachVolume, makeVolume, removeVolume } from '../../volumes.ts';
import { must } from '../words.ts';
import { findings } from './findings.ts';
import type { Obstacle } from './obstacle.ts';

/** What Nova, Cinder and Neutron are in the middle of, or have left wrong, with this instance or with another. */
export const BUSY: readonly Scenario[] = [
  { name: 'preflight-busy', route: 'seed', transport: 'rsync', run: busy },
];

async function busy(stage: Stage): Promise<readonly number[]> {
  const { caller, from, to, name } = stage;
  const volume = await makeVolume(caller, name);
  stage.later(() => removeVolume(caller, volume));
  const guest = (port: boolean): Promise<string> =>
    stage.guest({ flavor: 'plain', configDrive: false, port });
  const [id, other] = [await guest(true), await guest(false)];
  await attachVolume(caller, id, volume);
  const problems: string[] = [];
  const look = async (server: string, check: string, verdict: Obstacle['verdict']): Promise<void> => {
    const found = (await findings(stage, server)).find((finding) => finding.id === check);
    if (found?.verdict !== verdict)
      problems.push(
        `${check} is ${found?.verdict ?? 'not there'}, not ${verdict}: ${found?.message ?? ''} ${found?.evidence?.join('; ') ?? ''}`,
      );
  };

  await look(id, 'server.volume-state', 'pass');
  await resetVolume(stage, volume, 'error');
  stage.later(() => resetVolume(stage, volume, 'in-use'));
  await look(id, 'server.volume-state', 'warn');
  await resetVolume(stage, volume, 'in-use');

  await look(id, 'server.ports', 'pass');
  await bindPort(stage, id, to);
  await look(id, 'server.ports', 'warn');
  await bindPort(stage, id, from);
  await look(id, 'server.ports', 'pass');

  // Nova has said yes to a stop that nobody carries out.
  await without(stage, from, async () => {
    await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-stop': null });
    await look(id, 'server.task', 'block');
  });
  await settled(caller, id, 'SHUTOFF');
  await look(id, 'server.task', 'pass');

  // Another one is on its way to a host that does not take it in.
  await without(stage, to, async () => {
    await caller.ask('compute', 'POST', `/servers/${other}/action`, { migrate: { host: to } });
    await until('Nova’s record', 120_000, async () => {
      const said = await caller.ask('compute', 'GET', `/os-migrations?instance_uuid=${other}`);
      return Records.parse(said).migrations.length > 0 ? true : undefined;
    });
    await look(id, 'hosts.migrations', 'note');
    await look(other, 'server.migrations', 'block');
  });
  await settled(caller, other, 'VERIFY_RESIZE');
  await caller.ask('compute', 'POST', `/servers/${other}/action`, { revertResize: null });
  await settled(caller, other, 'ACTIVE');
  await look(id, 'hosts.migrations', 'pass');
  await look(other, 'server.migrations', 'pass');
  must(problems.length === 0, problems.join('\n'));
  must((await booted(from, other, 2)).payload === 'OK', 'the other guest has lost something');
  return [];
}

/** While nova-compute of the host is stopped; it goes on with what was asked of it meanwhile. */
async function without(stage: Stage, host: HostName, act: () => Promise<void>): Promise<void> {
  await cloud('service', 'stop', host, 'nova-compute');
  stage.later(() => cloud('service', 'start', host, 'nova-compute'));
  await act();
  await cloud('service', 'start', host, 'nova-compute');
}

function resetVolume({ caller }: Stage, volume: string, status: string): Promise<unknown> {
  return caller.ask('block-storage', 'POST', `/volumes/${volume}/action`, { 'os-reset_status': { status } });
}

const Records = z.object({ migrations: z.array(z.unknown()) });
const Ports = z.object({ ports: z.array(z.object({ id: z.string() })) });

async function bindPort({ caller }: Stage, server: string, host: HostName): Promise<void> {
  const { ports } = Ports.parse(await caller.ask('network', 'GET', `/ports?device_id=${server}`));
  for (const { id } of ports)
    await caller.ask('network', 'PUT', `/ports/${id}`, { port: { 'binding:host_id': host } });
}
