import { release } from '../allocations.ts';
import type { LabServer } from '../model.ts';
import { saveServer } from '../records.ts';
import { createMissingDisks, ensureConsole, placeOf } from './disks.ts';
import { defineDomain, powerOff, removeDomain, startDomain } from './domain.ts';
import type { Engine } from './engine.ts';
import { errorOut, isRecorded, underEvent } from './outcome.ts';
import type { PowerWork } from './power.ts';
import { renameBack } from './resize-verdict.ts';
import type { Session } from './session.ts';

export interface Birth extends PowerWork {
  /** False leaves it shut off, after it has run once. */
  readonly running: boolean;
  /** Data of the guest beyond what it writes itself. */
  readonly payloadMib: number;
}

/** Free of the guest's own marks (test/lab/hosts/guest-layout.ts). */
const PAYLOAD_OFFSET_MIB = 32;

export async function createInstance(birth: Birth, session: Session): Promise<void> {
  const { engine, context, server, action, running } = birth;
  const { state } = engine;
  try {
    await underEvent(state, action, 'compute__do_build_and_run_instance', session.compute.name, async () => {
      saveServer(state, server, { taskState: 'spawning' });
      const place = await placeOf(engine, session, server);
      await createMissingDisks(place, context, undefined);
      await ensureConsole(place);
      await writePayload(session, place.paths.file('disk'), birth);
      await defineDomain(place);
      await startDomain(session, server);
      if (!running) await powerOff(place);
      const vmState = running ? 'active' : 'stopped';
      const powerState = running ? 1 : 4;
      saveServer(state, server, { vmState, taskState: null, powerState, launchedAtMs: state.now() });
    });
  } catch (error) {
    if (!isRecorded(error)) throw error;
    errorOut(state, server, error);
  }
}

const WRITE_PAYLOAD = `
noise=$(mktemp) || exit 1
trap 'rm -f -- "$noise"' EXIT
head -c "$1M" /dev/urandom >"$noise" && qemu-io -c "write -q -s $noise $2M $1M" "$3"`;

/** Noise, so that neither compression nor holes hide the work of a copy. */
async function writePayload(session: Session, disk: string, { payloadMib }: Birth): Promise<void> {
  if (payloadMib === 0) return;
  const sizes = [payloadMib.toString(), PAYLOAD_OFFSET_MIB.toString()];
  await session.must(['sh', '-c', WRITE_PAYLOAD, 'payload', ...sizes, disk]);
}

export async function removeInstance({ engine, server, action }: PowerWork, session: Session): Promise<void> {
  const { state } = engine;
  await underEvent(state, action, 'compute_terminate_instance', session.compute.name, async () => {
    const { paths } = await placeOf(engine, session, server);
    await removeDomain(session, server);
    await session.run(['mv', '-T', paths.directory, paths.deletedDirectory]);
    await session.run(['rm', '-rf', paths.deletedDirectory], { as: 'root' });
  });
  release(state, server.id);
  server.deleted = true;
}

/**
 * What nova-compute does when it starts (nova/compute/manager.py, _init_instance): a server that it finds in the
 * middle of a copy gets its disks back; one in any later task state is left as it is.
 */
export async function repairAfterStart(engine: Engine, server: LabServer, session: Session): Promise<void> {
  const { state } = engine;
  if (server.vmState === 'error' && server.taskState !== 'resize_migrating') return;
  if (server.taskState === 'resize_prep') saveServer(state, server, { taskState: null });
  if (server.taskState !== 'resize_migrating') return;
  const { paths } = await placeOf(engine, session, server);
  await renameBack(paths, session);
  // Powering on fails in 26.2.2: a server that ran stays active, and off.
  saveServer(state, server, { taskState: null, powerState: 4 });
}
