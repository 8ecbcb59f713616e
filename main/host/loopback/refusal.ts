import type { IncomingMessage } from 'node:http';
import type { Reply } from '../../contract/api.ts';

/** An answer of this host that is no answer of the desk. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly hint: string;
}

export const NOT_ADMITTED: Refusal = {
  status: 401,
  message:
    'This browser is not let in, or no longer: Coldhaul was started anew, or the address was used before.',
  hint: 'Press Enter where Coldhaul runs, and open the address that it then prints. Migrations are not touched by this.',
};

export const USED_UP: Refusal = {
  ...NOT_ADMITTED,
  status: 403,
  message: 'This address was used before, or a newer one was made. Each works once.',
};

export const ANOTHER_USER: Refusal = {
  status: 403,
  message: 'This Coldhaul belongs to another user of this machine.',
  hint: 'Start one of your own: npm run web',
};

export const NOT_HERE: Refusal = {
  status: 404,
  message: 'There is nothing here.',
  hint: 'Open the page itself: /',
};

/**
 * Why a request is not even looked at, whoever sends it; `undefined` if it may be. Only the page that came from this
 * very address may speak to us: not another site's, not one of another port, not one behind a name that an attacker
 * lets point to 127.0.0.1.
 */
export function strangerOf(request: IncomingMessage, port: number): Refusal | undefined {
  const { host, origin } = request.headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return {
      status: 421,
      message: `Coldhaul does not answer to the name ${host ?? '(none)'}.`,
      hint: `Open it at 127.0.0.1:${port}. Through an SSH tunnel the port must be ${port} on both sides.`,
    };
  }
  const site = request.headers['sec-fetch-site'];
  const ownPage = origin === undefined ? request.method === 'GET' : origin === `http://${host}`;
  // A link elsewhere may lead here; what it leads to still wants the cookie, which such a link does not bring.
  const visited = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
  if (ownPage && (visited || site === undefined || site === 'same-origin' || site === 'none'))
    return undefined;
  return {
    status: 403,
    message: `Coldhaul takes no calls from ${origin ?? 'another site'}.`,
    hint: 'Only its own page may call it.',
  };
}

/** The refusal as the page's code takes it. */
export function replyOfRefusal({ message, hint }: Refusal): Extract<Reply<never>, { ok: false }> {
  return { ok: false, code: 'bad-request', message, hint };
}
