import { expect, expectAccessible, test } from './fixtures.ts';

test('the app starts on the cloud that its user has, and shows a page', async ({ openApp }) => {
  const { page } = await openApp();
  await expect(page).toHaveTitle(/Coldhaul/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});
