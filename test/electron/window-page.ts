import type { BrowserContext, CDPSession, Frame, Page, Request, Route } from 'playwright';
import { CHROMIUM_ORIGIN, toChromium, toShell } from './address.ts';
import type { Records, ShellCalls } from './calls.ts';
import { pageScript, preloadScript } from './page-scripts.ts';
import type { Wire } from './wire.ts';

/** The shell's window, as a page of real Chromium with the real preload script in a world of its own. */
export interface WindowPage {
  readonly page: Page;
  /** What the preload script offers the page, and whether it found Node; once it has run. */
  readonly preloaded: () => { readonly exposed: readonly string[]; readonly node: boolean } | undefined;
  /** Requests that wanted to leave the machine; none may. */
  readonly outside: readonly string[];
  load(url: string): Promise<void>;
  send(channel: string, args: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

const WORLD = 'electron-preload';
const BINDING = 'standinIpc';

type Said =
  | {
      readonly kind: 'invoke';
      readonly id: number;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'loaded'; readonly exposed: readonly string[]; readonly node: boolean };

export async function createWindowPage(
  context: BrowserContext,
  shell: Wire<ShellCalls>,
  options: { readonly preload: string; readonly width: number; readonly height: number },
  downloaded: (download: Records['download']) => void,
): Promise<WindowPage> {
  const page = await context.newPage();
  await page.setViewportSize({ width: options.width, height: options.height });
  const devtools = await context.newCDPSession(page);
  let loading: string | undefined;
  const outside: string[] = [];

  const answer = async (route: Route): Promise<void> => {
    const request = route.request();
    const url = request.url();
    const frame = request.isNavigationRequest() ? frameOf(request) : undefined;
    if (request.isNavigationRequest() && frame?.page() !== page) {
      const action = await shell.ask('openWindow', { url: toShell(url) });
      await (action === 'deny' ? route.abort('blockedbyclient') : route.continue());
      return;
    }
    const isMainFrame = frame === page.mainFrame();
    const asked = isMainFrame && url === loading;
    if (request.isNavigationRequest() && !asked) {
      const redirect = request.redirectedFrom() !== null;
      if (!(await shell.ask('navigate', { url: toShell(url), isMainFrame, redirect }))) {
        await route.abort('aborted');
        return;
      }
    }
    if (!url.startsWith(`${CHROMIUM_ORIGIN}/`)) {
      outside.push(url);
      await route.abort('addressunreachable');
      return;
    }
    const { status, headers, body } = await shell.ask('fetch', {
      url: toShell(url),
      method: request.method(),
      headers: request.headers(),
    });
    await route.fulfill({ status, headers, body });
  };
  // A page that is being closed does not wait for its files, nor does a shell that has ended give them.
  await context.route('**/*', (route) =>
    answer(route).catch(() => route.abort('failed').catch(() => undefined)),
  );
  page.on('popup', (popup) => {
    const url = popup.url();
    // What has an address was asked for with its first request; what was denied there has none to show.
    const action = url === 'about:blank' ? shell.ask('openWindow', { url }) : Promise.resolve(url);
    void action
      .catch(() => 'deny')
      .then((said) => (said === 'deny' || said.startsWith('chrome-error:') ? popup.close() : undefined));
  });
  page.on('download', (download) => {
    const url = toShell(download.url());
    void shell.ask('download', { url, fileName: download.suggestedFilename() }).then(
      ({ allowed, dialog }) => {
        downloaded({ url, allowed, dialog });
        return allowed ? undefined : download.cancel();
      },
      () => undefined,
    );
  });
  const world = await runPreload(page, devtools, shell, options.preload);
  if (await mayCopy(shell)) await context.grantPermissions(['clipboard-write'], { origin: CHROMIUM_ORIGIN });

  return {
    page,
    preloaded: world.preloaded,
    outside,
    async load(url) {
      const address = toChromium(url);
      loading = address.split('#')[0];
      try {
        await page.goto(address, { waitUntil: 'domcontentloaded' });
      } finally {
        loading = undefined;
      }
    },
    send: (channel, args) => world.tell({ kind: 'message', channel, args }),
    close: () => page.close(),
  };
}

/** A window that has only just been opened has no frame yet that Playwright knows of. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

function mayCopy(shell: Wire<ShellCalls>): Promise<boolean> {
  const from = { url: toShell(`${CHROMIUM_ORIGIN}/index.html`), isMainFrame: true };
  return shell.ask('checkPermission', { permission: 'clipboard-sanitized-write', from });
}

/** Runs the preload script before anything of the page, in a world that shares only the document with it. */
async function runPreload(
  page: Page,
  devtools: CDPSession,
  shell: Wire<ShellCalls>,
  preload: string,
): Promise<{ preloaded: WindowPage['preloaded']; tell(packet: unknown): Promise<void> }> {
  let worldId: number | undefined;
  let preloaded: ReturnType<WindowPage['preloaded']>;
  const tell = async (packet: unknown, executionContextId = worldId): Promise<void> => {
    if (executionContextId === undefined) return;
    await devtools
      .send('Runtime.callFunctionOn', {
        executionContextId,
        functionDeclaration: '(text) => globalThis.standinReceive(text)',
        arguments: [{ value: JSON.stringify(packet) }],
      })
      // The page has gone on to another document; that one asks anew.
      .catch(() => undefined);
  };
  devtools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name !== BINDING) return;
    const said = JSON.parse(payload) as Said;
    if (said.kind === 'loaded') {
      worldId = executionContextId;
      preloaded = { exposed: said.exposed, node: said.node };
      return;
    }
    const { id, channel, args } = said;
    const from = { url: toShell(page.url()), isMainFrame: true };
    void shell.ask('invoke', { from, channel, args }).then(
      (value) => tell({ kind: 'reply', id, value }, executionContextId),
      (error: unknown) =>
        tell(
          { kind: 'reply', id, error: `Error invoking remote method '${channel}': ${String(error)}` },
          executionContextId,
        ),
    );
  });
  await devtools.send('Runtime.enable');
  await devtools.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
  await devtools.send('Page.enable');
  await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
    source: await preloadScript(preload),
    worldName: WORLD,
  });
  await page.addInitScript({ content: await pageScript() });
  return { preloaded: () => preloaded, tell: (packet) => tell(packet) };
}
