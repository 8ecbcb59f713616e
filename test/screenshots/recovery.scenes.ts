import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { goTo } from '../e2e/support/steps.ts';
import { seedSamples } from '../lab/cloud/samples.ts';
import { expect, test } from './support/fixtures.ts';
import { scrollTo, shoot } from './support/shoot.ts';

/** Goes from the list to one case, and waits until it was read. */
async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('row').filter({ hasText: name }).first().click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText(/^Read \d/)).toBeVisible();
}

test('recovery-first, recovery, recovery-case, recovery-step, recovery-error', async ({
  openDesk,
  bench: { lab },
}) => {
  await seedSamples(lab.cloud, join(lab.directory, 'sample-images'));
  const { page } = await openDesk();
  await goTo(page, 'Recovery');
  await expect(page.getByText('Not looked yet')).toBeVisible();
  await shoot(page, 'recovery-first', { handbook: false });

  await page.getByRole('button', { name: 'Look for stuck instances' }).click();
  await expect(page.getByText(/^Looked \d/)).toBeVisible();
  await shoot(page, 'recovery');

  await open(page, 'legacy-04');
  await shoot(page, 'recovery-case', { large: true });
  await shoot(page, 'recovery-case-sides', { handbook: false, aim: () => scrollTo(page, 'end') });
  await scrollTo(page, 'top');
  await page
    .getByRole('button', { name: /^Compare the disks/ })
    .first()
    .click();
  await shoot(page, 'recovery-step', { handbook: false });
  await page.getByRole('button', { name: 'Not now' }).click();

  await page.getByRole('link', { name: 'All stuck instances' }).click();
  await open(page, 'report-03');
  await shoot(page, 'recovery-error', { handbook: false });
});

test('recovery-past', async ({ openDesk, bench: { lab } }) => {
  await seedSamples(lab.cloud, join(lab.directory, 'sample-images'));
  const { page } = await openDesk();
  await goTo(page, 'Recovery');
  await page.getByRole('button', { name: 'Look for stuck instances' }).click();
  await open(page, 'legacy-04');
  await page
    .getByRole('button', { name: /^Compare the disks/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button').last().click();
  const past = page.getByRole('region', { name: 'Done before' });
  await expect(past).toBeVisible({ timeout: 180_000 });
  await shoot(page, 'recovery-past', { handbook: false, aim: () => past.scrollIntoViewIfNeeded() });
});
