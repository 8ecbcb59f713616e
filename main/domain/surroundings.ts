import type { Answer } from './answer.ts';
import type { MigrationRecord } from './migration-record.ts';

/** What the cloud knows around an instance that is to be moved: for the checks. */
export interface Surroundings {
  /** `openstack availability zone list` of the destination; `undefined` if its service does not tell. */
  readonly destinationZone: string | undefined;
  /** Server groups that it is a member of. */
  readonly groups: Answer<readonly ServerGroup[]>;
  /** Its own rows of `os-migrations`, newest first. */
  readonly records: Answer<readonly MigrationRecord[]>;
  /** What else Nova moves to or from either host now. */
  readonly traffic: Answer<readonly OtherMigration[]>;
  readonly ports: Answer<readonly Port[]>;
  /** What plugs ports on either host; a network without such agents has none. */
  readonly networkAgents: Answer<readonly NetworkAgent[]>;
  readonly volumes: Answer<readonly Volume[]>;
  /** Hosts of Masakari's segments that are ours; `undefined` if the cloud has no Masakari. */
  readonly failover: Answer<readonly FailoverHost[] | undefined>;
  /** Those that the destination is in. */
  readonly aggregates: Answer<readonly Aggregate[]>;
  /** What the destination has by Placement, with the devices below it. */
  readonly offers: Answer<Offers>;
}

/** `os-server-groups`. */
export interface ServerGroup {
  readonly id: string;
  readonly name: string;
  /** affinity, anti-affinity, soft-affinity or soft-anti-affinity. */
  readonly policy: string;
  /** `max_server_per_host` of an anti-affinity; 1 where nothing is said. */
  readonly maxPerHost: number;
  /** Its other members on the destination: name, or id where the name is not known. */
  readonly atDestination: readonly string[];
}

/** `os-aggregates`. */
export interface Aggregate {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A migration of another instance that has not ended. */
export interface OtherMigration {
  readonly serverId: string;
  /** `undefined` if the instance could not be looked at. */
  readonly serverName: string | undefined;
  readonly status: string;
  /** migration, resize, live-migration or evacuation. */
  readonly type: string | undefined;
  readonly sourceCompute: string | undefined;
  readonly destCompute: string | undefined;
  /** When its row was changed last, as Nova writes it (UTC). */
  readonly updatedAt: string;
}

/** A port of the instance in Neutron. */
export interface Port {
  readonly id: string;
  /** `binding:vnic_type`: normal, direct, macvtap, vdpa ... `undefined` if our login may not see it. */
  readonly vnicType: string | undefined;
  /** `binding:vif_type`: ovs, bridge, unbound, binding_failed ... */
  readonly vifType: string | undefined;
  /** Host that Neutron has it bound to; empty if to none. */
  readonly hostId: string | undefined;
}

export interface NetworkAgent {
  readonly host: string;
  /** `Open vSwitch agent`, `OVN Controller agent` ... */
  readonly type: string;
  readonly alive: boolean;
  /** True for one that plugs the ordinary ports of instances. */
  readonly plugs: boolean;
}

/** An attached volume in Cinder. */
export interface Volume {
  readonly id: string;
  readonly status: string;
  readonly multiAttach: boolean;
  /** Ids of all servers that have it attached. */
  readonly attachedTo: readonly string[];
}

/** A host that Masakari watches over. */
export interface FailoverHost {
  readonly host: string;
  readonly segment: string;
  readonly inMaintenance: boolean;
  /** False for a segment that is switched off; older Masakari has no such switch. */
  readonly enabled: boolean;
}

/** The destination in Placement: itself and the providers below it. */
export interface Offers {
  readonly traits: readonly string[];
  /** By resource class, such as `PCPU` or `VGPU`; over-commit included. */
  readonly classes: Readonly<Record<string, { readonly capacity: number; readonly used: number }>>;
}

/** What is to be read around. */
export interface SurroundingsQuestion {
  readonly serverId: string;
  readonly volumeIds: readonly string[];
  readonly sourceHost: string;
  readonly destinationHost: string;
  /** Id of the destination's resource provider: that of its hypervisor from compute 2.53 on. */
  readonly destinationProvider: string | undefined;
  readonly destinationZone: string | undefined;
}
