import { readFile } from 'node:fs/promises';
import { expect, expectAccessible, test } from './fixtures.ts';

test('first start without any cloud: import one, accept the host keys, test, see the instances', async ({
  openApp,
  bench,
}) => {
  const { page } = await openApp({ cloud: false, hostKeys: false });
  await page.getByRole('link', { name: 'Clouds and hosts' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Or paste its text').fill(await readFile(bench.lab.paths.cloudsYaml, 'utf8'));
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('lab is open')).toBeVisible();
  await page.getByRole('button', { name: 'Test the cloud and all hosts' }).click();
  for (let asked = 0; asked < bench.lab.hosts.length; asked += 1) {
    const dialog = page.getByRole('dialog', { name: /^Is this really/ });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByText(/SHA256:/).first()).toBeVisible();
    if (asked === 0) await expectAccessible(page);
    const title = await dialog.getByRole('heading').first().textContent();
    await dialog.getByRole('button', { name: 'Store the key and go on' }).click();
    await expect(page.getByRole('heading', { name: title ?? '' })).toBeHidden();
  }
  await page.getByRole('link', { name: 'Go to the instances' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Instances' })).toBeVisible();
});
