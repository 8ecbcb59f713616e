import { awaitVerdict, decide, ended, goTo, makePlan, start } from '../e2e/support/steps.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, test } from './support/fixtures.ts';
import { changeOneByte, chooseOnly, halfway, move } from './support/move.ts';
import { scrollTo, shoot } from './support/shoot.ts';

/** A disk takes longer than all the pictures of its copy. */
const SLOW_MIB_PER_SECOND = 2;
const PAYLOAD_MIB = 96;

// A lab of its own: the other scenes' instances are not in it.
test.use({ labOptions: { hosts: [{ name: SOURCE }, { name: DESTINATION }] } });

test('migration-copying, -log, -verdict, -confirm, -confirmed, -paused, -reverted, -failed, -interrupted, -nova, -unproven, offline, migrations, report', async ({
  openDesk,
  bench,
}) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, project: 'demo', payloadMib: PAYLOAD_MIB } as const;
  const data = { flavor: 'lab.data', configDrive: true };
  await lab.cloud.createServer({ ...common, ...data, name: 'db-01' });
  await lab.cloud.createServer({ ...common, ...data, name: 'web-01', payloadMib: 16 });
  const batch = await lab.cloud.createServer({ ...common, name: 'batch-02' });
  const report = await lab.cloud.createServer({ ...common, name: 'report-03', running: false });
  const desk = await openDesk();
  const { page } = desk;
  await goTo(page, 'Migrations');
  await expect(page.getByText('No migration yet')).toBeVisible();
  await shoot(page, 'migrations-none', { handbook: false });
  await goTo(page, 'Instances');

  // It takes the bases along, so that of the next one the disk itself is seen on its way.
  await move(page, 'web-01');
  await awaitVerdict(page);
  await page.getByRole('button', { name: 'Revert…' }).click();
  await shoot(page, 'migration-revert', { handbook: false });
  await page.getByRole('button', { name: 'Not now' }).click();
  await decide(page, 'Revert', 'web-01');
  await ended(page, 'Reverted');
  await shoot(page, 'migration-reverted');

  await move(page, 'db-01', SLOW_MIB_PER_SECOND);
  await halfway(page);
  await shoot(page, 'migration-copying', { large: true });
  const throughput = page.getByRole('region', { name: /^Throughput/ });
  await throughput.getByText('Table', { exact: true }).click();
  await shoot(page, 'migration-throughput-table', { handbook: false, aim: () => scrollTo(page, 'end') });
  await throughput.getByText('Chart', { exact: true }).click();
  await scrollTo(page, 'top');
  const log = page.getByRole('region', { name: 'Log' });
  await shoot(page, 'migration-log', { aim: () => scrollTo(page, 'end') });
  await page.getByRole('button', { name: 'Cancel the migration…' }).click();
  await shoot(page, 'migration-cancel', { handbook: false });
  await page.getByRole('button', { name: 'Not now' }).click();
  await scrollTo(page, 'top');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await shoot(page, 'migration-paused', { handbook: false });
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await awaitVerdict(page);
  await scrollTo(page, 'top');
  await shoot(page, 'migration-verdict', { large: true });
  await log.getByRole('option').last().click();
  await shoot(page, 'migration-log-line', { handbook: false, aim: () => scrollTo(page, 'end') });
  await scrollTo(page, 'top');
  await page.getByRole('button', { name: 'Confirm…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await shoot(page, 'migration-confirm');
  await page.getByRole('button', { name: 'Not now' }).click();
  await decide(page, 'Confirm', 'db-01');
  await ended(page, 'Done');
  await shoot(page, 'migration-confirmed');
  await page.getByRole('link', { name: 'Report' }).click();
  await expect(page.getByRole('button', { name: 'Save as HTML' })).toBeVisible();
  await shoot(page, 'report');
  await shoot(page, 'report-end', { handbook: false, aim: () => scrollTo(page, 'end') });

  await move(page, 'batch-02', SLOW_MIB_PER_SECOND);
  await halfway(page);
  // A new limit would have it copied anew, and mended.
  await changeOneByte(lab.host(DESTINATION), batch.id);
  await ended(page, 'Failed');
  await shoot(page, 'migration-failed');

  lab.cloud.control.slowCopy(SOURCE, SLOW_MIB_PER_SECOND * 1024);
  await chooseOnly(page, 'report-03');
  await page.getByRole('radio', { name: 'Nova', exact: true }).check();
  await makePlan(page);
  await start(page, 'report-03');
  await halfway(page);
  await shoot(page, 'migration-nova', { handbook: false });
  lab.cloud.control.slowCopy(SOURCE);
  // Nova never looks at what arrived.
  const act = () => changeOneByte(lab.host(DESTINATION), report.id, 'its directory');
  lab.cloud.control.at({ point: 'before-finish', act });
  await expect(page.getByText('The copy is not proven')).toBeVisible({ timeout: 120_000 });
  await shoot(page, 'migration-unproven');
  await decide(page, 'Revert', 'report-03');
  await ended(page, 'Reverted');

  await move(page, 'web-01');
  await awaitVerdict(page);
  await move(page, 'report-03', SLOW_MIB_PER_SECOND);
  await halfway(page);
  await goTo(page, 'Migrations');
  await shoot(page, 'migrations');
  const after = await desk.cutPower();
  await expect(page.getByText('Engine not reachable; connecting again')).toBeVisible();
  await shoot(page, 'offline', { handbook: false });
  await goTo(after, 'Migrations');
  await after.getByRole('link', { name: 'report-03' }).first().click();
  await expect(after.getByRole('button', { name: 'Resume' })).toBeVisible();
  await shoot(after, 'migration-interrupted');
});
