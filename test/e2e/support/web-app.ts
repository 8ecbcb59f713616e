import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtApp } from '../../support/built-app.ts';
import type { Start, StartedApp } from './started-app.ts';

/** Against a host that does not end; nothing is measured by it. */
const END_BOUND_MS = 60_000;
/** As asked; as asked, with migrations under way. */
const GOOD_ENDS: readonly (number | null)[] = [0, 7];

/** `npm run web -- --no-open`, and its page in Chromium. */
export async function startWebApp({ env, home, context }: Start): Promise<StartedApp> {
  const program = join(await builtApp(), '../web.js');
  const child = spawn(process.execPath, [program, '--no-open'], { env, cwd: home });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const address = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the host ended with ${String(await ended)}:\n${said}`);
    return line.value;
  };
  const open = async (at: string) => {
    const page = await context.newPage();
    await page.goto(at);
    return page;
  };
  return {
    page: await open(await address()),
    openAnother: async () => {
      child.stdin.write('\n');
      return open(await address());
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async close() {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_BOUND_MS);
      const code = await ended;
      clearTimeout(timer);
      if (!GOOD_ENDS.includes(code)) throw new Error(`the host ended with ${String(code)}:\n${said}`);
    },
    said: () => said,
  };
}
