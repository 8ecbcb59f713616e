import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { join } from 'node:path';
import type { LabOptions } from '../lab/start-lab.ts';
import { labWithImage, type LabWithImage } from '../support/lab.ts';
import { startDesktopApp } from './support/desktop-app.ts';
import { makeHome, type HomeOptions } from './support/home.ts';
import { startShellApp } from './support/shell-app.ts';
import type { Start, StartedApp } from './support/started-app.ts';
import { createWatch } from './support/watch-page.ts';
import { startWebApp } from './support/web-app.ts';

/** By the name of Playwright's project. */
const STARTS: Readonly<Record<string, (start: Start) => Promise<StartedApp>>> = {
  web: startWebApp,
  shell: startShellApp,
  desktop: startDesktopApp,
};

/** An app that a story opened. It ends with the story. */
export interface App {
  /** Of the engine that runs now; another one after `restart`. */
  readonly page: Page;
  openAnother(): Promise<Page>;
  /** Ends the engine like a power cut. The page stays where it has a window of its own. */
  kill(): Promise<void>;
  /** Ends the engine if it still runs, and starts another one on what the first one kept. */
  restart(): Promise<Page>;
  /** A page error or console message that belongs to the story. All others fail it. */
  expectError(pattern: RegExp): void;
}

interface Fixtures {
  readonly openApp: (options?: HomeOptions) => Promise<App>;
}
interface WorkerFixtures {
  /** What the lab of these stories has: hosts, faults. */
  readonly labOptions: LabOptions;
  /** Two real hypervisors and a cloud with one image, shared by the stories of a worker. */
  readonly bench: LabWithImage;
}

const LAB_BOUND_MS = 180_000;

export const test = base.extend<Fixtures, WorkerFixtures>({
  labOptions: [{}, { scope: 'worker', option: true }],
  bench: [
    async ({ labOptions }, use) => {
      const bench = await labWithImage(labOptions);
      await use(bench);
      await bench.lab.down();
    },
    { scope: 'worker', timeout: LAB_BOUND_MS },
  ],

  async openApp({ bench, browser, contextOptions }, use, testInfo) {
    const start = STARTS[testInfo.project.name];
    if (start === undefined) throw new Error(`no shell is called ${testInfo.project.name}`);
    const watch = createWatch();
    const contexts: BrowserContext[] = [];
    const running = new Set<StartedApp>();

    await use(async (options = {}) => {
      const home = join(testInfo.outputPath(), `home-${contexts.length + 1}`);
      const env = await makeHome(bench.lab.paths, home, options);
      const context = await browser.newContext(contextOptions);
      contexts.push(context);
      context.on('page', (page) => {
        watch.page(page);
      });
      const begin = async (): Promise<StartedApp> => {
        const app = await start({ env, home, context });
        running.add(app);
        return app;
      };
      let app = await begin();
      return {
        get page() {
          return app.page;
        },
        openAnother: () => app.openAnother(),
        async kill() {
          running.delete(app);
          await app.kill();
        },
        async restart() {
          if (running.delete(app)) await app.close();
          app = await begin();
          return app.page;
        },
        expectError(pattern) {
          watch.expect(pattern);
        },
      };
    });

    // What a page says of an engine that we end is no error of the story.
    const problems = [...watch.problems];
    for (const app of running) {
      await testInfo.attach('what the app said', { body: app.said(), contentType: 'text/plain' });
      await app.close();
    }
    for (const context of contexts) await context.close();
    base.expect(problems, 'errors of the page that nobody expected').toEqual([]);
  },
});

export { expect } from '@playwright/test';
export { expectAccessible } from './support/accessible.ts';
