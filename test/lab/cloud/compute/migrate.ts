import { allocate, fits, flavorResources, release } from '../allocations.ts';
import { randomUUID } from 'node:crypto';
import type { CloudState, LabAction, LabCompute, LabMigration, LabServer, RequestContext } from '../model.ts';
import { computeNamed, isUp, saveMigration, saveServer } from '../records.ts';
import type { Engine } from './engine.ts';
import { conflict, NovaProblem } from './failures.ts';
import { finishResize } from './finish.ts';
import { callNeutron, failOnSource, isRecorded, underEvent } from './outcome.ts';
import { placeOf } from './disks.ts';
import { moveDisks } from './resize-instance.ts';
import type { Session } from './session.ts';
import { readSettings } from './settings.ts';

export interface ColdMigration {
  readonly engine: Engine;
  readonly context: RequestContext;
  readonly server: LabServer;
  readonly action: LabAction;
  readonly migration: LabMigration;
  readonly source: LabCompute;
  readonly dest: LabCompute;
  /** What Nova does by itself when `resize_confirm_window` is over. */
  readonly confirm: () => void;
}

/** The conductor's part: a row, a host, and the first message. */
export async function conduct(
  engine: Engine,
  context: RequestContext,
  server: LabServer,
  wantedHost: string | undefined,
  action: LabAction,
  confirm: (migration: LabMigration) => void,
): Promise<void> {
  const { state } = engine;
  const source = computeNamed(state, server.host);
  if (source === undefined) throw new TypeError(`server ${server.id} is on no host`);
  await engine.reach('resize_prep', server);
  const migration = createMigration(state, context, server);
  try {
    await underEvent(state, action, 'conductor_migrate_server', 'controller', () =>
      underEvent(state, action, 'cold_migrate', 'controller', async () => {
        release(state, server.id);
        allocate(state, server, source, migration.uuid);
        const dest = schedule(state, server, source, wantedHost);
        allocate(state, server, dest);
        const confirmThis = (): void => {
          confirm(migration);
        };
        const move = { engine, context, server, action, migration, source, dest, confirm: confirmThis };
        await engine.reach('scheduled', server);
        engine.cast(dest, server, (session) => prepResize(move, session));
      }),
    );
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveMigration(state, migration, { status: 'error' });
    release(state, migration.uuid);
    release(state, server.id);
    allocate(state, server, source);
    saveServer(state, server, { taskState: null });
  }
}

function createMigration(state: CloudState, context: RequestContext, server: LabServer): LabMigration {
  const migration: LabMigration = {
    id: state.migrations.length + 1,
    uuid: randomUUID(),
    serverId: server.id,
    type: 'migration',
    flavorNumber: server.flavor.number,
    userId: context.token.user.id,
    projectId: context.projectId,
    sourceCompute: server.host,
    createdAtMs: state.now(),
    destCompute: null,
    destHost: null,
    status: 'pre-migrating',
    statuses: ['pre-migrating'],
    updatedAtMs: undefined,
  };
  state.migrations.push(migration);
  return migration;
}

/** A host that is up, enabled, has room and no trait missing: only now, seconds after the 202. */
function schedule(
  state: CloudState,
  server: LabServer,
  source: LabCompute,
  wantedHost: string | undefined,
): LabCompute {
  const needsTrait = Object.keys(server.flavor.extraSpecs).some((key) => key.startsWith('trait:'));
  const found = state.computes.find(
    (compute) =>
      compute !== source &&
      compute.host !== undefined &&
      compute.name === (wantedHost ?? compute.name) &&
      compute.enabled &&
      isUp(compute) &&
      !needsTrait &&
      fits(state, compute, flavorResources(server.flavor)),
  );
  if (found !== undefined) return found;
  const why = 'No valid host was found. No valid host found for cold migrate';
  throw new NovaProblem('NoValidHost', why);
}

/** On the destination: says where it is to be reached. */
async function prepResize(move: ColdMigration, session: Session): Promise<void> {
  const { engine, server, action, migration, source, dest } = move;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_prep_resize', dest.name, async () => {
      const { myIp } = await readSettings(session);
      const address = engine.faults.wrongAddress.has(dest.name) ? source.address : myIp;
      saveMigration(state, migration, { destCompute: dest.name, destHost: address });
      server.oldVmState = server.vmState;
      engine.cast(source, server, (there) => resizeInstance(move, there));
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    failOnSource(state, server, migration, error);
  }
}

/** On the source: the copy, and then the server is the destination's. */
async function resizeInstance(move: ColdMigration, session: Session): Promise<void> {
  const { engine, server, action, migration, source, dest } = move;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_resize_instance', source.name, async () => {
      saveMigration(state, migration, { status: 'migrating' });
      // instance.save(expected_task_state=RESIZE_PREP) in _resize_instance of nova/compute/manager.py.
      if (server.taskState !== 'resize_prep') throw conflict(server, 'resize_prep');
      saveServer(state, server, { taskState: 'resize_migrating' });
      const place = await placeOf(engine, session, server);
      await moveDisks(place, migration.destHost ?? dest.address);
      await engine.reach('copied', server);
      // After the driver's own roll-back is over: the disks stay in `_resize` (measured on Nova 26).
      callNeutron(engine, source.name);
      // One command more, so that a compute that was killed meanwhile does not go on.
      await session.run(['true']);
      saveMigration(state, migration, { status: 'post-migrating' });
      saveServer(state, server, { host: dest.name, taskState: 'resize_migrated' });
      engine.cast(dest, server, (there) => finishResize(move, there));
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    failOnSource(state, server, migration, error);
  }
}
