import type { Route } from '../../route.ts';

/** What a key asks for on every screen. */
export type KeyAction =
  { readonly kind: 'help' } | { readonly kind: 'search' } | { readonly kind: 'go'; readonly route: Route };

const SCREENS: Readonly<Record<string, Route>> = {
  i: { page: 'instances' },
  m: { page: 'migrations' },
  r: { page: 'recovery' },
  c: { page: 'clouds' },
  s: { page: 'settings' },
};

/** A `g` counts this long for the key after it. */
const WAIT_MS = 1_500;

/** The time of the last lone `g`, if one was pressed. */
export type Pending = number | undefined;

/**
 * Reads one key that was pressed outside of any field. `key` is the character it makes, so that `?` is found on every
 * keyboard layout.
 */
export function readKey(
  pending: Pending,
  key: string,
  atMs: number,
): { readonly pending: Pending; readonly action?: KeyAction } {
  const route = SCREENS[key];
  if (pending !== undefined && atMs - pending <= WAIT_MS && route !== undefined)
    return { pending: undefined, action: { kind: 'go', route } };
  switch (key) {
    case 'g':
      return { pending: atMs };
    case '?':
      return { pending: undefined, action: { kind: 'help' } };
    case '/':
      return { pending: undefined, action: { kind: 'search' } };
    // Shift comes before the question mark and is no key of its own.
    case 'Shift':
      return { pending };
    default:
      return { pending: undefined };
  }
}
