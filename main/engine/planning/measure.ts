import { dataBytesOf } from '../../domain/copy-time.ts';
import type { CloudTimes } from '../../domain/experience.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { quickerFlattening, tunnelRate } from '../../domain/flattening.ts';
import { liveDisks, travelling, type Plan } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { predictNova } from '../../domain/prediction.ts';
import { chooseSending } from '../../domain/sending.ts';
import { mayTakeStreams } from '../../domain/streams.ts';
import { formatBytes } from '../../domain/units.ts';
import type { WayMeasurement } from '../../domain/way.ts';
import { predict, predictIfLive, writeRate } from './predict.ts';

/**
 * At most this many bytes of the largest disk go over: enough that a fast way is measured for half a second (64 MiB gave 190 to 560 MiB/s
 * for the same one), and that the memory of a disk controller does not hold all of it.
 */
const PROBE_BYTES = 256 * 1024 ** 2;

export interface Measured {
  readonly way: WayMeasurement | undefined;
  /** What the plan keeps of it. */
  readonly forPlan: Pick<
    Plan,
    'disks' | 'speed' | 'codec' | 'streams' | 'downtime' | 'downtimeByNova' | 'downtimeIfLive'
  >;
}

function nothing({ disks }: Plan): Measured {
  const forPlan = { disks, speed: undefined, downtime: undefined, downtimeByNova: undefined };
  return { way: undefined, forPlan };
}

export interface MeasureOptions {
  /** Processes of the running guest, whose writing is measured meanwhile. */
  readonly guest: readonly number[];
  /** A disk may be flattened on its way, if that promises to be quicker. */
  readonly mayStream: boolean;
}

/** Measures the path with real bytes and predicts from that. What cannot be measured is not predicted. */
export async function measure(
  ports: Ports<Fact>,
  plan: Plan,
  { guest, mayStream }: MeasureOptions,
  times: CloudTimes,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<Measured> {
  const disks = travelling(plan);
  const sizesBytes = disks.map(({ bytesToMove }) => bytesToMove);
  const limited = plan.options.limitKibPerSecond !== undefined;
  const [largest] = [...disks].sort((left, right) => right.allocatedBytes - left.allocatedBytes);
  if (largest === undefined) return nothing(plan);
  try {
    const probeBytes = Math.min(PROBE_BYTES, largest.allocatedBytes);
    tell(`Measuring the way with up to ${formatBytes(probeBytes)} of ${largest.name}`);
    const stagePath = await ports.hypervisors.makeStage(plan.destination.name, plan.server.id, signal);
    const way = await ports.transfer.probe(
      {
        sourceHost: plan.source.name,
        destHost: plan.destination.name,
        destAddress: plan.destinationAddress,
        user: plan.source.novaUser,
        fromPath: largest.path,
        stagePath,
        maxBytes: PROBE_BYTES,
        aes: plan.source.cpuHasAes && plan.destination.cpuHasAes,
        hostKey: plan.hostKey,
        algorithm: plan.algorithm,
        guestProcesses: guest,
        severalStreams: mayTakeStreams(sizesBytes, limited, plan.options.streams),
      },
      signal,
    );
    const { copyBytesPerSecond, digestBytesPerSecond, parts, trials } = way;
    const speed = {
      ...{ copyBytesPerSecond, digestBytesPerSecond },
      ...(parts !== undefined && { parts }),
      ...(trials !== undefined && { trials }),
    };
    const files = disks.map((disk) => ({ bytes: disk.bytesToMove, dataBytes: dataBytesOf(disk) }));
    const { codec, streams, ...sending } = chooseSending(speed, files, plan.options);
    const { copyBytesPerSecond: rate, plain } = sending;
    const tunnelBytesPerSecond = tunnelRate(plan, speed);
    const ours = { ...speed, copyBytesPerSecond: rate, skipsHoles: plain, limited, tunnelBytesPerSecond };
    // While it runs the link is spared, and neither is downtime.
    const quicker = mayStream && liveDisks(plan).length === 0;
    const settled = quicker ? { ...plan, disks: quickerFlattening(plan, ours) } : plan;
    const downtime = predict(settled, speed, ours, writeRate(way), times);
    const downtimeIfLive = predictIfLive(plan, ours, writeRate(way), times);
    const downtimeByNova = predictNova(disks, speed, plan.server.running, false, times);
    const told = { ...(downtimeIfLive !== undefined && { downtimeIfLive }) };
    const forPlan = { disks: settled.disks, speed, codec, streams, downtime, downtimeByNova, ...told };
    return { way, forPlan };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    ports.log({
      level: 'warn',
      message: `the path could not be measured, so nothing is predicted: ${error.message}`,
    });
    return nothing(plan);
  }
}
