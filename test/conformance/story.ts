import type { Route } from '../../main/domain/plan.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { changes, fileNames, serverWords, type Leg, type Parts } from '../recordings/recording.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

/** The story of test/openstack/scenarios/there-and-back.ts on the lab: there and reverted, there and confirmed, back. */
export async function tell(
  { lab }: LabWithImage,
  engine: LabEngine,
  server: LabServer,
  route: Route,
): Promise<readonly Leg[]> {
  const legs: Leg[] = [];
  const there = { source: SOURCE, destination: DESTINATION };

  async function leg(name: string, parts: Parts, work: () => Promise<void>): Promise<void> {
    const since = server.history.length;
    const before = newest()?.statuses.length ?? 0;
    const [first, old] = [serverWords(now(), parts), newest()];
    await work();
    await lab.cloud.idle();
    const record = newest();
    const statuses =
      record === old
        ? (record?.statuses.slice(Math.max(before - 1, 0)) ?? ['none'])
        : [old?.status ?? 'none', ...(record?.statuses ?? [])];
    legs.push({
      name,
      server: [...changes([first, ...server.history.slice(since).map((state) => serverWords(state, parts))])],
      migration: [...changes(statuses)],
      files: { source: await files(parts.source), destination: await files(parts.destination) },
    });
  }
  const now = () => {
    const state = server.history.at(-1);
    if (state === undefined) throw new Error(`${server.name} has no state yet`);
    return state;
  };
  const newest = () => lab.cloud.state.migrations.findLast(({ serverId }) => serverId === server.id);
  const files = async (host: string): Promise<string[]> => {
    const argv = ['find', INSTANCES_PATH, '-path', `*${server.id}*`, '-printf', '%P\\n'];
    const { code, stdout, stderr } = await lab.host(host).exec(argv);
    if (code !== 0) throw new Error(stderr);
    return [...fileNames(stdout, server.id)];
  };
  async function move(name: string, parts: Parts, verdict: 'confirm' | 'revert'): Promise<void> {
    let id = '';
    await leg(`${name}, migrate`, parts, async () => {
      const moved = await engine.migrate(server.id, parts.destination, { route });
      if (!moved.proven) throw new Error(`${server.name} is ${moved.phase}, not proven`);
      id = moved.id;
    });
    await leg(`${name}, ${verdict}`, parts, async () => {
      await engine.call(`migration.${verdict}`, { id, by: 'a test' });
      await engine.settled(id);
    });
  }
  await move('first', there, 'revert');
  await move('again', there, 'confirm');
  await move('back', { source: DESTINATION, destination: SOURCE }, 'confirm');
  return legs;
}
