import { onTestFinished } from 'vitest';
import { openStandinApp, type StandinApp, type StandinOptions } from '../electron/open-standin.ts';

/** The built shell on the stand-in, for the test that runs; it is ended with it. */
export async function shellFor(
  options: Partial<StandinOptions> & { readonly home: string },
): Promise<StandinApp> {
  const app = await openStandinApp({ env: { PATH: process.env['PATH'] }, ...options });
  onTestFinished(() => app.close());
  return app;
}

/** A call of the contract, by the page. */
export function callFromPage(app: StandinApp, name: string, input: unknown): Promise<unknown> {
  return app.page.evaluate(([call, given]) => window.coldhaul?.call(call as never, given as never), [
    name,
    input,
  ] as const);
}
