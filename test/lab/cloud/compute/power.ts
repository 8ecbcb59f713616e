import type { LabAction, LabServer, RequestContext } from '../model.ts';
import { saveServer } from '../records.ts';
import { ensureBase } from './bases.ts';
import { ensureConsole, placeOf, type Place } from './disks.ts';
import { defineDomain, powerOff, removeDomain, startDomain } from './domain.ts';
import type { Engine } from './engine.ts';
import { NovaProblem } from './failures.ts';
import { errorOut, isRecorded, underEvent } from './outcome.ts';
import { diskNames } from './paths.ts';
import type { Session } from './session.ts';

export interface PowerWork {
  readonly engine: Engine;
  readonly context: RequestContext;
  readonly server: LabServer;
  readonly action: LabAction;
}

export async function stopServer({ engine, server, action }: PowerWork, session: Session): Promise<void> {
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_stop_instance', session.compute.name, async () => {
      await powerOff(await placeOf(engine, session, server));
      saveServer(state, server, { vmState: 'stopped', taskState: null, powerState: 4 });
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveServer(state, server, { taskState: null });
  }
}

/** A failed start leaves the server stopped, with no fault: only the action tells. */
export async function startServer(work: PowerWork, session: Session): Promise<void> {
  const { engine, server, action } = work;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_start_instance', session.compute.name, async () => {
      await hardReboot(await placeOf(engine, session, server), work.context, 'start');
      saveServer(state, server, { vmState: 'active', taskState: null, powerState: 1 });
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    saveServer(state, server, { taskState: null });
  }
}

/** A failed reboot ends in ERROR. */
export async function rebootServer(work: PowerWork, session: Session): Promise<void> {
  const { engine, server, action } = work;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute_reboot_instance', session.compute.name, async () => {
      await hardReboot(await placeOf(engine, session, server), work.context, 'reboot');
      saveServer(state, server, { vmState: 'active', taskState: null, powerState: 1 });
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    errorOut(state, server, error);
  }
}

/**
 * Takes the domain away and makes it anew from the disks that are there. Bases come from Glance, never from another
 * host; a missing disk, swap too, is the end (measured on Nova 26).
 */
async function hardReboot(place: Place, context: RequestContext, why: 'start' | 'reboot'): Promise<void> {
  const { session, paths, server } = place;
  await removeDomain(session, server);
  await session.must(['mkdir', '-p', paths.directory]);
  if (why === 'reboot') await ensureConsole(place);
  for (const name of diskNames(server)) {
    const path = paths.file(name);
    if (!(await session.exists(path))) throw new NovaProblem('DiskNotFound', `No disk at ${path}`);
  }
  await ensureBase(place, context, undefined);
  await defineDomain(place);
  await startDomain(session, server);
}
