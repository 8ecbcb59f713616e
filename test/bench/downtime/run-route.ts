import type { MigrationView } from '../../../main/contract/views.ts';
import type { Codec } from '../../../main/domain/codec.ts';
import type { LabServer } from '../../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { DESTINATION } from '../../support/lab.ts';
import { startChild } from '../child.ts';
import { dropCaches, type Bench } from './bench.ts';
import type { EngineCalls } from './engine-process.ts';
import { DISK_NAMES, removeInstance, startInstance } from './instance.ts';
import { startMeter } from './meter.ts';
import { script, STORE } from './on-host.ts';
import { cloudSecondsOf, copyJobSecondsOf, downtimeOf, partsOf } from './parts.ts';
import { checkPlan, ROUTE_SETTINGS, type RouteSetting } from './routes.ts';
import type { RouteWay, Run } from './types.ts';

const ENGINE = new URL('engine-process.ts', import.meta.url);

/** One of our routes, once: a running instance, from the order to the verdict that is due; then confirmed and removed. */
export async function runRoute(bench: Bench, way: RouteWay, round: number, codec?: Codec): Promise<Run> {
  const { lab, source, destination, disks } = bench;
  const setting = ROUTE_SETTINGS[way];
  await bench.reset();
  await source.configureNova({ transport: setting.transport });
  await prepareDestination(bench, setting);
  const server = await startInstance(lab, disks.image, `${way}-${round}`);
  const engine = startChild<EngineCalls>(ENGINE);
  try {
    const { directory } = lab;
    const wanted = {
      directory,
      server: server.id,
      destination: DESTINATION,
      route: setting.route,
      codec,
      live: setting.live === true,
      ...(setting.strategy === 'stream' && { flatten: setting.strategy }),
    };
    const plan = await engine.ask('plan', wanted);
    checkPlan(plan, setting, DISK_NAMES);
    // The plan has read some of it.
    await dropCaches(source, destination, disks);
    const meter = await startMeter({ source: source.pid, destination: destination.pid });
    const startedMs = performance.now();
    const { view, spent: own } = await engine.ask('migrate', plan);
    const totalSeconds = (performance.now() - startedMs) / 1000;
    const spent = await meter.stop(own);
    if (view.phase !== 'awaiting-verdict' || !view.proven) throw new Error(ended(view));
    const downtime = downtimeOf(view);
    const { predictedSeconds } = view.downtime;
    // Of a live freeze that is the copy before the stop.
    const copyJobSeconds = setting.live === true ? undefined : copyJobSecondsOf(view);
    const moved = await movedBytes(bench, server, setting);
    await engine.ask('confirm', view.id);
    return {
      ...spent,
      way,
      round,
      totalSeconds,
      downtimeSeconds: (downtime.endMs - downtime.startMs) / 1000,
      movedBytes: moved,
      parts: partsOf(view),
      cloudSeconds: cloudSecondsOf(server.history, downtime),
      ...(copyJobSeconds !== undefined && { copyJobSeconds }),
      ...(predictedSeconds !== undefined && { predictedSeconds }),
      plan: { downtime: plan.downtime, speed: plan.speed, codec: plan.codec, streams: plan.streams },
    };
  } finally {
    await engine.end();
    await removeInstance(lab, server);
  }
}

function ended({ phase, failure, interrupted, proofs }: MigrationView): string {
  const unproven = proofs.filter(({ ok }) => !ok).map(({ name, said }) => `${name}: ${said}`);
  const why = failure?.message ?? interrupted?.message ?? unproven.join('; ');
  return `the migration ended as ${phase}: ${why}`;
}

/** Second names of what is in the store; the image cache would give them a new time, too. */
async function prepareDestination({ destination, disks }: Bench, setting: RouteSetting): Promise<void> {
  if (setting.destinationHas === 'nothing') return;
  for (const [index, base] of disks.bases.entries()) {
    const file = setting.destinationHas === 'equal bases' ? `base-${index}` : 'other';
    await script(destination, 'ln "$1" "$2"', `${STORE}/${file}`, base);
  }
}

/** Of the disks as they lie at the destination: for a flattened one its new size, for one on a layer that of the layer. */
async function movedBytes(
  { destination }: Bench,
  { id }: LabServer,
  { route, live }: RouteSetting,
): Promise<number> {
  const directory = route === 'thin' ? `_coldhaul/${id}/${live === true ? 'live' : 'layer'}.` : `${id}/`;
  const paths = DISK_NAMES.map((name) => `${INSTANCES_PATH}/${directory}${name}`);
  const sizes = await script(destination, 'stat -c %s "$@"', ...paths);
  return sizes
    .trim()
    .split('\n')
    .reduce((sum, bytes) => sum + Number(bytes), 0);
}
