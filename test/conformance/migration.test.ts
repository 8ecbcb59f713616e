import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { lastBoot } from '../lab/hosts/guest-layout.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { digest, domain, filesOf, on, openBench, seed, statesSince, type Bench } from './bench.ts';
import { lastAction, look, migrationRows } from './caller.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
});

async function stopped(name: string, flavor = 'lab.data', configDrive = false): Promise<LabServer> {
  const { cloud, image } = bench;
  return cloud.createServer({
    name,
    host: 'hosta',
    flavor,
    image,
    running: false,
    configDrive,
    payloadMib: 8,
  });
}

async function migrate(server: LabServer, host = 'hostb'): Promise<number> {
  const { status } = await bench.admin.act(server.id, { migrate: { host } });
  await bench.cloud.idle();
  return status;
}

function copiesOf(server: LabServer) {
  return bench.cloud.copies
    .filter(({ serverId }) => serverId === server.id)
    .map(({ file, skipped }) => `${file} ${skipped ? 'skipped' : 'copied'}`);
}

describe('a new instance', () => {
  it('lies on the disk as Nova lays it', async () => {
    const server = await stopped('laid', 'lab.data', true);
    const directory = `${INSTANCES_PATH}/${server.id}`;
    expect(await filesOf(bench.a, server)).toEqual([
      ...['console.log', 'disk', 'disk.config', 'disk.eph0', 'disk.info', 'disk.swap'],
    ]);
    const about = await on(bench.a, 'qemu-img', 'info', '--output=json', `${directory}/disk`);
    expect(JSON.parse(about)).toMatchObject({
      format: 'qcow2',
      'virtual-size': 1024 ** 3,
      'backing-filename-format': 'raw',
      'backing-filename': expect.stringMatching(
        /^\/var\/lib\/nova\/instances\/_base\/[0-9a-f]{40}$/,
      ) as unknown,
    });
    expect(await on(bench.a, 'stat', '-c', '%U %a', `${directory}/console.log`)).toBe('root 600');
    expect(await on(bench.a, 'stat', '-c', '%U:%G', `${directory}/disk`)).toBe('nova:nova');
    expect(await on(bench.a, 'ls', `${INSTANCES_PATH}/_base`)).toContain('ephemeral_1_0706d66');
  });
});

describe('cold migration', () => {
  it('walks the states that were seen on a real cloud, with a running guest', async () => {
    const { cloud, image, admin, a, b } = bench;
    const server = await cloud.createServer({ name: 'walker', host: 'hosta', flavor: 'lab.data', image });
    const since = server.history.length;
    expect(await migrate(server)).toBe(202);
    expect(statesSince(server, since)).toEqual([
      'RESIZE/resize_prep hosta',
      'RESIZE/resize_migrating hosta',
      'RESIZE/resize_migrated hostb',
      'RESIZE/resize_finish hostb',
      'VERIFY_RESIZE/- hostb',
    ]);
    expect((await migrationRows(admin, server.id))[0]).toEqual({ status: 'finished', dest_host: b.address });
    const { events } = await lastAction(admin, server.id, 'migrate');
    expect(events.map(({ event, host, result }) => `${event} ${host} ${String(result)}`)).toEqual([
      'conductor_migrate_server controller Success',
      'cold_migrate controller Success',
      'compute_prep_resize hostb Success',
      'compute_resize_instance hosta Success',
      'compute_finish_resize hostb Success',
    ]);
    expect(await filesOf(a, server)).toBeUndefined();
    expect(await filesOf(a, server, '_resize')).toEqual([
      ...['console.log', 'disk', 'disk.eph0', 'disk.info', 'disk.swap'],
    ]);
    expect([await domain(a, server), await domain(b, server)]).toEqual(['shut off', 'running']);

    expect((await admin.act(server.id, { confirmResize: null })).status).toBe(204);
    await cloud.idle();
    expect(await look(admin, server.id)).toMatchObject({ status: 'ACTIVE', host: 'hostb', power: 1 });
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('confirmed');
    expect(await filesOf(a, server, '_resize')).toBeUndefined();
    expect(await domain(a, server)).toBe('absent');
    const console = await on(b, 'cat', `${INSTANCES_PATH}/${server.id}/console.log`);
    expect(lastBoot(console)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
  });

  it('goes back with revert, and the guest is as it was', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('returner');
    const before = await digest(a, server, '', 'disk');
    await migrate(server);
    const since = server.history.length;
    expect((await admin.act(server.id, { revertResize: null })).status).toBe(202);
    await cloud.idle();
    expect(statesSince(server, since)).toEqual([
      'REVERT_RESIZE/resize_reverting hostb',
      'REVERT_RESIZE/resize_reverting hosta',
      'VERIFY_RESIZE/powering-off hosta',
      'SHUTOFF/- hosta',
    ]);
    expect(await digest(a, server, '', 'disk')).toBe(before);
    expect(await filesOf(b, server)).toBeUndefined();
    expect(await domain(b, server)).toBe('absent');
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('reverted');
  });

  it("gives the source's share in Placement to the migration until the verdict", async () => {
    const { cloud } = bench;
    const server = await stopped('shared');
    await migrate(server);
    const holders = (): readonly string[] =>
      cloud.state.allocations
        .filter(({ consumerId }) => [server.id, cloud.state.migrations.at(-1)?.uuid].includes(consumerId))
        .map(({ consumerId, providerId }) => {
          const host = cloud.state.computes.find(({ hypervisorId }) => hypervisorId === providerId)?.name;
          return `${consumerId === server.id ? 'server' : 'migration'} on ${String(host)}`;
        });
    expect(holders()).toEqual(['migration on hosta', 'server on hostb']);
    await bench.admin.act(server.id, { confirmResize: null });
    await cloud.idle();
    expect(holders()).toEqual(['server on hostb']);
  });
});

describe.each(['rsync', 'ssh'] as const)('transport %s', (transport) => {
  beforeAll(async () => {
    await bench.a.configureNova({ transport });
  });
  afterAll(async () => {
    await bench.a.configureNova({ transport: 'rsync' });
  });

  it('copies disk after disk, swap left out, disk.info last', async () => {
    const server = await stopped(`plain-${transport}`, 'lab.data', true);
    await migrate(server);
    expect(copiesOf(server)).toEqual([
      ...['disk copied', 'disk.eph0 copied', 'disk.config copied', 'disk.info copied'],
    ]);
    const commands = bench.cloud.copies.filter(({ serverId }) => serverId === server.id);
    const from = `${INSTANCES_PATH}/${server.id}_resize`;
    const to = `${bench.b.address}:${INSTANCES_PATH}/${server.id}`;
    expect([commands[0]?.command.join(' '), commands[2]?.command.join(' ')]).toEqual(
      transport === 'rsync'
        ? [
            `rsync -r --sparse ${from}/disk ${to}/disk`,
            `rsync -r --sparse ${from}/disk.config ${to}/disk.config --compress`,
          ]
        : [`scp -r ${from}/disk ${to}/disk`, `scp -C -r ${from}/disk.config ${to}/disk.config`],
    );
    for (const file of ['disk', 'disk.eph0', 'disk.config', 'disk.info']) {
      expect(await digest(bench.b, server, '', file)).toBe(await digest(bench.a, server, '_resize', file));
    }
  });

  it(
    transport === 'rsync' ? 'takes a seeded copy as it is' : 'copies a seeded disk all the same',
    async () => {
      const server = await stopped(`seeded-${transport}`);
      await seed(bench.a, bench.b, server);
      await migrate(server);
      expect((await look(bench.admin, server.id)).status).toBe('VERIFY_RESIZE');
      const word = transport === 'rsync' ? 'skipped' : 'copied';
      expect(copiesOf(server)).toEqual([`disk ${word}`, `disk.eph0 ${word}`, `disk.info ${word}`]);
      expect(await filesOf(bench.b, server)).toContain('disk.swap');
    },
  );
});
