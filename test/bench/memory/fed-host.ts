import { join } from 'node:path';
import type { Message } from '../../../main/contract/bridge.ts';
import type { EngineEvent, Handlers } from '../../../main/contract/ipc.ts';
import { createDispatch } from '../../../main/host/dispatch.ts';
import { openLoopback } from '../../../main/host/loopback/serve.ts';
import { aDesk, someClouds, someSettings } from '../../page/support/samples.ts';
import { builtApp } from '../../support/built-app.ts';
import { theMigration } from './hour.ts';

/** The real loopback host with the built page; what it is told comes from us, and goes by server-sent events. */
export interface FedHost {
  readonly address: string;
  tell(event: EngineEvent): void;
  close(): Promise<void>;
}

/** A desk that knows one migration, whose copies go on and on. */
export async function openFedHost(): Promise<FedHost> {
  const listeners = new Set<(message: Message) => void>();
  let sequence = 0;
  const handlers: Partial<Handlers> = {
    'desk.read': () => Promise.resolve(aDesk({ sequence, migrations: [theMigration(0)] })),
    'migration.show': () => Promise.resolve(theMigration(0)),
    'log.read': () => Promise.resolve({ lines: [], more: false }),
    'samples.read': () => Promise.resolve({ samples: [] }),
    'clouds.find': () => Promise.resolve(someClouds()),
    'settings.read': () => Promise.resolve(someSettings()),
  };
  const loopback = await openLoopback({
    dispatch: createDispatch(handlers),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pageRoot: join(await builtApp(), '../../renderer'),
  });
  return {
    address: loopback.newAddress(),
    tell(event) {
      sequence += 1;
      for (const listener of listeners) listener({ sequence, event });
    },
    close: () => loopback.close(),
  };
}
