import { readFile } from 'node:fs/promises';
import { SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

test('first start without any cloud: import one, accept the host keys, test, see the instances', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  await lab.cloud.createServer({ name: 'story-first', host: SOURCE, image, running: false });
  const { page } = await openApp({ cloud: false, hostKeys: false });
  await page.getByRole('link', { name: 'Clouds and hosts' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Or paste its text').fill(await readFile(lab.paths.cloudsYaml, 'utf8'));
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('lab is open')).toBeVisible();
  await page.getByRole('button', { name: 'Test the cloud and all hosts' }).click();
  for (let asked = 0; asked < lab.hosts.length; asked += 1) {
    const dialog = page.getByRole('dialog', { name: /^Is this really/ });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByText(/SHA256:/).first()).toBeVisible();
    if (asked === 0) await expectAccessible(page);
    const title = await dialog.getByRole('heading').first().textContent();
    await dialog.getByRole('button', { name: 'Store the key and go on' }).click();
    await expect(page.getByRole('heading', { name: title ?? '' })).toBeHidden();
  }
  const connection = page.getByRole('region', { name: 'Connection test' });
  await expect(connection.getByText('The cloud and all 2 hosts answer as they should.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Next: choose instances to move' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Instances' })).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: 'story-first' });
  await expect(row).toContainText(SOURCE);
  // Read from its host, over the keys that were stored just now.
  await expect(row).toContainText('On image');
});
