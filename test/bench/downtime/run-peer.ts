import { INSTANCES_PATH } from '../../lab/types.ts';
import type { Bench } from './bench.ts';
import { DISK_NAMES } from './instance.ts';
import { startMeter } from './meter.ts';
import { must, script, STORE } from './on-host.ts';
import { floorCommand, peerSteps, type PeerOrder, type PeerStep } from './peers.ts';
import { WAY_NAMES, type Peer, type Run } from './types.ts';

const DIRECTORY = `${INSTANCES_PATH}/bench`;

/** Nova's own commands, or the floor, once. What arrived is compared afterwards: a copy that is none must not win. */
export async function runPeer(bench: Bench, way: Peer | 'floor', round: number): Promise<Run> {
  const { source, destination } = bench;
  await bench.reset();
  await script(
    source,
    'd=$1 s=$2; shift 2; mkdir "$d"; for n; do ln "$s/$n" "$d/$n"; done; chown nova: "$d"',
    ...[DIRECTORY, STORE, ...DISK_NAMES],
  );
  await must(destination, ['mkdir', DIRECTORY], 'nova');
  const order = { from: DIRECTORY, to: DIRECTORY, address: destination.address, names: DISK_NAMES };
  const steps = stepsOf(way, order, bench.aes);

  const meter = await startMeter({ source: source.pid, destination: destination.pid });
  const parts: Record<string, number> = {};
  const startedMs = performance.now();
  for (const { part, argv } of steps) {
    const stepMs = performance.now();
    await must(source, argv, 'nova');
    parts[part] = (parts[part] ?? 0) + (performance.now() - stepMs) / 1000;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const spent = await meter.stop();

  const movedBytes = await arrivedBytes(bench, way);
  return { ...spent, way, round, downtimeSeconds: seconds, totalSeconds: seconds, movedBytes, parts };
}

function stepsOf(way: Peer | 'floor', order: PeerOrder, aes: boolean): readonly PeerStep[] {
  if (way !== 'floor') return peerSteps(way, order);
  return [{ part: 'copy', argv: floorCommand(order, aes) }];
}

/** Sizes of what lies there now. @throws Error if it is not what was sent. */
async function arrivedBytes({ source, destination }: Bench, way: Peer | 'floor'): Promise<number> {
  let sum = 0;
  for (const name of DISK_NAMES) {
    const path = `${DIRECTORY}/${name}`;
    const size = await must(destination, ['stat', '-c', '%s', path]);
    sum += Number(size);
    if (way === 'nova-icehouse') continue;
    const digest = ['b2sum', path] as const;
    const [sent, arrived] = [await must(source, digest), await must(destination, digest)];
    if (sent !== arrived) throw new Error(`${WAY_NAMES[way]} did not bring ${name} as it was`);
  }
  return sum;
}
