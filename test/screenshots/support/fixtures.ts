import type { BrowserContext, Page } from '@playwright/test';
import { test as stories } from '../../e2e/fixtures.ts';
import type { StartedApp } from '../../e2e/support/started-app.ts';
import { startWebApp } from '../../e2e/support/web-app.ts';
import { tellLoad } from '../../support/calm-host.ts';
import { makeHome, type HomeOptions } from './home.ts';

/** An app in a home that looks like anybody's. */
export interface Desk {
  readonly page: Page;
  /** Ends the engine like a power cut and starts another one on what it kept. @returns the page of that one. */
  cutPower(): Promise<Page>;
}

interface Fixtures {
  /** Once a scene. */
  readonly openDesk: (options?: HomeOptions) => Promise<Desk>;
}

/** The lab and the built page as the stories have them; only the home is another. */
export const test = stories.extend<Fixtures>({
  async openDesk({ bench, browser, contextOptions }, use) {
    const contexts: BrowserContext[] = [];
    const running = new Set<StartedApp>();
    // A picture shows the lab, not what else the machine has to do.
    for (const host of bench.lab.hosts) await tellLoad(host);
    await use(async (options = {}) => {
      const { home, env } = await makeHome(bench.lab.paths, options);
      const begin = async (): Promise<StartedApp> => {
        const context = await browser.newContext(contextOptions);
        contexts.push(context);
        const app = await startWebApp({ env, home, context });
        running.add(app);
        return app;
      };
      const first = await begin();
      return {
        page: first.page,
        async cutPower() {
          running.delete(first);
          await first.kill();
          return (await begin()).page;
        },
      };
    });
    for (const app of running) await app.close();
    for (const context of contexts) await context.close();
  },
});

export { expect } from '@playwright/test';
