import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Message } from '../../main/contract/bridge.ts';
import type { Asked, CallName, EngineEvent, EventName, Output, Payload } from '../../main/contract/ipc.ts';
import type { MigrationView } from '../../main/contract/views.ts';
import type { Desk } from '../../main/desk/desk.ts';
import { createMemorySecrets } from '../../main/desk/memory-secrets.ts';
import { openDesk } from '../../main/desk/open-desk.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Secrets } from '../../main/domain/ports.ts';
import { createDispatch } from '../../main/host/dispatch.ts';
import { labEnvironment } from '../lab/demo/coldhaul.ts';
import type { Lab } from '../lab/start-lab.ts';

/** The real desk for somebody who has the lab's hosts in the settings, a known_hosts of their own, and no cloud yet. */
export interface LabDesk {
  readonly desk: Desk;
  /** Everything that it told, oldest first. */
  readonly messages: readonly Message[];
  /** Every value that it answered, and every failure. */
  readonly replies: readonly unknown[];
  /** @throws Failure of the call. */
  call<K extends CallName>(name: K, input: Asked<K>): Promise<Output<K>>;
  /** The first event of this name, told or still to come, that fits. */
  told<K extends EventName>(name: K, fits: (payload: Payload<K>) => boolean): Promise<Payload<K>>;
  /** Settles when nobody drives this migration. */
  settled(id: string): Promise<MigrationView>;
  close(): Promise<void>;
}

export interface DeskHome {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly knownHosts: string;
  readonly settingsFile: string;
}

/** A home directory in which nobody has accepted a host key, and no cloud is set up. */
export async function makeDeskHome(lab: Lab, name: string): Promise<DeskHome> {
  const home = join(lab.directory, name);
  await mkdir(home, { recursive: true });
  const knownHosts = join(home, 'known_hosts');
  const config = (await readFile(lab.paths.sshConfig, 'utf8'))
    .replaceAll(/UserKnownHostsFile .*/g, `UserKnownHostsFile "${knownHosts}"`)
    .replaceAll(/StrictHostKeyChecking .*/g, 'StrictHostKeyChecking ask');
  const sshConfig = join(home, 'ssh_config');
  await writeFile(sshConfig, config);
  const settings = parseDocument(await readFile(lab.paths.settingsYaml, 'utf8'));
  settings.setIn(['ssh', 'configFile'], sshConfig);
  const settingsFile = join(home, 'settings.yaml');
  await writeFile(settingsFile, String(settings));
  const env = Object.entries(labEnvironment(lab.paths)).filter(([key]) => !key.startsWith('OS_'));
  return {
    home,
    knownHosts,
    settingsFile,
    env: {
      ...Object.fromEntries(env),
      HOME: home,
      COLDHAUL_SETTINGS: settingsFile,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
    },
  };
}

export async function openLabDesk(
  { home, env }: DeskHome,
  secrets: Secrets = createMemorySecrets('Kept for the test only.'),
): Promise<LabDesk> {
  const desk = await openDesk({ env, home, cwd: home, shell: 'web', version: '0.0.0', secrets });
  const dispatch = createDispatch(desk.handlers);
  const messages: Message[] = [];
  const replies: unknown[] = [];
  const waiting = new Set<(event: EngineEvent) => void>();
  desk.listen((message) => {
    messages.push(message);
    for (const look of waiting) look(message.event);
  });

  async function call<K extends CallName>(name: K, input: Asked<K>): Promise<Output<K>> {
    const reply = await dispatch(name, input);
    replies.push(reply);
    if (reply.ok) return reply.value as Output<K>;
    throw new Failure(reply.code, reply.message, { ...(reply.hint !== undefined && { hint: reply.hint }) });
  }
  function told<K extends EventName>(name: K, fits: (payload: Payload<K>) => boolean): Promise<Payload<K>> {
    return new Promise((resolve) => {
      const look = (event: EngineEvent): void => {
        if (event.name !== name) return;
        const payload = event.payload as Payload<K>;
        if (!fits(payload)) return;
        waiting.delete(look);
        resolve(payload);
      };
      waiting.add(look);
      for (const { event } of [...messages]) look(event);
    });
  }
  return {
    desk,
    messages,
    replies,
    call,
    told,
    async settled(id) {
      for (;;) {
        const { sequence } = messages.at(-1) ?? { sequence: 0 };
        const view = await call('migration.show', { id });
        if (!view.active) return view;
        await new Promise<void>((resolve) => {
          const look = (event: EngineEvent): void => {
            if (event.name !== 'migration.changed' || event.payload.id !== id) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          // What came while the answer was on its way counts too.
          for (const message of messages) if (message.sequence > sequence) look(message.event);
        });
      }
    },
    close: () => desk.close(),
  };
}
