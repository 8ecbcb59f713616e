import { randomBytes, randomUUID } from 'node:crypto';
import { allocate, fits, flavorResources } from '../allocations.ts';
import type {
  CloudState,
  LabAction,
  LabCompute,
  LabFlavor,
  LabImage,
  LabMigration,
  LabServer,
  RequestContext,
} from '../model.ts';
import { computeNamed, isUp, saveMigration, saveServer, startAction } from '../records.ts';
import { requestId } from '../identifiers.ts';
import type { Engine } from './engine.ts';
import { createInstance, removeInstance } from './life.ts';
import { conduct } from './migrate.ts';
import { rebootServer, startServer, stopServer } from './power.ts';
import { confirmOnSource, revertOnDest } from './resize-verdict.ts';
import { openSession } from './session.ts';
import { readSettings } from './settings.ts';

export interface NewServer {
  readonly name: string;
  readonly flavor: LabFlavor;
  readonly image: Pick<LabImage, 'id'>;
  /** Scheduled if not given. */
  readonly host: string | undefined;
  readonly configDrive: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Default true. */
  readonly running?: boolean;
  readonly payloadMib?: number;
  /** Default: the caller's. */
  readonly projectId?: string;
}

/** Takes orders that the API has accepted and sends them to the computes. Nothing here waits for the work. */
export interface Conductor {
  create(context: RequestContext, wanted: NewServer): LabServer;
  stop(context: RequestContext, server: LabServer, action: LabAction): void;
  start(context: RequestContext, server: LabServer, action: LabAction): void;
  reboot(context: RequestContext, server: LabServer, action: LabAction): void;
  migrate(context: RequestContext, server: LabServer, host: string | undefined, action: LabAction): void;
  confirm(context: RequestContext, server: LabServer, migration: LabMigration, action: LabAction): void;
  revert(context: RequestContext, server: LabServer, migration: LabMigration, action: LabAction): void;
  remove(context: RequestContext, server: LabServer, action: LabAction): void;
  /** `undefined` if there is none. */
  consoleOutput(server: LabServer, lines: number | undefined): Promise<string | undefined>;
}

export function createConductor(engine: Engine): Conductor {
  const { state } = engine;
  const on = (name: string): LabCompute => {
    const compute = computeNamed(state, name);
    if (compute === undefined) throw new TypeError(`no compute is named ${name}`);
    return compute;
  };
  const conductor: Conductor = {
    create(context, wanted) {
      const compute = wanted.host === undefined ? roomiest(state, wanted.flavor) : on(wanted.host);
      const server = newServer(state, context, wanted);
      const action = startAction(state, server, 'create', context);
      allocate(state, server, compute);
      saveServer(state, server, { host: compute.name, taskState: 'scheduling' });
      const { running = true, payloadMib = 0 } = wanted;
      const birth = { engine, context, server, action, running, payloadMib };
      engine.cast(compute, server, (session) => createInstance(birth, session));
      return server;
    },
    stop(context, server, action) {
      engine.cast(on(server.host), server, (session) =>
        stopServer({ engine, context, server, action }, session),
      );
    },
    start(context, server, action) {
      engine.cast(on(server.host), server, (session) =>
        startServer({ engine, context, server, action }, session),
      );
    },
    reboot(context, server, action) {
      engine.cast(on(server.host), server, (session) =>
        rebootServer({ engine, context, server, action }, session),
      );
    },
    migrate(context, server, host, action) {
      engine.spawn(() =>
        conduct(engine, context, server, host, action, (migration) => {
          const auto = { ...context, requestId: requestId(), isAdmin: true };
          saveMigration(state, migration, { status: 'confirming' });
          conductor.confirm(auto, server, migration, startAction(state, server, 'confirmResize', auto));
        }),
      );
    },
    confirm(_, server, migration, action) {
      engine.cast(on(migration.sourceCompute), server, (session) =>
        confirmOnSource({ engine, server, migration, action }, session),
      );
    },
    revert(_, server, migration, action) {
      const source = on(migration.sourceCompute);
      engine.cast(on(server.host), server, (session) =>
        revertOnDest({ engine, server, migration, action }, source, session),
      );
    },
    remove(context, server, action) {
      // Deleting a resized server confirms it first (nova/compute/api.py, _confirm_resize_on_deleting).
      const open = state.migrations.findLast(
        (row) => row.serverId === server.id && row.status === 'finished',
      );
      if (server.vmState === 'resized' && open !== undefined)
        conductor.confirm(context, server, open, action);
      engine.cast(on(server.host), server, (session) =>
        removeInstance({ engine, context, server, action }, session),
      );
    },
    consoleOutput: (server, lines) => readConsole(state, server, lines),
  };
  return conductor;
}

function roomiest(state: CloudState, flavor: LabFlavor): LabCompute {
  const wanted = flavorResources(flavor);
  const found = state.computes.find(
    (compute) => compute.enabled && isUp(compute) && fits(state, compute, wanted),
  );
  if (found === undefined) throw new TypeError('no compute has room for this server');
  return found;
}

/** A row for a server that is nowhere yet. */
export function newServer(state: CloudState, context: RequestContext, wanted: NewServer): LabServer {
  const number = state.servers.size + 1;
  const atMs = state.now();
  const server: LabServer = {
    id: randomUUID(),
    number,
    name: wanted.name,
    projectId: wanted.projectId ?? context.projectId,
    userId: context.token.user.id,
    flavor: wanted.flavor,
    imageId: wanted.image.id,
    configDrive: wanted.configDrive,
    metadata: wanted.metadata,
    createdAtMs: atMs,
    macAddress: `fa:16:3e:${['00', '00', '00'].map((_, index) => byteOf(number, 2 - index)).join(':')}`,
    ipAddress: `192.168.${77 + (number >> 8)}.${number & 255}`,
    portId: randomUUID(),
    port: { vnicType: 'normal', vifType: 'bridge' },
    pinnedZone: null,
    reservationId: `r-${randomBytes(4).toString('hex')}`,
    host: '',
    vmState: 'building',
    taskState: null,
    powerState: 0,
    oldVmState: undefined,
    locked: false,
    lockedReason: null,
    lockedByAdmin: false,
    fault: undefined,
    launchedAtMs: undefined,
    updatedAtMs: atMs,
    deleted: false,
    history: [],
  };
  state.servers.set(server.id, server);
  return server;
}

function byteOf(number: number, place: number): string {
  return ((number >> (8 * place)) & 255).toString(16).padStart(2, '0');
}

async function readConsole(
  state: CloudState,
  server: LabServer,
  lines: number | undefined,
): Promise<string | undefined> {
  const compute = computeNamed(state, server.host);
  if (compute === undefined) return undefined;
  const session = openSession(compute);
  const { instancesPath } = await readSettings(session);
  const path = `${instancesPath}/${server.id}/console.log`;
  const { code, stdout } = await session.run(['cat', path], { as: 'root' });
  if (code !== 0) return undefined;
  if (lines === undefined || lines < 0) return stdout;
  return stdout
    .split('\n')
    .slice(-lines - 1)
    .join('\n');
}
