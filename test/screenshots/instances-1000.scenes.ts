import { expect, test } from './support/fixtures.ts';
import { listIsRead, shoot } from './support/shoot.ts';

test.use({ labOptions: { cloud: { extraHosts: 98, extraServers: 1000 } } });

test('instances-1000, instances-1000-search', async ({ openDesk }) => {
  const { page } = await openDesk();
  await listIsRead(page);
  await expect(page.getByText(/1,\d{3} in all/)).toBeVisible();
  await shoot(page, 'instances-1000', { large: true });
  await page.getByLabel('Search instances by name, id, host or project').fill('cn042');
  await page.getByLabel('Select all that are shown').click();
  await shoot(page, 'instances-1000-search', { handbook: false });
  await page.getByLabel('Search instances by name, id, host or project').fill('no such thing');
  await expect(page.getByText('No instance fits')).toBeVisible();
  await shoot(page, 'instances-nothing-fits', { handbook: false });
});
