import { posix, win32 } from 'node:path';

/** What the places of our files depend on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, absolute. */
  readonly home: string;
}

/** Directories of our own. They need not exist. */
export interface AppPaths {
  /** What the user writes: settings. */
  readonly config: string;
  /** What must outlive a restart: journals and logs. */
  readonly state: string;
  /** What can be lost without harm. */
  readonly cache: string;
}

const NAME = 'coldhaul';

/** As the XDG Base Directory Specification, Apple's file system guide and Windows' known folders say. */
export function appPaths({ platform, env, home }: Surroundings): AppPaths {
  if (platform === 'win32') {
    const roaming = env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming');
    const local = env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local');
    return {
      config: win32.join(roaming, NAME),
      state: win32.join(local, NAME, 'state'),
      cache: win32.join(local, NAME, 'cache'),
    };
  }
  if (platform === 'darwin') {
    const support = posix.join(home, 'Library', 'Application Support', NAME);
    return {
      config: support,
      state: posix.join(support, 'state'),
      cache: posix.join(home, 'Library', 'Caches', NAME),
    };
  }
  // The specification tells to ignore a path that is not absolute.
  const place = (name: string, usual: string): string => {
    const chosen = env[name];
    const base = chosen !== undefined && posix.isAbsolute(chosen) ? chosen : posix.join(home, usual);
    return posix.join(base, NAME);
  };
  return {
    config: place('XDG_CONFIG_HOME', '.config'),
    state: place('XDG_STATE_HOME', '.local/state'),
    cache: place('XDG_CACHE_HOME', '.cache'),
  };
}
