import { allocate, release } from '../allocations.ts';
import type { CloudState, LabAction, LabEvent, LabMigration, LabServer } from '../model.ts';
import { computeNamed, finishEvent, saveMigration, saveServer, startEvent } from '../records.ts';
import type { Engine } from './engine.ts';
import { ComputeDied, describeProblem, isConflict, NovaProblem, RollBack } from './failures.ts';

/** Does work under an event of the action. A problem is written into the event and thrown on. */
export async function underEvent(
  state: CloudState,
  action: LabAction,
  name: string,
  host: string,
  work: () => Promise<void>,
): Promise<void> {
  const event: LabEvent = startEvent(state, action, name, host);
  try {
    await work();
  } catch (error) {
    // A dead process writes nothing: the event stays without a result.
    if (!(error instanceof ComputeDied)) {
      const { message, details } = describeProblem(error);
      finishEvent(state, action, event, { message, traceback: details });
    }
    throw error;
  }
  finishEvent(state, action, event);
}

/** Puts the server into ERROR with a fault, where it now is. */
export function errorOut(
  state: CloudState,
  server: LabServer,
  problem: unknown,
  taskState: string | null = null,
): void {
  const fault = { ...describeProblem(problem), createdAtMs: state.now() };
  saveServer(state, server, { vmState: 'error', taskState, fault });
}

/** A migration that failed while the server was still the source's: back, or ERROR; the destination's share is freed. */
export function failOnSource(
  state: CloudState,
  server: LabServer,
  migration: LabMigration,
  problem: unknown,
): void {
  saveMigration(state, migration, { status: 'error' });
  returnShare(state, server, migration);
  if (problem instanceof RollBack) saveServer(state, server, { taskState: null });
  else errorOut(state, server, problem, isConflict(problem) ? 'resize_migrating' : null);
}

/** The source's share goes back from the migration's id to the server's. */
export function returnShare(state: CloudState, server: LabServer, migration: LabMigration): void {
  release(state, migration.uuid);
  release(state, server.id);
  const source = computeNamed(state, migration.sourceCompute);
  if (source !== undefined) allocate(state, server, source);
}

/** Swallows a problem that has been written down; a death, and a defect of the lab, go on. */
export function isRecorded(error: unknown): boolean {
  return error instanceof Error && !(error instanceof ComputeDied) && !(error instanceof TypeError);
}

/** What Nova asks of Neutron when an instance changes its host. @throws NovaProblem if the fault is ordered. */
export function callNeutron(engine: Engine, host: string): void {
  const failure = engine.faults.networkFails.get(host);
  if (failure === 'refused') throw new NovaProblem('ConnectFailure', 'ConnectFailure');
  if (failure === 'unauthorized') {
    throw new NovaProblem(
      'Unauthorized',
      'Networking client is experiencing an unauthorized exception.',
      400,
    );
  }
}
