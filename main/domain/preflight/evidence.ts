import type { CloudIdentity, ComputeService, Image, Room, Server } from '../cloud.ts';
import type { HostFacts, InstanceOnHost } from '../host.ts';
import type { BasePlan, DiskPlan, Route } from '../plan.ts';
import type { Reached } from '../ports.ts';

/** All that the checks of a plan look at, gathered once. `undefined` means: could not be had, and that is never a pass. */
export interface PlanEvidence {
  readonly identity: CloudIdentity;
  readonly server: Server;
  readonly sourceService: ComputeService | undefined;
  readonly destinationService: ComputeService | undefined;
  readonly source: { readonly name: string; readonly facts: HostFacts; readonly instance: InstanceOnHost };
  readonly destination: {
    readonly name: string;
    readonly facts: HostFacts;
    readonly instance: InstanceOnHost;
  };
  /** Permission bits of the destination's instances directory. */
  readonly destinationMode: number | undefined;
  readonly destinationAddress: string;
  readonly novaReaches: Reached;
  /** `undefined` if Glance no longer has it, or the server boots from a volume. */
  readonly image: Image | undefined;
  /** `sha1(image id)`: the one name under which Nova looks for the image's base; `undefined` if it boots from a volume. */
  readonly imageBaseName: string | undefined;
  /** True if the destination has a file of that name among its bases, from whichever instance. */
  readonly imageBaseAtDestination: boolean;
  /** What Placement holds of the destination; `undefined` if it does not know it. */
  readonly room: Room | undefined;
  readonly disks: readonly DiskPlan[];
  readonly bases: readonly BasePlan[];
  readonly route: Route;
  readonly reserveBytes: number;
}
