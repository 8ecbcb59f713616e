import { digests } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { awaitVerdict, choose, decide, ended, makePlan, start } from './support/steps.ts';

/** Slow enough that Nova's copy is seen on its way. */
const SLOW_KIB_PER_SECOND = 3 * 1024;
const PAYLOAD_MIB = 48;

test('Nova copies by itself: bytes, rate and time left are seen, and the copy is proven and confirmed', async ({
  openApp,
  bench,
}) => {
  const { lab, image } = bench;
  const common = { host: SOURCE, image, running: false, payloadMib: PAYLOAD_MIB };
  const server = await lab.cloud.createServer({ ...common, name: 'story-nova' });
  const { page } = await openApp();
  lab.cloud.control.slowCopy(SOURCE, SLOW_KIB_PER_SECOND);
  try {
    await choose(page, server.name);
    await page.getByRole('radio', { name: 'Nova', exact: true }).check();
    await makePlan(page);
    await start(page, server.name);
    await expect(page.getByText('Route nova: Nova copies, Coldhaul proves it')).toBeVisible();
    const row = page.getByRole('row', { name: /^disk root/ });
    // The header of the row is no cell: what travels, progress, done, of, rate, time left, state.
    const cell = (at: number): Promise<string> => row.getByRole('cell').nth(at).innerText();
    await expect(async () => {
      // All at once: it is on its way, at this rate, for so long.
      const [done, rate, left] = await Promise.all([cell(2), cell(4), cell(5)]);
      expect(Number(done)).toBeGreaterThan(0);
      expect(Number(rate)).toBeGreaterThan(0);
      expect(left).toMatch(/^\d+ (s|min)/);
    }).toPass({ timeout: 60_000 });
    await expectAccessible(page);
    await awaitVerdict(page);
  } finally {
    lab.cloud.control.slowCopy(SOURCE);
  }
  await decide(page, 'Confirm', server.name);
  await ended(page, 'Done');
  expect(Object.keys(await digests(lab.host(DESTINATION), server.id))).toContain('disk');
  expect(await digests(lab.host(SOURCE), server.id)).toEqual({});
});
