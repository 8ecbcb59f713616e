import type { PlanView } from '../../../main/contract/views.ts';

/** What a disk may travel by in this comparison, in the order of the table. */
export const WAYS = [
  'nova-icehouse',
  'nova-scp',
  'nova-rsync',
  'base-there',
  'base-staged',
  'flatten',
  'stream',
  'route-thin',
  'live',
  'live-flatten',
  'route-nova',
  'floor',
] as const;
export type Way = (typeof WAYS)[number];

/** Nova's own ways, which only copy. */
export const PEERS = ['nova-icehouse', 'nova-scp', 'nova-rsync'] as const satisfies readonly Way[];
export type Peer = (typeof PEERS)[number];

/** Our own, through the whole engine. */
export const ROUTES = [
  'base-there',
  'base-staged',
  'flatten',
  'stream',
  'route-thin',
  'live',
  'live-flatten',
  'route-nova',
] as const satisfies readonly Way[];
export type RouteWay = (typeof ROUTES)[number];

/** What it says in the table and beside the bars. */
export const WAY_NAMES: Readonly<Record<Way, string>> = {
  'nova-icehouse': 'Nova, Icehouse to Kilo',
  'nova-scp': 'Nova today, scp',
  'nova-rsync': 'Nova today, rsync',
  'base-there': 'Coldhaul, base there',
  'base-staged': 'Coldhaul, base staged',
  flatten: 'Coldhaul, flatten',
  stream: 'Coldhaul, stream',
  'route-thin': 'Coldhaul, route thin',
  live: 'Coldhaul, live freeze',
  'live-flatten': 'Coldhaul, live flatten',
  'route-nova': 'Coldhaul, route nova',
  floor: 'floor: cat, ssh, cat',
};

export function isRoute(way: Way): way is RouteWay {
  return ROUTES.some((route) => route === way);
}

/** What one kind of process took: those of a host, or ours. */
export interface Taken {
  readonly cpuSeconds: number;
  /** Most memory at one time that only these processes had, beyond what they had before. */
  readonly peakBytes: number;
}

export interface Spent {
  /** Host to host: what passed the loopback interface, without what our own process carried. */
  readonly wireBytes: number;
  /** What our own process sent and received: commands over SSH, calls to the cloud. */
  readonly controlBytes: number;
  /** What others had of this machine's processors meanwhile, in percent; NaN where the kernel does not count it. */
  readonly stolenPercent: number;
  readonly source: Taken;
  readonly destination: Taken;
  /** Coldhaul's own process; nothing where Nova's way ran. */
  readonly own: Taken;
}

/** One way, once. */
export interface Run extends Spent {
  readonly way: Way;
  readonly round: number;
  /** Of a peer and of the floor, this is the copy and nothing else. */
  readonly downtimeSeconds: number;
  /** From the order to the verdict that is due, bases that were staged included. */
  readonly totalSeconds: number;
  /** Sizes of the files that travelled while the instance was off. */
  readonly movedBytes: number;
  /** What it is made of, in seconds, in order. */
  readonly parts: Readonly<Record<string, number>>;
  /** The longest of the copies as the host timed it, without starting and watching it. Only where we copy. */
  readonly copyJobSeconds?: number;
  /** Within the downtime: Nova had a task of its own for the instance. Only of our routes. */
  readonly cloudSeconds?: number;
  /** What the plan had said. */
  readonly predictedSeconds?: number;
  /** What that was made of, and the rates that it was reckoned with: where a miss comes from. */
  readonly plan?: Pick<PlanView, 'downtime' | 'speed' | 'codec' | 'streams'>;
}

/** A run that did not come to its end; the others go on. */
export interface FailedRun {
  readonly way: Way;
  readonly round: number;
  readonly why: string;
}

/** What it was measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly programs: Readonly<Record<string, string>>;
  /** 1, 5 and 15 minutes, before the first round and after the last. */
  readonly loadBefore: readonly number[];
  readonly loadAfter: readonly number[];
  /** False: the interface was also used by whatever else ran on this machine. */
  readonly ownNetwork: boolean;
}
