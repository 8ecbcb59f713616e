import { goTo } from '../e2e/support/steps.ts';
import { readFile } from 'node:fs/promises';
import { DESTINATION } from '../support/lab.ts';
import { expect, test } from './support/fixtures.ts';
import { listIsRead, shoot } from './support/shoot.ts';

test('first-start, first-start-instances', async ({ openDesk }) => {
  const { page } = await openDesk({ cloud: false });
  await expect(page.getByText('Choose a cloud first')).toBeVisible();
  await shoot(page, 'first-start-instances', { handbook: false });
  await goTo(page, 'Clouds and hosts');
  await expect(page.getByText('No cloud was found on this machine')).toBeVisible();
  await shoot(page, 'first-start');
});

test('import-refused, import-password', async ({ openDesk, bench }) => {
  const { page } = await openDesk({ cloud: false });
  await goTo(page, 'Clouds and hosts');
  const text = page.getByLabel('Or paste its text');
  await text.fill('clouds:\n  lab:\n    auth: { auth_url: [\n');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await shoot(page, 'import-refused', { handbook: false });
  const openrc = await readFile(bench.lab.paths.openrc, 'utf8');
  await text.fill(openrc.replace(/export OS_PASSWORD=.*/, 'read -sr OS_PASSWORD\nexport OS_PASSWORD'));
  await shoot(page, 'import-password', { handbook: false });
});

test('passphrase, migrations-unreadable', async ({ openDesk }) => {
  const { page } = await openDesk({ passphrase: 'a long one', journal: '{"type": "planned"}\n' });
  await expect(page.getByText('A key file asks for its passphrase')).toBeVisible();
  await shoot(page, 'passphrase', { handbook: false });
  await page.keyboard.press('Escape');
  await goTo(page, 'Migrations');
  await expect(page.getByText('One journal cannot be read')).toBeVisible();
  await shoot(page, 'migrations-unreadable', { handbook: false });
});

test('host-key, clouds-tested, clouds-tested-details', async ({ openDesk, bench }) => {
  const { page } = await openDesk({ hostKeys: false });
  // Reading the instances' disks is what asks first.
  for (let asked = 0; asked < bench.lab.hosts.length; asked += 1) {
    const dialog = page.getByRole('dialog', { name: /^Is this really/ });
    await expect(dialog).toBeVisible();
    if (asked === 0) await shoot(page, 'host-key');
    const title = await dialog.getByRole('heading').first().textContent();
    await dialog.getByRole('button', { name: 'Store the key and go on' }).click();
    await expect(page.getByRole('heading', { name: title ?? '' })).toBeHidden();
  }
  await goTo(page, 'Clouds and hosts');
  await page.getByRole('button', { name: 'Test the cloud and all hosts' }).click();
  await expect(page.getByText(/answer as they should|deserves a look/)).toBeVisible();
  await shoot(page, 'clouds-tested');
  await page.getByRole('button', { name: `Show what works: ${DESTINATION}` }).click();
  await shoot(page, 'clouds-tested-details', { handbook: false });
});

test('clouds-host-fails', async ({ openDesk, bench }) => {
  await bench.lab.host(DESTINATION).stopSshd();
  const { page } = await openDesk();
  await goTo(page, 'Clouds and hosts');
  await page.getByRole('button', { name: 'Test the cloud and all hosts' }).click();
  await expect(page.getByText(/One host is not usable yet/)).toBeVisible();
  await shoot(page, 'clouds-host-fails');
  await goTo(page, 'Instances');
  await page.getByRole('option', { name: DESTINATION }).click();
  await expect(page.getByText(`${DESTINATION} could not be read`)).toBeVisible();
  await shoot(page, 'instances-host-fails', { handbook: false });
  await bench.lab.host(DESTINATION).startSshd();
});

test('cloud-unreachable, cloud-unreachable-profiles', async ({ openDesk }) => {
  // Nobody listens there.
  const { page } = await openDesk({
    clouds: (text) => text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:35357'),
  });
  await expect(page.getByText('lab cannot be opened')).toBeVisible();
  await shoot(page, 'cloud-unreachable');
  await goTo(page, 'Clouds and hosts');
  await expect(page.getByText('lab cannot be opened')).toBeVisible();
  await shoot(page, 'cloud-unreachable-profiles', { handbook: false });
});

test('cloud-ill', async ({ openDesk, bench }) => {
  const { page } = await openDesk();
  await listIsRead(page);
  bench.lab.cloud.control.apiFault({ service: 'compute', method: 'GET', times: 100, kind: 503 });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('The cloud could not be read')).toBeVisible();
  await shoot(page, 'cloud-ill');
  bench.lab.cloud.control.clearApiFaults();
});
