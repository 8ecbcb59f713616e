import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MigrationView } from '../../main/contract/views.ts';
import type { Cloud } from '../../main/domain/cloud.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import { bootOn, exists, untrueEnd } from '../lab/demo/truth.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { digests } from '../support/instance-files.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

/** A verdict that nobody gave here: the owner's, another admin's, or Nova's own. Nobody clicks; it is noticed. */

/** Time enough to prove the copy and to look at it. */
const WINDOW_SECONDS = 45;

let bench: LabWithImage;
let engine: LabEngine;
/** What another admin works with. */
let admin: Cloud;

beforeAll(async () => {
  bench = await labWithImage();
  engine = await openLabEngine(
    bench.lab,
    (ports) => {
      admin = ports.cloud;
      return ports;
    },
    true,
  );
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

async function due(name: string, running = false): Promise<{ server: LabServer; id: string }> {
  const server = await bench.lab.cloud.createServer({
    name,
    host: SOURCE,
    image: bench.image,
    running,
    project: 'demo',
  });
  const { id, phase } = await engine.migrate(name, DESTINATION);
  expect(phase).toBe('awaiting-verdict');
  return { server, id };
}

/** As soon as it is over, whoever ended it. */
async function over(id: string, phase: MigrationView['phase']): Promise<MigrationView> {
  const show = () => engine.call('migration.show', { id });
  await expect.poll(show, { timeout: 60_000 }).toMatchObject({ phase, active: false });
  return show();
}

async function history(id: string): Promise<string> {
  const report = await engine.call('migration.report', { id });
  return report.history.map(({ message }) => message).join('\n');
}

test('a confirm by another admin is noticed; locks and names are given back, and the command line tells it', async () => {
  const { server, id } = await due('confirmed-there', true);
  await admin.confirmResize(server.id);
  expect(await over(id, 'confirmed')).toMatchObject({ running: true });
  expect(await history(id)).toContain('It was decided elsewhere: somebody else confirmed it');
  const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
  expect(await untrueEnd(server.id, source, destination)).toEqual([]);
  expect(await exists(destination, `${INSTANCES_PATH}/_coldhaul/${server.id}`)).toBe(false);
  expect(server).toMatchObject({ locked: false, vmState: 'active', host: DESTINATION });
  expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  const { exitCode, stdout } = await coldhaul(bench.lab.paths, ['status', id, '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ phase: 'confirmed' });
});

test('a revert by the owner is noticed; the source has its disks as they were', async () => {
  const { server, id } = await due('reverted-there');
  const before = await digests(bench.lab.host(SOURCE), `${server.id}_resize`);
  await admin.unlock(server.id);
  expect(await bench.lab.cloud.control.owner(server.id, 'revertResize')).toBe(202);
  await over(id, 'reverted');
  expect(await history(id)).toContain('It was decided elsewhere: somebody else reverted it');
  expect(await digests(bench.lab.host(SOURCE), server.id)).toEqual(before);
  expect(server).toMatchObject({ locked: false, vmState: 'stopped', host: SOURCE });
});

test('a deletion by the owner is noticed; nothing is left to decide', async () => {
  const { server, id } = await due('deleted-there');
  await admin.unlock(server.id);
  expect(await bench.lab.cloud.control.owner(server.id, 'delete')).toBe(204);
  expect(await over(id, 'failed')).toMatchObject({
    failure: { code: 'migration.changed', message: 'The instance was deleted meanwhile.' },
    outcome: 'The instance was deleted meanwhile.',
  });
  await expect(engine.call('migration.confirm', { id, by: 'a test' })).rejects.toMatchObject({
    code: 'verdict.not-due',
  });
});

test('one that was switched off after a confirm elsewhere stays off', async () => {
  const { server, id } = await due('off-there', true);
  await admin.unlock(server.id);
  await admin.confirmResize(server.id);
  await expect.poll(() => server.vmState).toBe('active');
  expect(await bench.lab.cloud.control.owner(server.id, 'os-stop')).toBe(202);
  await expect.poll(() => server.vmState).toBe('stopped');
  await over(id, 'confirmed');
  expect(server).toMatchObject({ vmState: 'stopped', host: DESTINATION });
});

test('one that is watched is confirmed by the command line as ever', async () => {
  const { id } = await due('confirmed-here');
  const { exitCode } = await coldhaul(bench.lab.paths, ['confirm', id, '--json']);
  expect(exitCode).toBe(0);
  await over(id, 'confirmed');
  expect(await history(id)).not.toContain('decided elsewhere');
});

test('Nova’s own confirm is announced with its time, comes, and is noticed', async () => {
  await bench.lab.host(DESTINATION).configureNova({ resizeConfirmWindowSeconds: WINDOW_SECONDS });
  try {
    const { server, id } = await due('by-itself');
    const [record] = await admin.migrationRecords(server.id);
    const finished = Date.parse(`${record?.updatedAt ?? ''}Z`);
    const { confirmsItselfAtMs = 0 } = await engine.call('migration.show', { id });
    expect(confirmsItselfAtMs).toBe(finished + WINDOW_SECONDS * 1000);
    const { stdout } = await coldhaul(bench.lab.paths, ['status', id]);
    expect(stdout).toMatch(/Nova on compute-b confirms by itself in \d+ s .*Decide before\./);
    expect(await over(id, 'confirmed')).not.toHaveProperty('confirmsItselfAtMs');
    expect(await history(id)).toContain('Nova confirmed it by itself (resize_confirm_window on compute-b)');
  } finally {
    await bench.lab.host(DESTINATION).configureNova({ resizeConfirmWindowSeconds: 0 });
  }
});
