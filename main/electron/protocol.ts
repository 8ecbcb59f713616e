import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentTypeOf, newNonce, pageHeaders, withNonce } from '../host/page-headers.ts';
import { pathOf, SCHEME } from './page-address.ts';

/** Must run before `ready`: later Chromium takes the scheme for one without origin, storage and relative addresses. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Hands out the built page from this directory, and nothing else. */
export function servePage(directory: string): void {
  protocol.handle(SCHEME, async ({ method, url }) => {
    const nonce = newNonce();
    const answer = (status: number, body: string | Uint8Array<ArrayBuffer>, contentType: string): Response =>
      new Response(method === 'HEAD' ? null : body, {
        status,
        headers: { ...pageHeaders(nonce), 'Content-Type': contentType },
      });
    if (method !== 'GET' && method !== 'HEAD')
      return answer(405, 'only reading', 'text/plain; charset=utf-8');
    const path = pathOf(url);
    const bytes = path === undefined ? undefined : await bytesOf(join(directory, path));
    if (path === undefined || bytes === undefined)
      return answer(404, 'there is no such file', 'text/plain; charset=utf-8');
    const type = contentTypeOf(path);
    return type.startsWith('text/html')
      ? answer(200, withNonce(bytes.toString('utf8'), nonce), type)
      : answer(200, new Uint8Array(bytes), type);
  });
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
