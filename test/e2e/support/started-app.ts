import type { BrowserContext, Page } from '@playwright/test';

/** What a story starts: words of the command line, and all that the app finds in its environment. */
export interface Start {
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  /** Where the page is shown; the desktop brings its own. */
  readonly context: BrowserContext;
}

/** The built app in a process of its own, whichever shell it has. */
export interface StartedApp {
  readonly page: Page;
  /** A second page on the same engine. @throws in a shell with one window. */
  openAnother(): Promise<Page>;
  /** Ends the engine like a power cut. */
  kill(): Promise<void>;
  /** Ends it as a user does, saying yes to what is asked. @throws if it does not end, or with a defect. */
  close(): Promise<void>;
  /** What it said to its terminal. */
  said(): string;
}
