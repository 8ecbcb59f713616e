import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { choose } from './support/steps.ts';

test.use({ labOptions: { cloud: { extraHosts: 98, extraServers: 1000 } } });

test('a thousand instances on a hundred hosts are searched, sorted and planned', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const name = 'story-among-many';
  await lab.cloud.createServer({ name, host: SOURCE, image, running: false });
  const { page } = await openApp();
  await expect(page.getByText(/1,\d{3} in all/)).toBeVisible();

  const nameHeader = page.getByRole('columnheader', { name: /^Name/ });
  const rowNames = page.getByRole('row').getByRole('checkbox', { name: /^Select app-/ });
  await nameHeader.getByRole('button').click();
  await expect(nameHeader).toHaveAttribute('aria-sort', 'descending');
  await expect(rowNames.first()).toHaveAccessibleName('Select app-1000');
  await nameHeader.getByRole('button').click();
  await expect(nameHeader).toHaveAttribute('aria-sort', 'ascending');
  await expect(rowNames.first()).toHaveAccessibleName('Select app-0001');

  const search = page.getByLabel('Search instances by name, id, host or project');
  await page.keyboard.press('/');
  await expect(search).toBeFocused();
  await search.fill('no such instance at all');
  await expect(rowNames).toHaveCount(0);
  await expect(
    page
      .getByText(/^0 of 1,\d{3}/)
      .or(page.getByText(/No instance/))
      .first(),
  ).toBeVisible();
  await search.fill('');
  await expectAccessible(page);

  await choose(page, name);
  await page.getByLabel('Search the hosts').fill(DESTINATION);
  await page.getByRole('radio', { name: DESTINATION, exact: true }).click();
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await expect(page.getByRole('button', { name: new RegExp(`^Start: .*${name}`) })).toBeVisible();
  await expectAccessible(page);
});
