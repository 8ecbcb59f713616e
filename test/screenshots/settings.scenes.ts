import { goTo } from '../e2e/support/steps.ts';
import { expect, test } from './support/fixtures.ts';
import { listIsRead, scrollTo, shoot } from './support/shoot.ts';

test('settings, settings-end, settings-error', async ({ openDesk }) => {
  const { page } = await openDesk();
  await goTo(page, 'Settings');
  await expect(page.getByRole('button', { name: 'Save settings' })).toBeVisible();
  await shoot(page, 'settings');
  await shoot(page, 'settings-end', { handbook: false, aim: () => scrollTo(page, 'end') });
  await page.getByRole('textbox', { name: 'To one host' }).fill('many');
  await page.getByRole('textbox', { name: 'Room kept free' }).fill('-5');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('The settings were not saved')).toBeVisible();
  await shoot(page, 'settings-error', { aim: () => scrollTo(page, 'top') });
  await shoot(page, 'settings-error-fields', { handbook: false, aim: () => scrollTo(page, 'end') });
});

test('settings-file-error', async ({ openDesk }) => {
  const { page } = await openDesk({
    settings: (text) => text.replace('reserveGib: 0', 'reserveGib: plenty'),
  });
  await goTo(page, 'Settings');
  await expect(page.getByText('The settings file cannot be used')).toBeVisible();
  await shoot(page, 'settings-file-error');
});

test('keyboard-help', async ({ openDesk }) => {
  const { page } = await openDesk();
  await listIsRead(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await shoot(page, 'keyboard-help');
});
