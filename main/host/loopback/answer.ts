import type { IncomingMessage, ServerResponse } from 'node:http';
import type { createDispatch } from '../dispatch.ts';
import { contentTypeOf, withNonce } from '../page-headers.ts';
import type { Access } from './access.ts';
import type { Broadcast } from './broadcast.ts';
import type { PageFiles } from './files.ts';
import { goOnPage, plainPage } from './plain-page.ts';
import { NOT_ADMITTED, NOT_HERE, replyOfRefusal, strangerOf, USED_UP, type Refusal } from './refusal.ts';
import { readBody } from './take-call.ts';

export interface Behind {
  readonly port: number;
  readonly access: Access;
  readonly broadcast: Broadcast;
  readonly files: PageFiles;
  readonly dispatch: ReturnType<typeof createDispatch>;
}

/** Answers one request: the address that works once, the page's files, the messages, or a call. `nonce` is of this answer's policy. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  nonce: string,
  { port, access, broadcast, files, dispatch }: Behind,
): Promise<void> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const [, first = '', rest = ''] = /^\/(call|open)\/(.+)$/.exec(path) ?? [];
  const stranger = strangerOf(request, port);
  const admitted = access.admits(request.headers.cookie);

  if (stranger !== undefined) refuse(request, response, stranger);
  else if (request.method !== (first === 'call' ? 'POST' : 'GET')) refuse(request, response, NOT_HERE);
  // Browsers ask by themselves, before the page has told them its own icon.
  else if (path === '/favicon.ico') response.writeHead(204).end();
  else if (first === 'open') letIn(request, response, access, rest);
  else if (!admitted) refuse(request, response, NOT_ADMITTED);
  else if (first === 'call') {
    const body = await readBody(request);
    if ('status' in body) refuse(request, response, body);
    else sendJson(response, 200, await dispatch(rest, body.value));
  } else if (path === '/events') {
    broadcast.serve(response, sequenceOf(request.headers['last-event-id'] ?? query.replace('after=', '')));
  } else {
    const name = path === '/' ? '/index.html' : path;
    const file = files.get(name);
    if (file === undefined) refuse(request, response, NOT_HERE);
    else send(response, 200, name, name.endsWith('.html') ? withNonce(file.toString('utf8'), nonce) : file);
  }
}

/** Words for a person where a page was asked for, a reply for the page's code elsewhere. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  // What is left of the request is not read.
  if (request.method !== 'GET') response.setHeader('Connection', 'close');
  const forPerson = request.headers.accept?.includes('text/html') === true;
  if (forPerson) send(response, refusal.status, 'index.html', plainPage(refusal.message, refusal.hint));
  else sendJson(response, refusal.status, replyOfRefusal(refusal));
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'reply.json', JSON.stringify(value));
}

function letIn(request: IncomingMessage, response: ServerResponse, access: Access, token: string): void {
  // A browser that only fetches ahead must not use the token up.
  const ahead = request.headers['sec-purpose'] !== undefined;
  const value = ahead ? undefined : access.exchange(token);
  if (value !== undefined) response.setHeader('Set-Cookie', access.cookie(value));
  // Who is in already may use an old address again: the cookie opens, not the token.
  if (value !== undefined || access.admits(request.headers.cookie))
    send(response, 200, 'index.html', goOnPage());
  else refuse(request, response, ahead ? NOT_HERE : USED_UP);
}

function sequenceOf(text: string | readonly string[]): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `name` decides on the content type. */
function send(response: ServerResponse, status: number, name: string, body: string | Buffer): void {
  response.writeHead(status, {
    'Content-Type': contentTypeOf(name),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
