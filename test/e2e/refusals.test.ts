import { SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { choose, makePlan } from './support/steps.ts';

const KINDS = [
  ['locked', { locked: true, lockedReason: 'backup of tonight' }, /is locked; ask who locked it/],
  ['in the wrong state', { vmState: 'error' }, /is ERROR; only ACTIVE and SHUTOFF instances can be moved/],
  ['busy', { taskState: 'image_snapshot' }, /is busy: Nova is doing image_snapshot/],
] as const;

for (const [kind, change, reason] of KINDS) {
  test(`an instance that is ${kind} is not even planned, and the list says why`, async ({
    openApp,
    bench,
  }) => {
    const { lab, image } = bench;
    const name = `story-${kind.replaceAll(' ', '-')}`;
    const server = await lab.cloud.createServer({ name, host: SOURCE, image, running: false });
    Object.assign(server, change);
    const { page } = await openApp();
    await choose(page, name);
    const alert = page.getByRole('alert').filter({ hasText: 'This instance cannot be moved now' });
    await expect(alert).toContainText(reason);
    await expectAccessible(page);
  });
}

test('a lock taken after the list was read is found by the plan, with its reason and what to do', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const name = 'story-late-lock';
  const server = await lab.cloud.createServer({ name, host: SOURCE, image, running: false });
  const { page } = await openApp();
  await choose(page, name);
  Object.assign(server, { locked: true, lockedReason: 'backup of tonight' });
  await makePlan(page);
  await expect(page.getByText(/The instance is locked \(“backup of tonight”\)/).first()).toBeVisible();
  await expect(page.getByText(`openstack server unlock ${server.id}`).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Start/ })).toBeDisabled();
  await expectAccessible(page);
  expect(server.locked).toBe(true);
});

test('a disabled destination is refused in the picker, and nothing can be started', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const name = 'story-disabled';
  await lab.cloud.createServer({ name, host: SOURCE, image, running: false });
  lab.cloud.control.setService('compute-b', { enabled: false });
  try {
    const { page } = await openApp();
    await choose(page, name);
    await expect(page.getByRole('radio', { name: 'compute-b', exact: true })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Make the plan' })).toBeDisabled();
    await expectAccessible(page);
  } finally {
    lab.cloud.control.setService('compute-b', { enabled: true });
  }
});
