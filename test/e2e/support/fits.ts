import { expect, type Locator, type Page } from '@playwright/test';

/** The smallest window that the app is made for. */
const SMALLEST = { width: 1024, height: 700 };
/** Tables with many columns, and lines that are read one at a time: they scroll sideways inside their own box. */
const SCROLLERS = ['.vt', '.panel-table', '.log-list', '.rate-table', '.report-wide', 'textarea'];
/** Names that are cut in the middle or at their end on purpose, with the whole at hand. */
const CUT = ['.cut', '.fitted', '.mantine-Select-input', 'input'];

/**
 * In the smallest window nothing scrolls sideways or is cut off but what is made for it, and these buttons are in
 * sight.
 */
export async function expectFits(page: Page, ...buttons: readonly Locator[]): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize(SMALLEST);
  // Tables and charts measure a new size by themselves, a moment later.
  await expect.poll(() => page.evaluate(tooWide, { scrollers: SCROLLERS, cut: CUT })).toEqual([]);
  for (const button of buttons) await expect(button).toBeInViewport({ ratio: 1 });
  if (before !== null) await page.setViewportSize(before);
}

/** Runs in the page: every element that holds more than it shows, from side to side. */
function tooWide({
  scrollers,
  cut,
}: {
  readonly scrollers: readonly string[];
  readonly cut: readonly string[];
}): readonly string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('html, body, body *:not(script, style)')) {
    const { clientWidth, scrollWidth } = element;
    const { overflowX } = getComputedStyle(element);
    const { left, right } = element.getBoundingClientRect();
    const inScroller = element.parentElement?.closest(scrollers.join()) != null;
    // For the ear only, or not shown at all.
    const isHidden = clientWidth <= 1 || element.closest('[aria-hidden] canvas') !== null;
    const holdsBack = overflowX !== 'visible' && !element.matches([...scrollers, ...cut].join());
    const isCut = !isHidden && holdsBack && scrollWidth > clientWidth + 1;
    const isOutside = !isHidden && !inScroller && (left < -1 || right > window.innerWidth + 1);
    if (isCut || isOutside)
      found.push(
        `${isCut ? 'cut' : 'outside'}: <${element.localName} class="${element.className}"> ` +
          `${String(scrollWidth)} in ${String(clientWidth)}, ${String(left)} to ${String(right)}: ` +
          element.textContent.slice(0, 80),
      );
  }
  return found;
}
