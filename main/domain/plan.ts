import type { Codec, CodecChoice } from './codec.ts';
import { unreachable } from './failure.ts';
import type { FileMark } from './file-mark.ts';
import type { Finding } from './preflight/finding.ts';
import type { DigestAlgorithm } from './digest.ts';
import type { HostKeyTrust } from './transfer.ts';
import type { DiskRole } from './host.ts';
import { layerName, liveName, stageDirectory } from './naming.ts';
import type { MeasuredSpeed } from './way.ts';
import type { StreamChoice } from './streams.ts';

export type { FileMark } from './file-mark.ts';

/**
 * How the instance changes hands (docs/adr/0004 and 0013). `libvirt` comes later and gets its own word here.
 * - `seed`: Nova's rsync finds our proven copy in its place.
 * - `thin`: the data travel as a frozen layer; Nova copies an empty overlay, by whatever transport.
 * - `nova`: Nova copies, we prove.
 */
export const ROUTES = ['seed', 'thin', 'nova'] as const;
export type Route = (typeof ROUTES)[number];

/**
 * What is done with one file of the instance.
 * - `overlay`: the file alone; the destination has, or gets while the instance runs, the same base.
 * - `flatten`: made into one file without a base on the source, then copied.
 * - `stream`: made into one file without a base at the destination, read from its chain on the source; on route thin.
 * - `whole`: has no base; copied as it is.
 * - `remake`: not copied; Nova makes it new at the destination (swap).
 */
export const STRATEGIES = ['overlay', 'flatten', 'stream', 'whole', 'remake'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/**
 * How a disk that must become one file without a base becomes it.
 * - `file`: on the source, and that file travels; it takes room there.
 * - `stream`: on its way, by route thin alone: on the others Nova must find that file at the source (docs/adr/0016).
 */
export const FLATTENINGS = ['file', 'stream'] as const;
export type Flattening = (typeof FLATTENINGS)[number];

/** True for a disk that is one file without a base at the destination, though it is not at the source: only what a guest sees of it travels. */
export function becomesOneFile({ strategy }: Pick<DiskPlan, 'strategy'>): boolean {
  return strategy === 'flatten' || strategy === 'stream';
}

export interface DiskPlan {
  /** Name in the instance directory. */
  readonly name: string;
  readonly role: DiskRole;
  readonly strategy: Strategy;
  /** Why this strategy, in words for the admin. */
  readonly reason: string;
  readonly path: string;
  readonly format: string;
  readonly virtualBytes: number;
  /** What the file takes up on the source. */
  readonly allocatedBytes: number;
  /** What will travel while the instance is off; an estimate for `flatten` and `stream`. */
  readonly bytesToMove: number;
  /** Absolute paths of the backing chain below the file. */
  readonly chain: readonly string[];
}

export interface BasePlan {
  readonly path: string;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly format: string;
  /** `stage`: copied while the instance runs. `present`: the destination has an equal file. */
  readonly action: 'stage' | 'present';
  readonly reason: string;
  /** The very files that were compared; only of a `present` one. */
  readonly compared?: { readonly source: FileMark; readonly destination: FileMark };
}

export interface Prediction {
  readonly seconds: number;
  /** What it is made of, in the order it happens. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
  /** Earlier migrations in this cloud that the times of stop and hand-over are from; left out, they are the usual ones. */
  readonly seenIn?: number;
}

export interface PlanOptions {
  /** All disks of this migration together; `undefined` is no limit. */
  readonly limitKibPerSecond: number | undefined;
  readonly stopTimeoutSeconds: number;
  /** Bytes that must stay free on either host. */
  readonly reserveBytes: number;
  /** From the stop until Nova has heard of it, before which nothing is handed over; older journals do not say. */
  readonly stopNewsSeconds?: number;
  /** What the admin asked for; left out, what promises the fastest copy is taken. */
  readonly codec?: Codec;
  /** Connections for each big file that the admin asked for, 1 to 4; left out, what was measured decides. */
  readonly streams?: number;
  /** Route thin: the disks are frozen and copied while the instance runs. Older journals do not say. */
  readonly live?: boolean;
  /** How a disk is flattened that must be, if the admin said; older journals do not say. */
  readonly flatten?: Flattening;
}

/** All that was decided before anything changed. It is the first fact of a migration, so a restart needs no other source. */
export interface Plan {
  readonly id: string;
  readonly madeAtMs: number;
  readonly cloud: string;
  readonly server: {
    readonly id: string;
    readonly name: string;
    readonly projectId: string;
    readonly imageId: string | undefined;
    readonly volumes: number;
    /** True if it was ACTIVE, and must run again when all is over. */
    readonly running: boolean;
  };
  readonly source: PlanHost;
  readonly destination: PlanHost;
  /** Address that Nova itself will copy to, and so do we. */
  readonly destinationAddress: string;
  /** How the source told the destination by its host key; left out in plans of before. */
  readonly hostKey?: HostKeyTrust;
  readonly route: Route;
  readonly routeReason: string;
  readonly disks: readonly DiskPlan[];
  readonly bases: readonly BasePlan[];
  readonly algorithm: DigestAlgorithm;
  readonly findings: readonly Finding[];
  readonly bytesToMove: number;
  /** Bytes that travel before the instance is stopped: whole files, with their holes. */
  readonly bytesToStage: number;
  /** `undefined` if it could not be measured; then nothing is predicted. */
  readonly speed: MeasuredSpeed | undefined;
  /** What our copies are compressed with on their way; left out where nothing was measured, and in plans of before: none. */
  readonly codec?: CodecChoice;
  /** Connections that share each big file; left out where nothing was measured, and in plans of before: one. */
  readonly streams?: StreamChoice;
  readonly downtime: Prediction | undefined;
  /** The same instance by Nova alone, with the transport that the source is set to. */
  readonly downtimeByNova: Prediction | undefined;
  /** Were the disks frozen and copied while it runs; only where nothing speaks against it, it was not asked for, and it saves time. */
  readonly downtimeIfLive?: Prediction;
  /** Every command and call in order, ready to read. */
  readonly commands: readonly PlannedCommand[];
  readonly options: PlanOptions;
}

export interface PlanHost {
  readonly name: string;
  readonly instancesPath: string;
  /** Permission bits of the instances directory; a failed copy by Nova's rsync changes them (docs/handbook/nova.md). */
  readonly instancesMode: number;
  readonly novaUser: string;
  readonly rsyncVersion: string;
  readonly cpuHasAes: boolean;
  /** Seconds after which Nova confirms by itself at this destination; 0 is never, and older journals do not say. */
  readonly confirmWindowSeconds?: number;
}

export interface PlannedCommand {
  readonly phase: string;
  /** Host it runs on, or `cloud` for an API call. */
  readonly where: string;
  readonly command: string;
}

/** The files whose bytes travel, by us or by Nova. */
export function travelling(plan: Plan): readonly DiskPlan[] {
  return plan.disks.filter((disk) => disk.strategy !== 'remake');
}

/**
 * The files that must be equal after Nova's own steps. Not `disk.info`: Nova writes its record of formats anew when it
 * finishes a migration (measured on Nova 26: 245 bytes became 328, in a new file).
 */
export function lasting(plan: Plan): readonly DiskPlan[] {
  return travelling(plan).filter((disk) => disk.role !== 'other');
}

/** The disks that become an empty overlay on a frozen layer: on route thin, what holds the guest's data. */
export function layered(plan: Pick<Plan, 'route' | 'disks'>): readonly DiskPlan[] {
  if (plan.route !== 'thin') return [];
  return plan.disks.filter(
    ({ role, strategy }) => strategy !== 'remake' && (role === 'root' || role === 'ephemeral'),
  );
}

/** The layered disks that are frozen while the instance runs. */
export function liveDisks(plan: Plan): readonly DiskPlan[] {
  return plan.options.live === true && plan.server.running ? layered(plan) : [];
}

/** Those of them whose layer travels as one file without a base: what it stands on at the source is not at the destination. */
export function flattenedLive(plan: Plan): readonly DiskPlan[] {
  return liveDisks(plan).filter(({ strategy }) => strategy === 'flatten');
}

/** The layered disks that become one file without a base on their way; at the source their layers stay what they are. */
export function streamed(plan: Pick<Plan, 'route' | 'disks'>): readonly DiskPlan[] {
  return layered(plan).filter(({ strategy }) => strategy === 'stream');
}

/** What the guest wrote to those after the freeze: layers of their own once it is off, by the names that they have in the stage. */
export function tails(plan: Plan): readonly DiskPlan[] {
  return liveDisks(plan).map((disk) => ({ ...disk, name: liveName(disk.name) }));
}

/** Paths of the layers that a disk stands on at the hand-over, nearest first: the same on both hosts. */
export function layerPaths(plan: Plan, name: string): readonly string[] {
  const stage = stageDirectory(plan.source.instancesPath, plan.server.id);
  const live = liveDisks(plan).some((disk) => disk.name === name);
  return [...(live ? [`${stage}/${liveName(name)}`] : []), `${stage}/${layerName(name)}`];
}

/** The files that we copy and prove before Nova hears of the migration. */
export function copiedByUs(plan: Plan): readonly DiskPlan[] {
  switch (plan.route) {
    case 'seed':
      return travelling(plan);
    case 'thin':
      return [...layered(plan), ...tails(plan)];
    case 'nova':
      return [];
    default:
      return unreachable(plan.route);
  }
}

/** The files that Nova copies and that must be proven afterwards; what it does with an overlay is seen by its chain. */
export function provenAfterwards(plan: Plan): readonly DiskPlan[] {
  const ours = copiedByUs(plan);
  return lasting(plan).filter((disk) => !ours.includes(disk));
}

/**
 * Paths that lie below a layered disk on this host once its layer is merged; none if it stands alone. At the source a layer that was
 * frozen live stands on what the disk stood on, also where a flattened one travels; and so does one that is flattened on its way.
 */
export function chainAfterMerge(plan: Plan, disk: DiskPlan, host: string): readonly string[] {
  const flat = [...flattenedLive(plan), ...streamed(plan)];
  const own = flat.some(({ name }) => name === disk.name) && host === plan.source.name;
  return disk.strategy === 'overlay' || own ? disk.chain : [];
}

/** False for an instance that boots from a volume. */
export function hasRootDisk(plan: Plan): boolean {
  return plan.disks.some((disk) => disk.role === 'root');
}
