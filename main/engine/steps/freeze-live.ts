import type { NewFact } from '../../domain/facts.ts';
import { liveDisks } from '../../domain/plan.ts';
import { say, type StepContext } from '../context.ts';
import { checkOnceMore } from './begin-stop.ts';

/** Asks every check once more, before anything of the instance is changed. */
export async function beginLive(context: StepContext): Promise<NewFact> {
  await checkOnceMore(context, 'the freeze', 'not frozen');
  return { type: 'live-begun' };
}

/**
 * One snapshot for all disks, while the guest runs: QEMU writes to overlays from then on, and the layers below stand still
 * (docs/adr/0013-route-thin.md, live freeze).
 */
export async function freezeLive(context: StepContext): Promise<NewFact> {
  const { ports, state } = context;
  const { source, server } = state.plan;
  const names = liveDisks(state.plan).map(({ name }) => name);
  say(context, `freezing ${names.join(', ')} while the instance runs`, { host: source.name });
  // Not cut off by a cancel: what goes on by itself would freeze a disk that was just merged again.
  const { layers, quiesced } = await ports.hypervisors.freezeLive(source.name, server.id, names, true);
  say(
    context,
    quiesced
      ? 'its file systems were at rest for that moment, by the guest’s agent'
      : 'the guest’s agent did not answer: its layers are as after a loss of power, and what it wrote since is added when it is off',
    { host: source.name },
  );
  return { type: 'live-frozen', layers, quiesced };
}
