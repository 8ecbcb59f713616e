import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * Whether a process of another user of this machine is at the other end. On a shared machine that user can reach
 * 127.0.0.1 too, can read an address out of the arguments of the browser that it is given to, and gets our cookie if
 * our user's browser visits a server of theirs on another port. Only the kernel of Linux tells; elsewhere, and for
 * whoever comes through a tunnel from outside of this kernel, the answer is no.
 */
export async function isAnotherUsers(socket: Socket): Promise<boolean> {
  const { remotePort, localPort } = socket;
  const own = process.getuid?.();
  if (process.platform !== 'linux' || own === undefined) return false;
  if (remotePort === undefined || localPort === undefined) return true;
  // A socket for both families that reaches an IPv4 address stands in the second list.
  const lists = await Promise.all(['/proc/self/net/tcp', '/proc/self/net/tcp6'].map(readList));
  const peer = findSocket(lists.join('\n'), remotePort, localPort);
  if (peer === undefined) return false;
  // One that has closed already belongs to nobody any more: root is written there.
  return peer.state !== ESTABLISHED || (peer.user !== own && peer.user !== 0);
}

const ESTABLISHED = '01';

/** Finds a socket by its ports in the kernel's list (proc(5), `/proc/net/tcp`). Exported for its test. */
export function findSocket(
  list: string,
  localPort: number,
  remotePort: number,
): { readonly state: string; readonly user: number } | undefined {
  for (const line of list.split('\n')) {
    const [, local = '', remote = '', state = '', , , , user] = line.trim().split(/\s+/);
    if (portOf(local) === localPort && portOf(remote) === remotePort) return { state, user: Number(user) };
  }
  return undefined;
}

/** Of `0100007F:1F90`. */
function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

function readList(path: string): Promise<string> {
  // Without /proc, or without IPv6, nothing can be known.
  return readFile(path, 'utf8').catch(() => '');
}
