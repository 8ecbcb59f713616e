import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { digest, domain, filesOf, on, openBench, type Bench } from './bench.ts';
import { lastAction, login, look, migrationRows } from './caller.ts';

const DISKS = ['console.log', 'disk', 'disk.eph0', 'disk.info', 'disk.swap'];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ b: 192 });
});
afterAll(async () => {
  await bench.close();
});

async function stopped(name: string, project: 'admin' | 'demo' = 'admin'): Promise<LabServer> {
  const { cloud, image } = bench;
  const what = { host: 'hosta', flavor: 'lab.data', running: false, payloadMib: 8, project } as const;
  return cloud.createServer({ name, image, ...what });
}

async function act(server: LabServer, body: unknown): Promise<number> {
  const { status } = await bench.admin.act(server.id, body);
  await bench.cloud.idle();
  return status;
}

const migrate = (server: LabServer): Promise<number> => act(server, { migrate: { host: 'hostb' } });

describe('a migration that goes wrong ends as it did on a real cloud', () => {
  it('token: the base cannot be fetched, ERROR on the destination', async () => {
    const { cloud, admin, a, b } = bench;
    // First of all, while hostb has no base.
    const server = await stopped('token');
    const once = await login(cloud);
    cloud.control.at({
      point: 'before-finish',
      act: () => {
        const token = cloud.state.tokens.get(once.token);
        if (token !== undefined) token.expiresAtMs = 0;
      },
    });
    expect((await once.act(server.id, { migrate: { host: 'hostb' } })).status).toBe(202);
    await cloud.idle();
    const message = `Not authorized for image ${server.imageId}.`;
    expect(await look(admin, server.id)).toMatchObject({
      ...{ status: 'ERROR', task: null, host: 'hostb', power: 4, fault: { message } },
    });
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('error');
    expect((await lastAction(admin, server.id, 'migrate')).events.at(-1)).toMatchObject({
      ...{ event: 'compute_finish_resize', result: 'Error', details: message },
    });
    expect(await filesOf(a, server, '_resize')).toEqual(DISKS);
    expect(await filesOf(b, server)).toEqual(['disk', 'disk.eph0', 'disk.info']);
    expect([await domain(a, server), await domain(b, server)]).toEqual(['shut off', 'absent']);
    expect([await act(server, { confirmResize: null }), await act(server, { revertResize: null })]).toEqual([
      409, 409,
    ]);
    await act(server, { reboot: { type: 'HARD' } });
    expect((await look(admin, server.id)).fault?.message).toBe(
      `No disk at ${INSTANCES_PATH}/${server.id}/disk.swap`,
    );
  });

  it('image gone: the base comes from the source host, by its name', async () => {
    const { cloud, admin, b } = bench;
    const server = await stopped('gone');
    await on(b, 'sh', '-c', 'rm -f "$0"/_base/*', INSTANCES_PATH);
    const image = cloud.state.images.get(server.imageId);
    cloud.control.deleteImage(server.imageId);
    await migrate(server);
    if (image !== undefined) image.deleted = false;
    expect((await look(admin, server.id)).status).toBe('VERIFY_RESIZE');
    const base = (name: 'a' | 'b') =>
      on(
        bench[name],
        'sh',
        '-c',
        'sha256sum <"$(ls -d "$0"/_base/*[0-9a-f] | grep -E "/[0-9a-f]{40}$")"',
        INSTANCES_PATH,
      );
    expect(await base('b')).toBe(await base('a'));
    await act(server, { confirmResize: null });
  });

  it('wrong address: nothing crosses, a fresh disk is made, and all looks well', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('misip');
    cloud.control.wrongAddress('hostb');
    await migrate(server);
    cloud.control.wrongAddress('hostb', false);
    expect(await look(admin, server.id)).toMatchObject({ status: 'VERIFY_RESIZE', host: 'hostb' });
    expect((await migrationRows(admin, server.id))[0]).toEqual({ status: 'finished', dest_host: a.address });
    const original = await digest(a, server, '_resize', 'disk');
    expect(await digest(a, server, '', 'disk')).toBe(original);
    const size = Number(await on(b, 'stat', '-c', '%s', `${INSTANCES_PATH}/${server.id}/disk`));
    expect(size).toBeLessThan(300_000);
    expect(await act(server, { revertResize: null })).toBe(202);
    expect(await look(admin, server.id)).toMatchObject({ status: 'SHUTOFF', host: 'hosta' });
    expect(await digest(a, server, '', 'disk')).toBe(original);
  });

  it('source killed in the copy: stuck until it starts again, and then back', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('midcopy');
    const original = await digest(a, server, '', 'disk');
    cloud.control.at({
      point: 'copy-file',
      serverId: server.id,
      file: 'disk',
      act: () => {
        cloud.control.killCompute('hosta');
      },
    });
    await migrate(server);
    expect(await look(admin, server.id)).toMatchObject({
      ...{ status: 'RESIZE', task: 'resize_migrating', vm: 'stopped', host: 'hosta', fault: undefined },
    });
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('migrating');
    expect((await lastAction(admin, server.id, 'migrate')).events.at(-1)).toMatchObject({
      ...{ event: 'compute_resize_instance', result: null },
    });
    expect(await filesOf(a, server)).toBeUndefined();
    // The command outlived its parent and finished its one file.
    expect(await filesOf(b, server)).toEqual(['disk']);
    expect(await act(server, { 'os-start': null })).toBe(409);

    await cloud.control.restartCompute('hosta');
    expect(await look(admin, server.id)).toMatchObject({ status: 'SHUTOFF', task: null, host: 'hosta' });
    expect(await digest(a, server, '', 'disk')).toBe(original);
    expect(await filesOf(a, server, '_resize')).toBeUndefined();
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('migrating');
    await migrate(server);
    expect((await look(admin, server.id)).status).toBe('VERIFY_RESIZE');
    await act(server, { revertResize: null });
  });

  it('destination killed while the source copies: it finishes by itself when it is back', async () => {
    const { cloud, admin } = bench;
    const server = await stopped('destdead');
    cloud.control.at({
      point: 'copied',
      serverId: server.id,
      act: () => {
        cloud.control.killCompute('hostb');
      },
    });
    await migrate(server);
    expect(await look(admin, server.id)).toMatchObject({
      status: 'RESIZE',
      task: 'resize_migrated',
      host: 'hostb',
    });
    expect((await migrationRows(admin, server.id))[0]?.status).toBe('post-migrating');
    await cloud.control.restartCompute('hostb');
    await cloud.idle();
    expect((await look(admin, server.id)).status).toBe('VERIFY_RESIZE');
    await act(server, { revertResize: null });
  });

  it('destination full: ERROR on the source, which is whole; what was seeded is gone', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('full');
    const original = await digest(a, server, '', 'disk');
    await on(b, 'install', '-d', '-o', 'nova', '-g', 'nova', `${INSTANCES_PATH}/${server.id}`);
    await on(b, 'install', '-o', 'nova', '/dev/null', `${INSTANCES_PATH}/${server.id}/seed`);
    await cloud.control.fill('hostb', 1_000_000);
    await migrate(server);
    await cloud.control.fill('hostb');
    const seen = await look(admin, server.id);
    expect(seen).toMatchObject({ status: 'ERROR', task: null, host: 'hosta', power: 4 });
    expect(seen.fault?.message).toBe('ProcessExecutionError');
    expect(seen.fault?.details).toContain('No space left on device');
    expect(await digest(a, server, '', 'disk')).toBe(original);
    expect(await filesOf(b, server)).toBeUndefined();
    expect(await act(server, { 'os-resetState': { state: 'active' } })).toBe(202);
    expect([await act(server, { 'os-stop': null }), await act(server, { 'os-start': null })]).toEqual([
      202, 202,
    ]);
    expect(await look(admin, server.id)).toMatchObject({ status: 'ACTIVE', host: 'hosta', power: 1 });
  });

  it('SSH refused: back where it was, without a fault', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('refused');
    await cloud.control.refuseSsh('hostb');
    await migrate(server);
    await cloud.control.refuseSsh('hostb', false);
    expect(await look(admin, server.id)).toMatchObject({
      ...{ status: 'SHUTOFF', task: null, host: 'hosta', fault: undefined },
    });
    const { message, events } = await lastAction(admin, server.id, 'migrate');
    expect(message).toBe('Error');
    expect(events.at(-1)?.details).toMatch(
      /^Resize error: not able to execute ssh command: .*\nCommand: rsync --archive/s,
    );
    expect(await filesOf(a, server)).toEqual(DISKS);
    expect(await filesOf(b, server)).toBeUndefined();
  });

  it('directory of root at the destination: back, and the seed is untouched', async () => {
    const { admin, b } = bench;
    const server = await stopped('rooted');
    const directory = `${INSTANCES_PATH}/${server.id}`;
    await on(b, 'install', '-d', directory);
    await on(b, 'install', '/dev/null', `${directory}/disk`);
    await migrate(server);
    expect(await look(admin, server.id)).toMatchObject({
      status: 'SHUTOFF',
      host: 'hosta',
      fault: undefined,
    });
    expect(await filesOf(b, server)).toEqual(['disk']);
  });

  it('Neutron not reached after the copy: the disks stay in _resize', async () => {
    const { cloud, admin, a, b } = bench;
    const server = await stopped('neutron');
    cloud.control.networkFails('hosta', 'refused');
    await migrate(server);
    cloud.control.networkFails('hosta', undefined);
    expect(await look(admin, server.id)).toMatchObject({
      ...{ status: 'ERROR', host: 'hosta', fault: { message: 'ConnectFailure' } },
    });
    expect(await filesOf(a, server)).toBeUndefined();
    expect(await filesOf(a, server, '_resize')).toEqual(DISKS);
    expect([await domain(a, server), await domain(b, server)]).toEqual(['shut off', 'absent']);
  });

  it('disabled destination: 202, and then nothing', async () => {
    const { cloud, admin } = bench;
    const server = await stopped('nohost');
    cloud.control.setService('hostb', { enabled: false });
    expect(await migrate(server)).toBe(202);
    cloud.control.setService('hostb', { enabled: true });
    expect(await look(admin, server.id)).toMatchObject({ status: 'SHUTOFF', task: null, fault: undefined });
    expect((await migrationRows(admin, server.id))[0]).toEqual({ status: 'error', dest_host: null });
    expect((await lastAction(admin, server.id, 'migrate')).events.at(-1)?.details).toContain('No valid host');
  });

  it('the owner confirms at once; a lock by an admin stops that', async () => {
    const { cloud, admin, a } = bench;
    const answers: number[] = [];
    const hook = (server: LabServer): void => {
      cloud.control.at({
        point: 'verify_resize',
        serverId: server.id,
        act: async () => {
          answers.push(await cloud.control.owner(server.id, 'confirmResize'));
        },
      });
    };
    const locked = await stopped('locked', 'demo');
    await act(locked, { lock: { locked_reason: 'being moved' } });
    hook(locked);
    await migrate(locked);
    expect((await look(admin, locked.id)).status).toBe('VERIFY_RESIZE');
    const free = await stopped('free', 'demo');
    hook(free);
    await migrate(free);
    expect(answers).toEqual([409, 204]);
    expect(await look(admin, free.id)).toMatchObject({ status: 'SHUTOFF', host: 'hostb' });
    expect(await filesOf(a, free, '_resize')).toBeUndefined();
  });
});
