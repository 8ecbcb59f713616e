import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { createMemorySecrets } from '../desk/memory-secrets.ts';
import { openDesk } from '../desk/open-desk.ts';
import { createDispatch } from '../host/dispatch.ts';
import { openLoopback } from '../host/loopback/serve.ts';
import { browserCommand, openBrowser } from './browser.ts';
import type { WebOptions } from './options.ts';
import { goesOnWithoutUs, throughTunnel } from './words.ts';

/**
 * Serves the page until a signal ends it.
 *
 * @param pageRoot - directory of the built page
 * @throws Failure if the port cannot be had, or what we keep cannot be read or written.
 */
export async function runWeb(options: WebOptions, version: string, pageRoot: string): Promise<ExitCode> {
  const { env } = process;
  const desk = await openDesk({
    env,
    home: homedir(),
    cwd: process.cwd(),
    shell: 'web',
    version,
    secrets: createMemorySecrets('In the browser Coldhaul keeps secrets in memory only, until it is ended.'),
    ...(options.cloud !== undefined && { cloud: options.cloud }),
  });
  try {
    const loopback = await openLoopback({
      dispatch: createDispatch(desk.handlers),
      listen: (listener) => desk.listen(listener),
      pageRoot,
      ...(options.port !== undefined && { port: options.port }),
    });
    const asked = askedToEnd();
    const lines = createInterface({ input: process.stdin });
    lines.on('line', () => {
      process.stdout.write(`${loopback.newAddress()}\n`);
    });
    welcome(loopback.newAddress(), loopback.port, options);
    await asked;
    lines.close();
    const { migrations } = await desk.handlers['desk.read']({});
    const words = goesOnWithoutUs(migrations);
    if (words !== undefined) say(words);
    await loopback.close();
    return words === undefined ? EXIT.done : EXIT.interrupted;
  } finally {
    await desk.close();
  }
}

function welcome(address: string, port: number, options: WebOptions): void {
  const command = options.open ? browserCommand(process.platform, process.env) : undefined;
  const tunnel = throughTunnel(process.env, port);
  say(
    command === undefined
      ? 'Coldhaul is ready. Open this address in a browser on this machine; it works once.'
      : 'Coldhaul is ready and opens in your browser; if not, open this address. It works once.',
  );
  process.stdout.write(`${address}\n`);
  if (tunnel !== undefined) say(tunnel);
  say('Enter: another address. Ctrl-C: end.');
  if (command === undefined) return;
  openBrowser(address, command, (why) => {
    say(`No browser could be started (${why}): open the address by hand.`);
  });
}

/** Settles at the first signal; the second one ends us at once. */
function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let ending = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (ending) process.exit(EXIT.interrupted);
        ending = true;
        resolve();
      });
    }
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
