import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLink, type Link } from '../../faults/link.ts';

let server: Server;
let link: Link;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  link = await openLink('127.0.0.1', (server.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await link.close();
  server.close();
});

function open(): Socket {
  const socket = connect(link.port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [back] = (await once(socket, 'data')) as [Buffer];
  return back.toString();
}

/** However it ends: a reset is an error before it is the end. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });

test('a whole link carries what is sent', async () => {
  expect(await echo(open(), 'hello')).toBe('hello');
});

test('a cut ends what is connected and refuses what comes, until it is mended', async () => {
  const before = open();
  await echo(before, 'x');
  link.cut();
  await closed(before);
  await closed(open());
  link.mend();
  expect(await echo(open(), 'again')).toBe('again');
});

test('a silent link loses nothing, and gives it when it is mended', async () => {
  const socket = open();
  await echo(socket, 'x');
  link.stall();
  const answered = echo(socket, 'kept');
  expect(await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 200, 'silent'))])).toBe(
    'silent',
  );
  link.mend();
  expect(await answered).toBe('kept');
});

test('a slow link is slow in both directions', async () => {
  const socket = open();
  await echo(socket, 'x');
  link.delay(60);
  const begunMs = performance.now();
  await echo(socket, 'y');
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(115);
});
