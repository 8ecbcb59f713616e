import type { Locator, Page } from '@playwright/test';
import { SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { expectFits } from './support/fits.ts';
import {
  awaitVerdict,
  choose,
  decide,
  ended,
  goTo,
  makePlan,
  moving,
  noLimit,
  start,
} from './support/steps.ts';

/** Slow enough that it still copies when all of its states were looked at. */
const SLOW_MIB_PER_SECOND = 0.5;
const PAYLOAD_MIB = 32;
const LONG_NAME = 'story-billing-frontend-of-the-customer-in-the-north-0000000000000000017';

/** Nothing that axe finds, in either scheme; nothing cut in the smallest window, these buttons in sight. */
async function look(page: Page, ...buttons: readonly Locator[]): Promise<void> {
  await expectFits(page, ...buttons);
  await expectAccessible(page);
}
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

test('every screen before a migration, and with the engine gone', async ({ openApp, bench }, testInfo) => {
  const { lab, image } = bench;
  await lab.cloud.createServer({ name: LONG_NAME, host: SOURCE, image, running: false });
  const app = await openApp();
  app.expectError(/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE|net::/);
  const { page } = app;

  const row = page.getByRole('row').filter({ hasText: LONG_NAME });
  await expect(row).toContainText('On image');
  await row.click();
  const details = page.getByRole('region', { name: `Details of ${LONG_NAME}` });
  await expect(details.getByRole('table', { name: 'Disks' })).toBeVisible();
  const plan = details.getByRole('button', { name: 'Plan a migration' });
  await look(page, button(page, 'Refresh'), plan, button(page, 'Close the details'));
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await look(page, help.getByRole('button', { name: 'Close' }));
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  await plan.click();
  await expect(button(page, 'Make the plan')).toBeEnabled();
  await expectFits(page, button(page, 'Make the plan'), page.getByText('Recommended', { exact: true }));
  await makePlan(page);
  await expectFits(page, page.getByRole('button', { name: /^Start/ }));

  await goTo(page, 'Migrations');
  await expect(page.getByText('No migration yet')).toBeVisible();
  await look(page);

  await goTo(page, 'Recovery');
  await look(page, button(page, 'Look for stuck instances'));
  await button(page, 'Look for stuck instances').click();
  await expect(page.getByText(/^Looked \d/)).toBeVisible();
  await look(page, button(page, 'Look again'));

  await goTo(page, 'Settings');
  await look(page, button(page, 'Save settings'));
  await page.getByRole('textbox', { name: 'To one host' }).fill('many');
  await page.getByRole('textbox', { name: 'Room kept free' }).fill('-5');
  await button(page, 'Save settings').click();
  await expect(page.getByText('The settings were not saved')).toBeInViewport();
  await look(page, button(page, 'Save settings'));

  await goTo(page, 'Clouds and hosts');
  await button(page, 'Test the cloud and all hosts').click();
  await expect(page.getByText('The cloud and all 2 hosts answer as they should.')).toBeVisible();
  await look(page, button(page, 'Test all again'));

  // The desktop's window ends with its engine; a browser's page stays.
  if (testInfo.project.name !== 'web') return;
  await goTo(page, 'Instances');
  await expect(row).toBeVisible();
  await app.kill();
  await expect(page.getByText('Engine not reachable; connecting again')).toBeVisible();
  await look(page, button(page, 'Refresh'));
});

test('every state of a migration that is planned, watched, judged and confirmed', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, running: false, payloadMib: PAYLOAD_MIB };
  const { name } = await lab.cloud.createServer({ ...common, name: 'story-states' });
  const { page } = await openApp();
  const dialog = page.getByRole('dialog');
  const lookAtDialog = async (opener: string, yes: RegExp): Promise<void> => {
    await button(page, opener).click();
    const notNow = dialog.getByRole('button', { name: 'Not now' });
    await look(page, notNow, dialog.getByRole('button', { name: yes }));
    await notNow.click();
    await expect(dialog).toBeHidden();
  };

  await choose(page, name);
  await makePlan(page, SLOW_MIB_PER_SECOND);
  await start(page, name);
  await moving(page);
  await look(page, button(page, 'Cancel the migration…'));
  await lookAtDialog('Cancel the migration…', /^Cancel the migration of/);
  await page
    .getByRole('region', { name: 'Throughput', exact: true })
    .getByText('Table', { exact: true })
    .click();
  await expect(page.getByRole('region', { name: 'Throughput as a table' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Log lines' }).getByRole('option').last().click();
  await expect(page.getByRole('region', { name: 'Chosen line' })).toBeVisible();
  await look(page);
  await noLimit(page);

  await awaitVerdict(page);
  await page.getByRole('heading', { level: 1, name }).scrollIntoViewIfNeeded();
  await look(page, button(page, 'Confirm…'), button(page, 'Revert…'));
  await lookAtDialog('Revert…', /^Revert story-states/);
  await lookAtDialog('Confirm…', /^Confirm story-states/);
  await decide(page, 'Confirm', name);
  await ended(page, 'Done');
  await look(page);

  await page.getByRole('link', { name: 'Report' }).click();
  await expect(button(page, 'Save as HTML')).toBeVisible();
  await expectFits(page, button(page, 'Save as HTML'), button(page, 'Print'));
  await goTo(page, 'Migrations');
  await expect(page.getByRole('row').filter({ hasText: name })).toBeVisible();
  await look(page);
});
