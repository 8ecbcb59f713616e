import { digests } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { choose, makePlan } from './support/steps.ts';

test.use({ labOptions: { hosts: [{ name: SOURCE }, { name: DESTINATION, instancesMib: 48 }] } });

test('a destination without room is refused by the plan, with the bytes that are missing', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const server = await lab.cloud.createServer({ name: 'story-no-room', host: SOURCE, image, running: false });
  const before = await digests(lab.host(SOURCE), server.id);
  const { page } = await openApp();
  await choose(page, server.name);
  await makePlan(page);
  await expect(page.getByText(/bytes\) arrive, .* are free on compute-b.* too few/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Start/ })).toBeDisabled();
  await expectAccessible(page);
  expect(await digests(lab.host(SOURCE), server.id)).toEqual(before);
  expect(server).toMatchObject({ host: SOURCE, vmState: 'stopped', locked: false });
});
