import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A wire to a host's sshd that can be hurt: everything that goes to the host from one side goes through it. */
export interface Link {
  readonly port: number;
  /** What is connected ends at once with a reset; others can connect. */
  reset(): void;
  /** Ends what is connected and refuses what comes, until `mend`. */
  cut(): void;
  /** Nothing gets through, and nothing is told, until `mend`. */
  stall(): void;
  /** Every piece waits so long. */
  delay(ms: number): void;
  throttle(bytesPerSecond: number): void;
  mend(): void;
  close(): Promise<void>;
}

const LOOK_MS = 20;

export async function openLink(address: string, port: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let [cut, stalled, delayMs, bytesPerSecond] = [false, false, 0, Number.POSITIVE_INFINITY];

  const pass = async (bytes: number): Promise<void> => {
    while (stalled) await wait(LOOK_MS);
    const waitMs = delayMs + (bytes / bytesPerSecond) * 1000;
    if (waitMs >= 1) await wait(waitMs);
  };
  const pump = async (from: Socket, to: Socket): Promise<void> => {
    try {
      for await (const piece of from) {
        await pass((piece as Buffer).length);
        if (!to.write(piece as Buffer)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
      }
      to.end();
    } catch {
      // One of the two has gone: so does the other.
      from.destroy();
      to.destroy();
    }
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (cut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: address, port, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => {
        near.destroy();
        far.destroy();
      });
    }
    void pump(near, far);
    void pump(far, near);
  });
  server.listen(0, address);
  await once(server, 'listening');
  const endAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    reset: endAll,
    cut() {
      cut = true;
      endAll();
    },
    stall() {
      stalled = true;
    },
    delay(ms) {
      delayMs = ms;
    },
    throttle(rate) {
      bytesPerSecond = rate;
    },
    mend() {
      [cut, stalled, delayMs, bytesPerSecond] = [false, false, 0, Number.POSITIVE_INFINITY];
    },
    async close() {
      server.close();
      endAll();
      if (server.listening) await once(server, 'close');
    },
  };
}
