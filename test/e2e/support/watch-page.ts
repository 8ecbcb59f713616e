import type { Page } from '@playwright/test';

/** Errors that pages had and nobody expected. */
export interface Watch {
  page(page: Page): void;
  /** From now on such an error belongs to the story. */
  expect(pattern: RegExp): void;
  readonly problems: readonly string[];
}

export function createWatch(): Watch {
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const note = (text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) problems.push(text);
  };
  return {
    problems,
    expect(pattern) {
      expected.push(pattern);
    },
    page(page) {
      page.on('pageerror', (error) => {
        note(`uncaught: ${error.message}`);
      });
      page.on('console', (message) => {
        if (!['error', 'warning'].includes(message.type())) return;
        note(`${message.type()}: ${message.text()} (${message.location().url})`);
      });
      page.on('crash', () => {
        note('the page crashed');
      });
    },
  };
}
