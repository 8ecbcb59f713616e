import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS } from '../test/electron/open-standin.ts';
import { findElectron } from '../test/lab/demo/electron.ts';
import { chromiumPath } from '../test/support/chromium.ts';

const electron = await findElectron(process.env);
const isCi = process.env['CI'] !== undefined;

/** The stories, each in every shell that this machine has. Build first: npm run build. */
export default defineConfig({
  testDir: '../test/e2e',
  testMatch: '**/*.test.ts',
  outputDir: '../test-results',
  preserveOutput: 'failures-only',
  // The stories of a project share one lab, and the machine has two cores.
  workers: 1,
  forbidOnly: true,
  retries: isCi ? 1 : 0,
  // Bounds against hanging, not measures: real disks are copied and compared.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
  },
  // The desktop itself wherever Electron is; the stand-in everywhere.
  projects: ['web', 'shell', ...(electron === undefined ? [] : ['desktop'])].map((name) => ({ name })),
});
