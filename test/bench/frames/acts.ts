import type { Locator, Page } from 'playwright';

/** Of one turn of the wheel. */
const WHEEL_PX = 240;
const KEY_MS = 60;

export const SEARCH = 'Search instances by name, id, host or project';

/** The list of instances, once the cloud and its hosts have been read. */
export async function openInstances(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: 'Instances' }).click();
  await page.getByText(/1,\d{3} in all/).waitFor();
  await page.getByText(/^Read .*(ago|now)$/).waitFor({ timeout: 120_000 });
  return page.getByRole('grid', { name: 'Instances' });
}

/** Turns the wheel until the last row is there. */
export async function scrollThrough(page: Page, list: Locator): Promise<void> {
  await list.hover();
  while (await list.evaluate(hasMoreBelow)) {
    for (let turns = 0; turns < 8; turns += 1) await page.mouse.wheel(0, WHEEL_PX);
  }
}

export async function toTop(page: Page, list: Locator): Promise<void> {
  await list.focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(
    (element) => element instanceof HTMLElement && element.scrollTop === 0,
    await list.elementHandle(),
  );
}

/** Searches as a quick typist does, and takes it back letter by letter. */
export async function typeSearch(page: Page): Promise<void> {
  const words = 'app-07 cn0';
  await page.getByLabel(SEARCH).focus();
  await page.keyboard.type(words, { delay: KEY_MS });
  for (let letters = 0; letters < words.length; letters += 1)
    await page.keyboard.press('Backspace', { delay: KEY_MS });
}

/** Runs in the page. */
function hasMoreBelow(element: Element): boolean {
  return element.scrollTop + element.clientHeight < element.scrollHeight - 1;
}
