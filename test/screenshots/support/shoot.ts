import { expect, type Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shrink } from './shrink.ts';

const IMAGES = fileURLToPath(new URL('../../../docs/images', import.meta.url));
const OTHERS = fileURLToPath(new URL('../../../test-results/screenshots', import.meta.url));

const SIZES = [
  { suffix: '', width: 1280, height: 800 },
  { suffix: '-1920', width: 1920, height: 1080 },
] as const;
const SCHEMES = [
  { suffix: '', colorScheme: 'light' },
  { suffix: '-dark', colorScheme: 'dark' },
] as const;

/** Long enough for tables to measure a new size, and for the chart to be drawn in new colours. */
const SETTLE_MS = 250;
/** Hosts that exist in the cloud alone are waited for in vain. */
const READ_BOUND_MS = 180_000;

interface ShootOptions {
  /** In docs/images as well: the large one in light colours. */
  readonly large?: boolean;
  /** False: to be looked at, not for the handbook. */
  readonly handbook?: boolean;
  /** Brings into sight what the picture is about, after each change of the size. */
  readonly aim?: () => Promise<void>;
}

/** Takes the page as it stands, in both sizes, light and dark. */
export async function shoot(
  page: Page,
  name: string,
  { large = false, handbook = true, aim }: ShootOptions = {},
): Promise<void> {
  // Nothing is hovered over by chance.
  await page.mouse.move(0, 0);
  for (const { suffix: size, width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    for (const { suffix: scheme, colorScheme } of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await aim?.();
      await page.waitForTimeout(SETTLE_MS);
      const isKept = handbook && (size === '' || (large && scheme === ''));
      const path = join(isKept ? IMAGES : OTHERS, `${name}${size}${scheme}.png`);
      const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, isKept ? shrink(picture) : picture);
    }
  }
  await page.setViewportSize({ width: SIZES[0].width, height: SIZES[0].height });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Scrolls the screen itself, not the page around it. */
export function scrollTo(page: Page, place: 'top' | 'end'): Promise<void> {
  return page.locator('#content').evaluate((screen, to) => {
    screen.scrollTo(0, to === 'top' ? 0 : screen.scrollHeight);
  }, place);
}

/** Waits until the list of instances is read, with the disks on the hosts. */
export async function listIsRead(page: Page): Promise<void> {
  await expect(page.getByText(/^Read (just now|\d)/)).toBeVisible({ timeout: READ_BOUND_MS });
}
