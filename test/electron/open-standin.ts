import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessageBoxOptions } from 'electron';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { builtApp } from '../support/built-app.ts';
import { chromiumPath } from '../support/chromium.ts';
import { createAsked, type Asked } from './asked.ts';
import type { Happening, Machine, ShellCalls, TestCalls } from './calls.ts';
import { createWindowPage, type WindowPage } from './window-page.ts';
import { connect, type Wire } from './wire.ts';

export interface StandinOptions {
  /** All that the shell's process finds in its environment, besides HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Words of the command line. */
  readonly args?: readonly string[];
  readonly machine?: Partial<Machine>;
  /** The built entry file; without it this repository's, built anew if it is stale. */
  readonly entry?: string;
  /** Where the page is shown; without it a Chromium of its own. */
  readonly context?: BrowserContext;
}

/** The built shell, started on the stand-in, its page in real Chromium. */
export interface StandinApp {
  readonly home: string;
  /** @throws if there is no window (any more). */
  readonly page: Page;
  readonly window: () => WindowPage | undefined;
  readonly asked: Asked;
  /** Plays what a user, a page or the system does to the shell. */
  readonly shell: Wire<ShellCalls>;
  happen(happening: Happening): Promise<void>;
  /** What the admin answers to boxes, as the number of the button; at first the one that cancels. */
  answerBoxes(answer: (options: MessageBoxOptions) => number): void;
  /** Of the shell's process, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly stderr: () => string;
  /** Ends it like a power cut. */
  kill(): Promise<void>;
  /** Quits, saying yes to whatever is asked, and leaves nothing behind. */
  close(): Promise<void>;
}

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const MACHINE: Machine = {
  lockTaken: false,
  packaged: true,
  displays: [{ x: 0, y: 0, width: 1920, height: 1053 }],
  notifications: true,
  keyRing: { backend: 'gnome_libsecret', available: true, keys: ['first'] },
};

/** Against a shell that does not end by itself; nothing is measured by it. */
const CLOSE_BOUND_MS = 30_000;

const resolve = createRequire(import.meta.url).resolve;

/** Starts the built shell. It has its window and page when this is done, or has ended. */
export async function openStandinApp(options: StandinOptions): Promise<StandinApp> {
  const entry = options.entry ?? (await builtApp());
  mkdirSync(options.home, { recursive: true });
  const owned = options.context === undefined ? await launch() : undefined;
  const context = options.context ?? (await owned?.newContext({ acceptDownloads: true }));
  if (context === undefined) throw new Error('there is no browser');

  const child = start(entry, options);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const stderr: string[] = [];
  child.stderr?.on('data', (text: Buffer) => stderr.push(text.toString()));
  child.stdout?.resume();
  const asked = createAsked();
  let window: WindowPage | undefined;
  let answerBox = (box: MessageBoxOptions): number => box.cancelId ?? 0;

  const shell = connect<ShellCalls, TestCalls>(
    {
      send: (packet) => {
        // One that is ending may have closed its end already.
        if (child.connected) child.send(packet as object, () => undefined);
      },
      listen: (take) => {
        child.on('message', take);
      },
    },
    {
      record: ({ name, detail }) => {
        asked.take(name, detail);
      },
      async createPage(given) {
        window = await createWindowPage(context, shell, given, (download) => {
          asked.take('download', download);
        });
      },
      load: ({ url }) => window?.load(url),
      async closePage() {
        await window?.close();
        window = undefined;
      },
      send: ({ channel, args }) => window?.send(channel, args),
      showMessageBox: (box) => ({ response: answerBox(box), checkboxChecked: false }),
    },
  );
  void ended.then(() => {
    shell.cut('the shell has ended');
  });

  const settle = async (): Promise<void> => {
    await ended;
    await window?.close().catch(() => undefined);
    window = undefined;
    if (owned === undefined) await context.unroute('**/*');
    else await owned.close();
  };
  const app: StandinApp = {
    home: options.home,
    get page() {
      if (window === undefined) throw new Error(`the shell has no window. It said:\n${stderr.join('')}`);
      return window.page;
    },
    window: () => window,
    asked,
    shell,
    // A shell that ends by it has no time left to say that it was told.
    happen: (happening) => Promise.race([shell.ask('happen', happening), ended.then(() => undefined)]),
    answerBoxes(answer) {
      answerBox = answer;
    },
    ended,
    stderr: () => stderr.join(''),
    async kill() {
      child.kill('SIGKILL');
      await settle();
    },
    async close() {
      answerBox = (box) => (box.buttons?.length ?? 1) - 1;
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_BOUND_MS);
      await app.happen({ kind: 'quit' }).catch(() => undefined);
      await ended;
      clearTimeout(timer);
      await settle();
    },
  };
  const shown = asked.wait('window.show');
  shown.catch(() => undefined);
  await Promise.race([shown, ended]);
  return app;
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
}

function start(entry: string, { env, home, args = [], machine }: StandinOptions): ChildProcess {
  return fork(fileURLToPath(new URL('./standin/main.ts', import.meta.url)), [entry, ...args], {
    cwd: home,
    env: { ...env, HOME: home, STANDIN_MACHINE: JSON.stringify({ ...MACHINE, ...machine }) },
    execArgv: [
      '--import',
      pathToFileURL(resolve('tsx')).href,
      '--import',
      new URL('./standin/register.mjs', import.meta.url).href,
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
