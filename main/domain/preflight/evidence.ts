import type { CloudIdentity, ComputeService, Image, Room, Server } from '../cloud.ts';
import type { FileState, HostFacts, InstanceOnHost } from '../host.ts';
import type { BasePlan, DiskPlan, Plan, Route } from '../plan.ts';
import type { Reached } from '../hypervisors.ts';
import type { Surroundings } from '../surroundings.ts';
import type { TunnelTrial } from '../transfer.ts';
import type { WayMeasurement } from '../way.ts';

export type { Answer } from '../answer.ts';

/** Our login and what the cloud offers it. */
export interface CloudEvidence {
  readonly identity: CloudIdentity;
  readonly nowMs: number;
}

/** One host, as it tells of itself, and as Nova tells of it. */
export interface HostEvidence {
  readonly name: string;
  readonly service: ComputeService | undefined;
  readonly facts: HostFacts;
  /** Our own clock, at the moment when the host told its own. */
  readonly nowMs: number;
}

/** A host of a move, with what it has of the instance. */
export interface MoveHostEvidence extends HostEvidence {
  readonly instance: InstanceOnHost;
  /** Its instances directory; `undefined` if it is not there. */
  readonly root: FileState | undefined;
}

/** Where else the base of an image is. */
export interface BaseElsewhere {
  readonly found: readonly { readonly host: string; readonly path: string; readonly sizeBytes: number }[];
  /** Hosts that could not be asked. */
  readonly silent: readonly string[];
  /** How many other hosts there are. */
  readonly asked: number;
}

/** All that the checks of a move look at, gathered once. `undefined` means: could not be had, and that is never a pass. */
export interface MoveEvidence {
  readonly cloud: CloudEvidence;
  readonly server: Server;
  readonly source: MoveHostEvidence;
  readonly destination: MoveHostEvidence;
  readonly destinationAddress: string;
  readonly novaReaches: Reached;
  /** `undefined` if Glance no longer has it, or the server boots from a volume. */
  readonly image: Image | undefined;
  /** `sha1(image id)`: the one name under which Nova looks for the image's base; `undefined` if it boots from a volume. */
  readonly imageBaseName: string | undefined;
  /** True if the destination has a file of that name among its bases, from whichever instance. */
  readonly imageBaseAtDestination: boolean;
  /** Who else has that file; asked only if the image is gone and neither host has it. */
  readonly imageBaseElsewhere?: BaseElsewhere | undefined;
  /** What Placement holds of the destination; `undefined` if it does not know it. */
  readonly room: Room | undefined;
  readonly surroundings: Surroundings;
  readonly disks: readonly DiskPlan[];
  readonly bases: readonly BasePlan[];
  readonly route: Route;
  readonly reserveBytes: number;
  /** The disks are to be frozen and copied while it runs; left out, they are not. */
  readonly live?: boolean;
  /** Whether a chain can be flattened on its way; `undefined` if nothing is to be. */
  readonly tunnel?: TunnelTrial | undefined;
  /** The way, measured with real bytes; `undefined` if it was not, as when something blocks the move anyway. */
  readonly measured:
    | (Pick<Plan, 'speed' | 'downtime' | 'codec' | 'streams'> &
        Partial<Pick<WayMeasurement, 'abilities' | 'guestWrites'>>)
    | undefined;
  /** The migration that asks, once it has taken its locks: what is its own stands in nobody's way. */
  readonly own: { readonly lockReason: string } | undefined;
}
