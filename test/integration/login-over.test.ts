import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createMemorySecrets } from '../../main/desk/memory-secrets.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { makeDeskHome, openLabDesk, type LabDesk } from '../support/lab-desk.ts';

// Of a whole migration, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
let page: LabDesk;
const cloud = 'lab';

beforeAll(async () => {
  bench = await labWithImage();
  const home = await makeDeskHome(bench.lab, 'admin');
  page = await openLabDesk(home, createMemorySecrets('Kept for the test only.'));
  page.desk.listen(({ event }) => {
    if (event.name !== 'questions.changed') return;
    for (const { id } of event.payload) void page.call('question.answer', { id, accepted: true });
  });
  const text = await readFile(bench.lab.paths.openrc, 'utf8');
  await page.call('clouds.import', { fileName: `${cloud}-openrc.sh`, text });
  expect(await page.call('clouds.open', { name: cloud })).toMatchObject({ state: 'open' });
});
afterAll(async () => {
  await page.close();
  await bench.lab.down();
});

test('a password that is changed in the middle stops it where it is; the new one lets it go on by itself', async () => {
  const name = 'login-over';
  await bench.lab.cloud.createServer({ name, host: SOURCE, image: bench.image, payloadMib: 48 });
  const plan = await page.call('plan.make', {
    server: name,
    destination: DESTINATION,
    limitMibPerSecond: 16,
  });
  const acknowledged = plan.findings.map(({ id }) => id);
  const { id } = await page.call('migration.start', { planId: plan.id, acknowledged });
  await page.told('migration.changed', (view) => view.id === id && view.phase === 'copying');
  bench.lab.cloud.control.changePassword('admin', 'another-one');
  // What is between the hosts goes on; the next word to the cloud is refused.
  const stopped = await page.settled(id);
  expect(stopped).toMatchObject({ active: false, interrupted: { code: 'cloud.credentials' } });
  expect(stopped.downtime.startMs).toBeDefined();
  expect(bench.lab.cloud.servers.get(stopped.server.id)).toMatchObject({ host: SOURCE });

  await page.call('clouds.secret', { name: cloud, secret: 'another-one' });
  await page.told(
    'migration.changed',
    (view) => view.id === id && view.phase === 'awaiting-verdict' && view.proven && !view.active,
  );
  expect(
    page.messages
      .flatMap(({ event }) => (event.name === 'log.lines' ? event.payload : []))
      .map(({ message }) => message),
  ).toContain(`there is a login for ${cloud} again: the migration of ${name} goes on`);
  await page.call('migration.confirm', { id });
  expect(await page.settled(id)).toMatchObject({ phase: 'confirmed', running: true });
});
