import { join } from 'node:path';
import { seedSamples } from '../lab/cloud/samples.ts';
import { SOURCE } from '../support/lab.ts';
import { expect, test } from './support/fixtures.ts';
import { listIsRead, shoot } from './support/shoot.ts';

/** Markup, a shell's words, a change of direction and no end. */
const HOSTILE =
  '<b>"web"</b> $(reboot) ; \u202etxt.exe \u2066 \u0007 billing-frontend-of-the-customer-in-the-north-with-the-very-long-name-0000000000000000000017';

const SEARCH = 'Search instances by name, id, host or project';

test('instances-none', async ({ openDesk }) => {
  const { page } = await openDesk();
  await expect(page.getByText('No instances', { exact: true })).toBeVisible();
  await listIsRead(page);
  await shoot(page, 'instances-none');
});

test('instances, instances-details, instances-stuck, instances-hostile', async ({ openDesk, bench }) => {
  const { lab, image } = bench;
  await seedSamples(lab.cloud, join(lab.directory, 'sample-images'));
  const { page } = await openDesk();
  await expect(page.getByText('5 in all')).toBeVisible();
  await listIsRead(page);
  await shoot(page, 'instances');
  const open = async (name: string): Promise<void> => {
    await page.getByRole('row').filter({ hasText: name }).first().click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: `Details of ${name}` })).toBeVisible();
  };
  await open('db-01');
  await shoot(page, 'instances-details', { handbook: false });
  await open('legacy-04');
  await shoot(page, 'instances-stuck');
  await page.getByRole('button', { name: 'Close the details' }).click();

  const hostile = await lab.cloud.createServer({ name: HOSTILE, host: SOURCE, image, running: false });
  Object.assign(hostile, { locked: true, lockedReason: 'backup of tonight' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('6 in all')).toBeVisible();
  await listIsRead(page);
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).click();
  await page.getByRole('button', { name: 'Plan 6 migrations' }).click();
  await expect(page.getByText(/instances cannot be moved now/)).toBeVisible();
  await page.getByLabel(SEARCH).fill('');
  await shoot(page, 'instances-hostile');
});
