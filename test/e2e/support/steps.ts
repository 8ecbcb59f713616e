import { expect, type Page } from '@playwright/test';
import { DESTINATION } from '../../support/lab.ts';

/** Finds an instance in the list by its name and asks for its plan. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Instances' }).click();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByLabel('Search instances by name, id, host or project').fill(name);
  await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click();
  await page.getByRole('button', { name: 'Plan a migration' }).click();
}

/** Has the plan made to the lab's other host. */
export async function makePlan(page: Page, limitMibPerSecond?: number): Promise<void> {
  await expect(page.getByRole('radio', { name: DESTINATION, exact: true })).toBeChecked();
  if (limitMibPerSecond !== undefined)
    await page.getByLabel('Bandwidth limit, MiB/s').fill(String(limitMibPerSecond));
  await page.getByRole('button', { name: 'Make the plan' }).click();
}

/** Starts the plan that is shown; the page goes on to the migration. */
export async function start(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name: new RegExp(`^Start: .*${name}`) });
  await expect(button).toBeVisible();
  for (const box of await page.getByRole('checkbox', { name: /^I know this and go on/ }).all())
    await box.check();
  await button.click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page).toHaveURL(/#\/migrations\//);
}

/** Bytes are on their way, of a base or of a disk: the chart tells when the last of them came. */
export async function moving(page: Page): Promise<void> {
  await expect(page.getByText(/^Last \d\d:\d\d:\d\d/)).toBeVisible({ timeout: 60_000 });
}

export async function noLimit(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Bandwidth' }).getByRole('button', { name: 'No limit' }).click();
}

/** Goes to a screen by the rail on the left; other links on the page may have the same words. */
export function goTo(
  page: Page,
  screen: 'Instances' | 'Migrations' | 'Recovery' | 'Clouds and hosts' | 'Settings',
): Promise<void> {
  return page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
}

export async function awaitVerdict(page: Page): Promise<void> {
  await expect(page.getByText('Your verdict is due')).toBeVisible({ timeout: 120_000 });
}

/** The migration is over, and its page says how. */
export async function ended(page: Page, word: 'Done' | 'Reverted' | 'Failed'): Promise<void> {
  const next = page.getByRole('region', { name: 'What to do next' });
  await expect(next.getByText(word, { exact: true })).toBeVisible({ timeout: 120_000 });
}

/** Presses Confirm or Revert and says yes to what it will do. */
export async function decide(page: Page, choice: 'Confirm' | 'Revert', name: string): Promise<void> {
  await page.getByRole('button', { name: `${choice}…` }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(`^${choice} ${name}`) })
    .click();
}
