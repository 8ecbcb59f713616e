import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ labOptions: { cloud: { extraHosts: 98, extraServers: 1000 } } });

test('a thousand instances on a hundred hosts are searched, sorted and planned', async ({ openApp }) => {
  const { page } = await openApp();
  const table = page
    .getByRole('grid', { name: 'Instances' })
    .or(page.getByRole('table', { name: 'Instances' }));
  await expect(table).toBeVisible();
  await expect(page.getByText(/1,\d{3} in all/)).toBeVisible();
  const search = page.getByLabel('Search instances by name, id, host or project');
  await page.keyboard.press('/');
  await expect(search).toBeFocused();
  await search.fill('no such instance at all');
  await expect(
    page
      .getByText(/^0 of 1,\d{3}/)
      .or(page.getByText(/No instance/))
      .first(),
  ).toBeVisible();
  await search.fill('');
  await expectAccessible(page);
});
