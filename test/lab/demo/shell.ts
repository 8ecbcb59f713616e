import { browserCommand } from '../../../main/web/browser.ts';
import { fetchElectron, findElectron } from './electron.ts';

/** Where the demo shows the app. `why` is a sentence for whoever expected a window. */
export type Shell =
  | { readonly kind: 'window'; readonly program: string }
  | { readonly kind: 'browser'; readonly why: string; readonly command: readonly string[] | undefined };

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** False: nothing is to be opened. */
  readonly open: boolean;
}

/** The window if Electron is here or comes within a few seconds, else a browser, else an address to copy. */
export async function chooseShell(
  { platform, env, isRoot, open }: Surroundings,
  electron: { find: typeof findElectron; fetch: typeof fetchElectron } = {
    find: findElectron,
    fetch: fetchElectron,
  },
): Promise<Shell> {
  const command = open ? browserCommand(platform, env) : undefined;
  const browser = (why: string): Shell => ({ kind: 'browser', why, command });
  if (!open) return browser('Nothing is opened, as you asked.');
  if (command === undefined) return browser('There is no display here, so no window is opened.');
  // Its sandbox is not for root, and without the sandbox we do not start it.
  if (isRoot) return browser('Electron does not run for root, so the page is for your browser.');
  const there = await electron.find(env);
  if (there !== undefined) return { kind: 'window', program: there };
  const problem = await electron.fetch();
  const program = await electron.find(env);
  if (program !== undefined) return { kind: 'window', program };
  return browser(
    `Electron’s program is not on this machine (${problem ?? 'nothing came'}), so the page opens in your browser.`,
  );
}
