import { release } from '../allocations.ts';
import { saveMigration, saveServer } from '../records.ts';
import { createMissingDisks, ensureConsole, placeOf } from './disks.ts';
import { defineDomain, startDomain } from './domain.ts';
import { conflict, isConflict } from './failures.ts';
import type { ColdMigration } from './migrate.ts';
import { callNeutron, errorOut, isRecorded, underEvent } from './outcome.ts';
import type { Session } from './session.ts';

/** On the destination: makes what is missing, defines the domain, and starts it if it ran before. */
export async function finishResize(move: ColdMigration, session: Session): Promise<void> {
  const { engine, context, server, action, migration, source, dest } = move;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_finish_resize', dest.name, async () => {
      if (server.taskState !== 'resize_migrated') throw conflict(server, 'resize_migrated');
      await engine.reach('before-finish', server);
      saveServer(state, server, { taskState: 'resize_finish' });
      callNeutron(engine, dest.name);
      const place = await placeOf(engine, session, server);
      await createMissingDisks(place, context, source.name);
      await ensureConsole(place);
      await defineDomain(place);
      const running = server.oldVmState === 'active';
      if (running) await startDomain(session, server);
      saveMigration(state, migration, { status: 'finished' });
      const launchedAtMs = state.now();
      const powerState = running ? 1 : 4;
      saveServer(state, server, { vmState: 'resized', taskState: null, powerState, launchedAtMs });
      autoConfirm(move, place.settings.resizeConfirmWindowSeconds);
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveMigration(state, migration, { status: 'error' });
    release(state, migration.uuid);
    const raced = isConflict(error);
    if (!raced) saveServer(state, server, { powerState: 4 });
    errorOut(state, server, error, raced ? 'resize_finish' : null);
    return;
  }
  await engine.reach('verify_resize', server);
}

/** `resize_confirm_window` of the destination: Nova then deletes the source's copy by itself. */
function autoConfirm({ engine, server, migration, confirm }: ColdMigration, seconds: number): void {
  if (seconds <= 0) return;
  const timer = setTimeout(() => {
    engine.timers.delete(timer);
    if (server.vmState === 'resized' && migration.status === 'finished') confirm();
  }, seconds * 1000);
  engine.timers.add(timer);
}
