import { execa } from 'execa';
import { withoutCloudSecrets } from '../services/system/child-environment.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The program that gives an address to the user's browser; `undefined` where nobody could see one. */
export function browserCommand(platform: NodeJS.Platform, env: Env): readonly string[] | undefined {
  if (platform === 'darwin') return ['open'];
  // `start` is a word of the shell; its first argument is a window title.
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  const hasDisplay = [env['DISPLAY'], env['WAYLAND_DISPLAY']].some(
    (name) => name !== undefined && name !== '',
  );
  return hasDisplay ? ['xdg-open'] : undefined;
}

/**
 * Gives the address to the browser, and does not wait: some of those programs end with the browser only.
 *
 * @param onProblem - told why, if it could not be done.
 */
export function openBrowser(
  address: string,
  [program = '', ...words]: readonly string[],
  onProblem: (why: string) => void,
): void {
  const opening = execa(program, [...words, address], {
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    env: withoutCloudSecrets(process.env),
    extendEnv: false,
  });
  opening.unref();
  opening.catch((error: unknown) => {
    onProblem(error instanceof Error ? (error.message.split('\n')[0] ?? program) : String(error));
  });
}
