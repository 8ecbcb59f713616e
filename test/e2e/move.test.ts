import { digests, guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { awaitVerdict, choose, decide, ended, makePlan, start } from './support/steps.ts';

test('a running instance is planned, moved, watched and confirmed', async ({ openApp, bench }) => {
  const { lab, image } = bench;
  const server = await lab.cloud.createServer({ name: 'story-confirm', host: SOURCE, image });
  const { page } = await openApp();
  await choose(page, server.name);
  await makePlan(page);
  await expect(page.getByRole('button', { name: /^Start: stop story-confirm/ })).toBeEnabled();
  await expectAccessible(page);
  await start(page, server.name);
  await awaitVerdict(page);
  await expect(page.getByRole('timer')).toBeVisible();
  await expectAccessible(page);
  const proven = await guestContent(lab.host(DESTINATION), `${server.id}/disk`);
  await decide(page, 'Confirm', server.name);
  await ended(page, 'Done');
  expect(await digests(lab.host(SOURCE), server.id)).toEqual({});
  expect(Object.keys(await digests(lab.host(DESTINATION), server.id))).toContain('disk');
  expect(proven).toHaveLength(64);
  await page.getByRole('link', { name: 'Report' }).click();
  await expect(page.getByRole('button', { name: /HTML/ })).toBeVisible();
  await expectAccessible(page);
});

test('a shut-off instance goes back byte for byte', async ({ openApp, bench }) => {
  const { lab, image } = bench;
  const order = { name: 'story-revert', host: SOURCE, image, running: false } as const;
  const server = await lab.cloud.createServer(order);
  const before = await digests(lab.host(SOURCE), server.id);
  const { page } = await openApp();
  await choose(page, server.name);
  await makePlan(page);
  await start(page, server.name);
  await awaitVerdict(page);
  await decide(page, 'Revert', server.name);
  await ended(page, 'Reverted');
  expect(await digests(lab.host(SOURCE), server.id)).toEqual(before);
  expect(await digests(lab.host(DESTINATION), server.id)).toEqual({});
});
