import type { OwnSpeed } from '../../domain/copy-time.ts';
import type { CloudTimes } from '../../domain/experience.ts';
import { unreachable } from '../../domain/failure.ts';
import { layered, liveDisks, travelling, type Plan, type Prediction } from '../../domain/plan.ts';
import { predictLive, predictNova, predictSeed, predictThin } from '../../domain/prediction.ts';
import type { MeasuredSpeed, WayMeasurement } from '../../domain/way.ts';

/** The faster of what was measured just now and of its mean since it was started. */
export function writeRate({ guestWrites }: WayMeasurement): number | undefined {
  if (guestWrites === undefined) return undefined;
  const { bytes, seconds, sinceStart } = guestWrites;
  return Math.max(bytes / seconds, sinceStart === undefined ? 0 : sinceStart.bytes / sinceStart.seconds);
}

/** The downtime of this plan. */
export function predict(
  plan: Plan,
  speed: MeasuredSpeed,
  ours: OwnSpeed,
  guestBytesPerSecond: number | undefined,
  times: CloudTimes,
): Prediction {
  const { seenIn } = times;
  return { ...predictRoute(plan, speed, ours, guestBytesPerSecond, times), ...(seenIn > 0 && { seenIn }) };
}

/** The downtime if the disks of this instance were frozen and copied while it runs; `undefined` if none can be. */
export function predictIfLive(
  plan: Plan,
  ours: OwnSpeed,
  guestBytesPerSecond: number | undefined,
  times: CloudTimes,
): Prediction | undefined {
  const live: Plan = { ...plan, route: 'thin', options: { ...plan.options, live: true } };
  if (plan.options.live === true || liveDisks(live).length === 0) return undefined;
  return predict(live, ours, ours, guestBytesPerSecond, times);
}

function predictRoute(
  plan: Plan,
  speed: MeasuredSpeed,
  ours: OwnSpeed,
  guestBytesPerSecond: number | undefined,
  times: CloudTimes,
): Prediction {
  const { route, server, options } = plan;
  const { stopNewsSeconds = 0 } = options;
  switch (route) {
    case 'seed':
      return predictSeed(travelling(plan), ours, server.running, stopNewsSeconds, times);
    case 'thin': {
      const live = liveDisks(plan);
      if (live.length > 0) return predictLive(live, ours, guestBytesPerSecond, stopNewsSeconds, times);
      return predictThin(layered(plan), ours, server.running, stopNewsSeconds, times);
    }
    case 'nova':
      return predictNova(travelling(plan), speed, server.running, true, times);
    default:
      return unreachable(route);
  }
}
