import { digests } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { awaitVerdict, choose, decide, ended, goTo, makePlan, moving, start } from './support/steps.ts';

/** Slow enough that the copy of the payload is still on its way when the story acts. */
const SLOW_MIB_PER_SECOND = 2;
const PAYLOAD_MIB = 48;

test('the chart is read and the bandwidth changed while it copies', async ({ openApp, bench }) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, running: false, payloadMib: PAYLOAD_MIB };
  const server = await lab.cloud.createServer({ ...common, name: 'story-limit' });
  const { page } = await openApp();
  await choose(page, server.name);
  await makePlan(page, SLOW_MIB_PER_SECOND);
  await start(page, server.name);
  await moving(page);
  const throughput = page.getByRole('region', { name: 'Throughput', exact: true });
  const rate = throughput.getByRole('listitem').getByText(/^\d+\.\d$/);
  await throughput.locator('.u-over').hover();
  await expect(throughput.getByText(/^At \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(rate.first()).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(throughput.getByText(/^Last \d\d:\d\d:\d\d$/)).toBeVisible();
  await throughput.getByText('Table', { exact: true }).click();
  const table = throughput.getByRole('region', { name: 'Throughput as a table' });
  await expect(table.getByRole('cell', { name: /^\d+\.\d$/ }).first()).toBeVisible();
  await expect(throughput.locator('.u-over')).toHaveCount(0);
  await throughput.getByText('Chart', { exact: true }).click();
  await expect(table).toHaveCount(0);
  await expect(throughput.locator('.u-over')).toBeVisible();
  const bandwidth = page.getByRole('region', { name: 'Bandwidth' });
  await expect(bandwidth.getByText(`${SLOW_MIB_PER_SECOND.toFixed(1)} MiB/s`, { exact: true })).toBeVisible();
  await bandwidth.getByRole('button', { name: 'No limit' }).click();
  await expect(bandwidth.getByText('none')).toBeVisible();
  await awaitVerdict(page);
  await decide(page, 'Revert', server.name);
  await ended(page, 'Reverted');
});

test('the page is closed and opened again in the middle, and a second page sees the same', async ({
  openApp,
  bench,
}, testInfo) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, running: false, payloadMib: PAYLOAD_MIB };
  const server = await lab.cloud.createServer({ ...common, name: 'story-pages' });
  const app = await openApp();
  await choose(app.page, server.name);
  await makePlan(app.page, SLOW_MIB_PER_SECOND);
  await start(app.page, server.name);
  await moving(app.page);
  await app.page.reload();
  await expect(app.page.getByRole('heading', { level: 1, name: server.name })).toBeVisible();
  // The desktop has one window; in browsers there may be many.
  const other = testInfo.project.name === 'web' ? await app.openAnother() : app.page;
  await other.getByRole('link', { name: 'Migrations' }).first().click();
  await other.getByRole('link', { name: server.name }).first().click();
  const bandwidth = other.getByRole('region', { name: 'Bandwidth' });
  await bandwidth.getByRole('button', { name: 'No limit' }).click();
  await awaitVerdict(app.page);
  await decide(other, 'Confirm', server.name);
  await ended(app.page, 'Done');
  expect(Object.keys(await digests(lab.host(DESTINATION), server.id))).toContain('disk');
});

test('the engine is killed and started again in the middle, and the migration goes on', async ({
  openApp,
  bench,
}, testInfo) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, running: false, payloadMib: PAYLOAD_MIB };
  const server = await lab.cloud.createServer({ ...common, name: 'story-killed' });
  const before = await digests(lab.host(SOURCE), server.id);
  const app = await openApp();
  app.expectError(/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE|net::/);
  await choose(app.page, server.name);
  await makePlan(app.page, SLOW_MIB_PER_SECOND);
  await start(app.page, server.name);
  await moving(app.page);
  const cutOff = app.page;
  await goTo(cutOff, 'Instances');
  const refresh = cutOff.getByRole('button', { name: 'Refresh' });
  await expect(refresh).toBeEnabled();
  await app.kill();
  // The desktop's window ends with its engine; a browser's page stays, and says so.
  if (testInfo.project.name === 'web') {
    await expect(cutOff.getByText('Engine not reachable; connecting again')).toBeVisible();
    await expect(refresh).toBeDisabled();
    await expect(cutOff.getByRole('row').filter({ hasText: server.name })).toBeVisible();
    await expectAccessible(cutOff);
  }
  const page = await app.restart();
  await page.getByRole('link', { name: 'Migrations' }).first().click();
  await page.getByRole('link', { name: server.name }).first().click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('region', { name: 'Bandwidth' }).getByRole('button', { name: 'No limit' }).click();
  await awaitVerdict(page);
  await decide(page, 'Confirm', server.name);
  await ended(page, 'Done');
  expect((await digests(lab.host(DESTINATION), server.id))['disk']).toBe(before['disk']);
});
