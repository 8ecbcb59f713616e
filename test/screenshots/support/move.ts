import type { Page } from '@playwright/test';
import { choose, goTo, makePlan, start } from '../../e2e/support/steps.ts';
import type { LabHost } from '../../lab/types.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { expect } from './fixtures.ts';

/** Asks for the plan of this one; what was selected before is not meant any more. */
export async function chooseOnly(page: Page, name: string): Promise<void> {
  await goTo(page, 'Instances');
  await expect(page.getByRole('heading', { level: 1, name: 'Instances' })).toBeVisible();
  const clear = page.getByRole('button', { name: /^Clear \d+ selected/ });
  if (await clear.isVisible()) await clear.click();
  await choose(page, name);
}

/** Starts moving an instance, by the pages that a person takes. */
export async function move(page: Page, name: string, limitMibPerSecond?: number): Promise<void> {
  await chooseOnly(page, name);
  await makePlan(page, limitMibPerSecond);
  await start(page, name);
}

/** Waits until its root disk is on the way, and so far that bar and chart show something. */
export async function halfway(page: Page): Promise<void> {
  const bar = page.getByRole('progressbar', { name: 'Progress of disk', exact: true });
  await expect(bar).toHaveAttribute('aria-valuetext', /^([3-9]\d|100)/, { timeout: 120_000 });
}

// One byte of what has arrived already, which no one writes again.
const CHANGE = `
set -e
for file in "$1"/disk "$1"/.disk.*; do
  [ -e "$file" ] || continue
  printf '\\377' | dd of="$file" bs=1 seek=300000 conv=notrunc status=none
done`;

/** As a bad disk or bad memory does: what arrived at the destination is not what was sent. */
export async function changeOneByte(
  destination: LabHost,
  serverId: string,
  place: 'the stage' | 'its directory' = 'the stage',
): Promise<void> {
  const directory = `${INSTANCES_PATH}/${place === 'the stage' ? '_coldhaul/' : ''}${serverId}`;
  const { code, stderr } = await destination.exec(['sh', '-c', CHANGE, 'scene', directory]);
  if (code !== 0) throw new Error(stderr);
}
