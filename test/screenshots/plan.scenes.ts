import { makeSampleImage } from '../lab/cloud/sample-image.ts';
import { goTo, makePlan } from '../e2e/support/steps.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, test } from './support/fixtures.ts';
import { chooseOnly } from './support/move.ts';
import { scrollTo, shoot } from './support/shoot.ts';

const HOUR_SECONDS = 3600;
const ROOM_MIB = 160;

test.use({ labOptions: { hosts: [{ name: SOURCE }, { name: DESTINATION, instancesMib: 2048 }] } });

test('plan-setup, plan, plan-passed, plan-end, plan-commands, plan-locked, plan-again, plan-several, plan-making, instances-loading', async ({
  openDesk,
  bench,
}) => {
  const { lab } = bench;
  const file = `${lab.directory}/images/debian-12.qcow2`;
  await makeSampleImage(file, { virtualMib: 512, dataMib: 96 });
  const image = await lab.cloud.addImage({ name: 'debian-12', file, diskFormat: 'qcow2' });
  const common = { host: SOURCE, image, project: 'demo' } as const;
  const order = { ...common, name: 'db-01', flavor: 'lab.data', configDrive: true, payloadMib: 96 };
  const db = await lab.cloud.createServer(order);
  const web = await lab.cloud.createServer({ ...common, name: 'web-01', payloadMib: 32, running: false });
  await lab.cloud.createServer({ ...common, name: 'web-02', payloadMib: 16 });
  await lab.host(DESTINATION).configureNova({ resizeConfirmWindowSeconds: HOUR_SECONDS });
  await lab.host(SOURCE).exec(['touch', `${INSTANCES_PATH}/${db.id}/notes-of-the-upgrade.txt`]);

  const { page } = await openDesk();
  await chooseOnly(page, 'db-01');
  await expect(page.getByRole('button', { name: 'Make the plan' })).toBeEnabled();
  await shoot(page, 'plan-setup');
  await makePlan(page);
  await expect(page.getByRole('button', { name: /^Start: stop db-01/ })).toBeVisible();
  await shoot(page, 'plan', { large: true });
  await page.getByText(/^\d+ checks in order$/).click();
  await shoot(page, 'plan-passed', {
    handbook: false,
    aim: () =>
      page.getByText(/^\d+ checks in order$/).evaluate((count) => {
        count.scrollIntoView();
      }),
  });
  await page.getByText(/^\d+ checks in order$/).click();
  await shoot(page, 'plan-end', { handbook: false, aim: () => scrollTo(page, 'end') });
  await page.getByText('What will be done').click();
  await shoot(page, 'plan-commands', { aim: () => scrollTo(page, 'end') });

  await lab.host(DESTINATION).configureNova({ resizeConfirmWindowSeconds: 0 });
  await chooseOnly(page, 'web-01');
  Object.assign(web, { locked: true, lockedReason: 'backup of tonight' });
  await makePlan(page);
  await expect(page.getByText(/The instance is locked/).first()).toBeVisible();
  await shoot(page, 'plan-locked', { handbook: false });

  Object.assign(web, { locked: false, lockedReason: null });
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText(/Gone: Lock/)).toBeVisible();
  await shoot(page, 'plan-again', { handbook: false });
  await lab.host(DESTINATION).resizeInstances(ROOM_MIB);
  await chooseOnly(page, 'db-01');
  await makePlan(page);
  await expect(page.getByText(/too few/).first()).toBeVisible();
  await shoot(page, 'plan-refused');

  await goTo(page, 'Instances');
  await page.getByLabel('Search instances by name, id, host or project').fill('');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
  await page.getByRole('button', { name: 'Plan 3 migrations' }).click();
  await page.getByRole('button', { name: 'Make 3 plans' }).click();
  await expect(page.getByText('3 of 3 planned')).toBeVisible();
  await shoot(page, 'plan-several');

  // Longer than the pictures take; the cloud is asked once more by itself.
  const hang = (path: string): void => {
    lab.cloud.control.apiFault({ service: 'compute', method: 'GET', path, times: 1, kind: 'hang' });
  };
  await chooseOnly(page, 'web-01');
  hang('/servers/');
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await shoot(page, 'plan-making', { handbook: false });
  lab.cloud.control.clearApiFaults();
  hang('/servers/detail');
  const again = await openDesk();
  await shoot(again.page, 'instances-loading', { handbook: false });
  lab.cloud.control.clearApiFaults();
});
