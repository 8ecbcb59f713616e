import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DeskView } from '../../main/contract/desk-views.ts';
import type { MigrationView, PlanView } from '../../main/contract/views.ts';
import { makeHome } from '../e2e/support/home.ts';
import type { StandinApp } from '../electron/open-standin.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { callFromPage, shellFor } from '../support/standin.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** The built shell while it really moves instances on the lab: what it tells the system, and the admin who wants to leave. */

// Of whole migrations, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
beforeAll(async () => {
  bench = await labWithImage();
});
afterAll(() => bench.lab.down());

async function call<T>(app: StandinApp, name: string, input: unknown): Promise<T> {
  const reply = (await callFromPage(app, name, input)) as
    { ok: true; value: T } | { ok: false; message: string };
  if (!reply.ok) throw new Error(`${name}: ${reply.message}`);
  return reply.value;
}

async function open(home: string): Promise<StandinApp> {
  const app = await shellFor({ home, env: await makeHome(bench.lab.paths, home, {}) });
  await call(app, 'clouds.open', { name: 'lab' });
  return app;
}

/** A running instance with something of its own on its disk. */
function instance(name: string): Promise<{ readonly id: string }> {
  return bench.lab.cloud.createServer({
    name,
    host: SOURCE,
    flavor: 'lab.small',
    image: bench.image,
    payloadMib: 48,
  });
}

/** Begins to move this instance so slowly that it can be looked at. */
async function begin(app: StandinApp, server: { readonly id: string }): Promise<MigrationView> {
  const plan = await call<PlanView>(app, 'plan.make', {
    server: server.id,
    destination: DESTINATION,
    limitMibPerSecond: 8,
  });
  const acknowledged = plan.findings.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id);
  return call<MigrationView>(app, 'migration.start', { planId: plan.id, acknowledged });
}

function progress(app: StandinApp): readonly number[] {
  return app.asked.all('window.setProgressBar');
}

test('while a migration runs the machine stays awake and the taskbar shows how far it is; the verdict is announced', async () => {
  const server = await instance('shell-watch');
  const app = await open(temporaryDirectory());
  expect(app.asked.all('powerSaveBlocker.start')).toEqual([]);
  expect(progress(app)).toEqual([]);
  const { id } = await begin(app, server);

  const blocker = await app.asked.wait('powerSaveBlocker.start');
  expect(blocker.type).toBe('prevent-app-suspension');
  await app.asked.wait('window.setProgressBar', (share) => share > 0 && share < 1);
  await app.happen({ kind: 'quit' });
  const box = await app.asked.wait('dialog.showMessageBox');
  expect(box.message).toBe('The migration of shell-watch is under way. Quit all the same?');
  expect(box.detail).toContain('What runs on the hosts now goes on there');
  expect([box.buttons, box.defaultId, box.cancelId]).toEqual([['Keep running', 'Quit'], 0, 0]);

  const notice = await app.asked.wait('Notification.show');
  expect(notice.options).toMatchObject({ title: 'shell-watch: your verdict is due' });
  expect(notice.options.body).toContain(`The copy on ${DESTINATION} is proven. The instance runs.`);
  expect(await app.asked.wait('powerSaveBlocker.stop')).toBe(blocker.id);
  expect(await app.asked.wait('window.setProgressBar', (value) => value < 0)).toBe(-1);
  const shares = progress(app).filter((value) => value >= 0 && value <= 1);
  expect([...shares].sort((one, other) => one - other)).toEqual(shares);

  await app.happen({ kind: 'click-notification', id: notice.id });
  await app.page.waitForURL((url) => url.hash === `#/migrations/${id}`);
  await app.page.getByRole('heading', { level: 1, name: 'shell-watch' }).waitFor();
  await app.asked.wait('window.focus');

  // A verdict can wait: nothing is asked now.
  const boxes = app.asked.all('dialog.showMessageBox').length;
  await app.happen({ kind: 'quit' });
  expect(await app.ended).toBe(0);
  expect(app.asked.all('dialog.showMessageBox')).toHaveLength(boxes);
});

test('who quits in the middle all the same finds the migration again, and it ends proven', async () => {
  const server = await instance('shell-leave');
  const home = join(temporaryDirectory(), 'home');
  const first = await open(home);
  const { id } = await begin(first, server);
  await first.asked.wait('window.setProgressBar', (share) => share > 0 && share < 1);
  first.answerBoxes(() => 1);
  await first.happen({ kind: 'close-window' });
  expect(await first.ended).toBe(0);
  expect(first.asked.all('dialog.showMessageBox')).toHaveLength(1);
  expect(first.asked.all('Notification.show')).toEqual([]);

  const second = await open(home);
  const desk = await call<DeskView>(second, 'desk.read', {});
  expect(desk.migrations).toMatchObject([{ id, active: false, server: { name: 'shell-leave' } }]);
  expect(second.asked.all('powerSaveBlocker.start')).toEqual([]);
  await call(second, 'migration.resume', { id });
  await second.asked.wait('powerSaveBlocker.start');
  const notice = await second.asked.wait('Notification.show');
  expect(notice.options.title).toBe('shell-leave: your verdict is due');
  expect(await call(second, 'migration.show', { id })).toMatchObject({
    phase: 'awaiting-verdict',
    proven: true,
  });
});
