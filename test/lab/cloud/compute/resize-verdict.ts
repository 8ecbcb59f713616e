import { release } from '../allocations.ts';
import type { LabAction, LabCompute, LabMigration, LabServer } from '../model.ts';
import { saveMigration, saveServer } from '../records.ts';
import { ensureConsole, placeOf } from './disks.ts';
import { defineDomain, removeDomain, startDomain } from './domain.ts';
import type { Engine } from './engine.ts';
import { callNeutron, errorOut, isRecorded, returnShare, underEvent } from './outcome.ts';
import type { Session } from './session.ts';

export interface Verdict {
  readonly engine: Engine;
  readonly server: LabServer;
  readonly migration: LabMigration;
  readonly action: LabAction;
}

/** Confirm, on the source: the kept disks and the domain go, whatever the destination holds. */
export async function confirmOnSource(verdict: Verdict, session: Session): Promise<void> {
  const { engine, server, migration, action } = verdict;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_confirm_resize', session.compute.name, async () => {
      // Its first call: Neutron is to give up the source's networks (_confirm_resize in nova/compute/manager.py).
      callNeutron(engine, session.compute.name);
      const { paths } = await placeOf(engine, session, server);
      await session.must(['rm', '-rf', paths.resizeDirectory], { as: 'root' });
      await removeDomain(session, server);
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveMigration(state, migration, { status: 'error' });
    errorOut(state, server, error);
    return;
  }
  saveMigration(state, migration, { status: 'confirmed' });
  release(state, migration.uuid);
  if (server.deleted || server.taskState === 'deleting') return;
  saveServer(state, server, { vmState: server.powerState === 4 ? 'stopped' : 'active', taskState: null });
}

/** Revert, on the destination: what it has of the instance goes. Then it is the source's turn. */
export async function revertOnDest(verdict: Verdict, source: LabCompute, session: Session): Promise<void> {
  const { engine, server, action } = verdict;
  await recorded(verdict, () =>
    underEvent(engine.state, action, 'compute_revert_resize', session.compute.name, async () => {
      const { paths } = await placeOf(engine, session, server);
      await removeDomain(session, server);
      await session.must(['rm', '-rf', paths.directory], { as: 'root' });
      engine.cast(source, server, (there) => finishRevert(verdict, there));
    }),
  );
}

async function finishRevert(verdict: Verdict, session: Session): Promise<void> {
  const { engine, server, migration, action } = verdict;
  const { state } = engine;
  await recorded(verdict, () =>
    underEvent(state, action, 'compute_finish_revert_resize', session.compute.name, async () => {
      saveServer(state, server, { host: session.compute.name });
      const place = await placeOf(engine, session, server);
      await engine.reach('before-rename-back', server);
      await renameBack(place.paths, session);
      await engine.reach('renamed-back', server);
      await ensureConsole(place);
      await defineDomain(place);
      const running = server.oldVmState === 'active';
      if (running) await startDomain(session, server);
      saveServer(state, server, { launchedAtMs: state.now() });
      saveMigration(state, migration, { status: 'reverted' });
      if (running) saveServer(state, server, { vmState: 'active', taskState: null, powerState: 1 });
      else {
        // Nova stops what was off before once more (_finish_revert_resize in nova/compute/manager.py).
        saveServer(state, server, { taskState: 'powering-off', powerState: 4 });
        saveServer(state, server, { vmState: 'stopped', taskState: null });
      }
      returnShare(state, server, migration);
    }),
  );
}

/** `_resize` takes its old name again, in place of whatever has it. Without a `_resize` nothing is touched. */
export async function renameBack(
  paths: { readonly directory: string; readonly resizeDirectory: string },
  session: Session,
): Promise<void> {
  if (!(await session.exists(paths.resizeDirectory))) return;
  await session.must(['rm', '-rf', paths.directory], { as: 'root' });
  await session.must(['mv', '-T', paths.resizeDirectory, paths.directory]);
}

async function recorded({ engine, server, migration }: Verdict, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveMigration(engine.state, migration, { status: 'error' });
    errorOut(engine.state, server, error);
  }
}
