/** Our own scheme instead of file://: a page from it has an origin of its own and reaches nothing but what we hand out. */
export const SCHEME = 'app';
const HOST = 'coldhaul';

/** The one page. What it shows stands in the hash behind it. */
export const PAGE = `${SCHEME}://${HOST}/index.html`;

/** Where a migration is shown; the page reads the hash (renderer/route.ts). */
export function migrationAddress(id: string): string {
  return `${PAGE}#/migrations/${encodeURIComponent(id)}`;
}

/** Whether an address is the page itself, wherever in it. */
export function isPage(address: string): boolean {
  const url = parse(address);
  return url !== undefined && isOurs(url) && url.pathname === '/index.html' && url.search === '';
}

/** Whether bytes that a page made (`blob:`) were made by ours. */
export function isOwnBlob(address: string): boolean {
  const url = parse(address);
  if (url?.protocol !== 'blob:') return false;
  const inner = parse(url.pathname);
  return inner !== undefined && isOurs(inner);
}

/**
 * The path of a file below our host, decoded and without `.` and `..`; `undefined` for any other address, and for one
 * that tries to leave by an encoded way.
 */
export function pathOf(address: string): string | undefined {
  const url = parse(address);
  if (url === undefined || !isOurs(url)) return undefined;
  try {
    const path = decodeURIComponent(url.pathname);
    const parts = path.split('/').slice(1);
    const clean = parts.every(
      (part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part),
    );
    return clean ? parts.join('/') : undefined;
  } catch {
    // A lone percent sign: no file of ours has one.
    return undefined;
  }
}

function isOurs(url: URL): boolean {
  return url.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === '';
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
