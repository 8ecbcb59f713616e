import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS } from '../test/electron/open-standin.ts';
import { chromiumPath } from '../test/support/chromium.ts';

/** The pictures of the handbook, on the lab and in a browser. Run by `npm run screenshots`. */
export default defineConfig({
  testDir: '../test/screenshots',
  testMatch: '**/*.scenes.ts',
  outputDir: '../test-results/screenshots-run',
  preserveOutput: 'failures-only',
  workers: 1,
  forbidOnly: true,
  // Bounds against hanging: disks are copied slowly on purpose, so that they are seen on their way.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  use: {
    browserName: 'chromium',
    actionTimeout: 30_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
  },
  projects: [{ name: 'web' }],
});
