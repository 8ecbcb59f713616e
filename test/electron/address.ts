/** Chromium does not know our scheme; a secure origin that is nowhere stands in for it. */
const SCHEME_ORIGIN = 'app://coldhaul';
export const CHROMIUM_ORIGIN = 'https://coldhaul.app.invalid';

/** As Chromium has it; addresses of others stay as they are. */
export function toChromium(url: string): string {
  return replaceOrigin(url, SCHEME_ORIGIN, CHROMIUM_ORIGIN);
}

/** As the shell has it. */
export function toShell(url: string): string {
  return replaceOrigin(url, CHROMIUM_ORIGIN, SCHEME_ORIGIN);
}

function replaceOrigin(url: string, from: string, to: string): string {
  for (const before of ['', 'blob:']) {
    if (url === `${before}${from}` || url.startsWith(`${before}${from}/`))
      return `${before}${to}${url.slice(before.length + from.length)}`;
  }
  return url;
}
