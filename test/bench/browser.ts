import { chromium, type Browser, type Page } from 'playwright';
import { CHROMIUM_FLAGS } from '../electron/open-standin.ts';
import { chromiumPath } from '../support/chromium.ts';

const VIEWPORT = { width: 1280, height: 800 };

/** This machine's Chromium with one empty page, as the stories have it. Errors of the page end the measurement. */
export async function withPage<T>(work: (page: Page, browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT });
    // tsx wraps functions in this helper of its own, also those that are to run in the page.
    await context.addInitScript('globalThis.__name = (act) => act');
    const page = await context.newPage();
    const broken = new Promise<never>((_resolve, reject) => {
      page.on('pageerror', reject);
      page.on('crash', () => {
        reject(new Error('the page crashed'));
      });
    });
    return await Promise.race([work(page, browser), broken]);
  } finally {
    await browser.close();
  }
}
