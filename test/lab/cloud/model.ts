import type { LabHost } from '../types.ts';

/** Everything the lab's cloud remembers: what a real one keeps in its databases. Mutable on purpose. */

export interface LabFlavor {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly vcpus: number;
  readonly ramMib: number;
  readonly rootGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
}

export interface LabImage {
  readonly id: string;
  readonly name: string;
  /** File in the lab's Glance store, on this machine. */
  readonly file: string;
  readonly diskFormat: string;
  readonly sizeBytes: number;
  readonly virtualBytes: number;
  readonly md5: string;
  readonly sha512: string;
  readonly createdAtMs: number;
  /** queued, saving, active, deactivated ... */
  status: string;
  /** Besides those that all images of the lab have. */
  properties: Readonly<Record<string, string>>;
  /** True once it is gone from Glance; servers made from it stay. */
  deleted: boolean;
}

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  password: string;
  /** Role names by project id. */
  roles: Readonly<Record<string, readonly string[]>>;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly userId: string;
  readonly projectId: string;
}

export interface Token {
  readonly id: string;
  readonly user: User;
  readonly project: Project | undefined;
  readonly methods: readonly string[];
  readonly auditId: string;
  readonly issuedAtMs: number;
  /** Life may be cut short while the cloud runs. */
  expiresAtMs: number;
  readonly applicationCredential: ApplicationCredential | undefined;
}

export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly details: string;
  readonly createdAtMs: number;
}

/** One point of what a client that polls without pause would have seen. */
export interface StatePoint {
  readonly atMs: number;
  readonly status: string;
  readonly vmState: string;
  readonly taskState: string | null;
  readonly powerState: number;
  readonly host: string;
}

export interface LabServer {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly projectId: string;
  readonly userId: string;
  /** The copy that Nova keeps of the flavor, whatever becomes of that itself. */
  flavor: LabFlavor;
  readonly imageId: string;
  readonly configDrive: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly macAddress: string;
  readonly ipAddress: string;
  readonly portId: string;
  /** `binding:vnic_type` and `binding:vif_type` of its port. */
  port: { readonly vnicType: string; readonly vifType: string };
  /** The zone that it was asked for in; shown from 2.96 on. */
  pinnedZone: string | null;
  readonly reservationId: string;
  host: string;
  vmState: string;
  taskState: string | null;
  /** 0 none, 1 running, 4 shut down. */
  powerState: number;
  /** State to return to after a resize; Nova keeps it in system_metadata. */
  oldVmState: string | undefined;
  locked: boolean;
  lockedReason: string | null;
  lockedByAdmin: boolean;
  fault: Fault | undefined;
  launchedAtMs: number | undefined;
  updatedAtMs: number;
  deleted: boolean;
  readonly history: StatePoint[];
}

export interface LabMigration {
  readonly id: number;
  readonly uuid: string;
  readonly serverId: string;
  readonly type: string;
  readonly flavorNumber: number;
  readonly userId: string;
  readonly projectId: string;
  readonly sourceCompute: string;
  readonly createdAtMs: number;
  destCompute: string | null;
  destHost: string | null;
  status: string;
  /** Every status that it had, oldest first. */
  readonly statuses: string[];
  updatedAtMs: number | undefined;
}

export interface LabEvent {
  readonly event: string;
  readonly host: string;
  readonly startedAtMs: number;
  finishedAtMs: number | undefined;
  result: string | undefined;
  details: string | null;
  traceback: string | null;
}

export interface LabAction {
  readonly action: string;
  readonly serverId: string;
  readonly requestId: string;
  readonly userId: string;
  readonly projectId: string;
  readonly startedAtMs: number;
  updatedAtMs: number;
  message: string | null;
  readonly events: LabEvent[];
}

/** A nova-compute and its hypervisor. */
export interface LabCompute {
  readonly number: number;
  readonly name: string;
  readonly serviceId: string;
  /** Id of the hypervisor, which is also its resource provider's. */
  readonly hypervisorId: string;
  readonly address: string;
  /** Availability zone: the name of an aggregate, or `nova`. */
  zone: string;
  /** Traits of its resource provider. */
  traits: readonly string[];
  /** Resource classes beside processors, memory and disk: `PCPU`, `VGPU`, `CUSTOM_…`. */
  otherClasses: Readonly<Record<string, { readonly total: number; readonly used: number }>>;
  /** Its Neutron agent reports. */
  agentAlive: boolean;
  /** `undefined` if the host exists in the API only. */
  readonly host: LabHost | undefined;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  enabled: boolean;
  disabledReason: string | null;
  forcedDown: boolean;
  /** False between `killCompute` and `restartCompute`. */
  alive: boolean;
  /** Counts restarts: work begun under an older number has died with its process. */
  generation: number;
  /** Wakes messages that wait in the queue of a dead compute. */
  readonly waiting: (() => void)[];
  providerGeneration: number;
}

export interface Resources {
  readonly VCPU: number;
  readonly MEMORY_MB: number;
  readonly DISK_GB: number;
}

export interface Allocation {
  /** A server's id, or a migration's uuid for the source's share during a resize. */
  readonly consumerId: string;
  readonly providerId: string;
  readonly resources: Resources;
  readonly projectId: string;
  readonly userId: string;
}

/** What one of Nova's own copy commands did to one file. */
export interface CopyRecord {
  readonly serverId: string;
  readonly command: readonly string[];
  readonly file: string;
  readonly code: number;
  /** Same inode, mtime and size before and after: nothing was written at the destination. */
  readonly skipped: boolean;
  /** Allocated bytes of the file at the destination if it was written, else 0. */
  readonly bytesWritten: number;
}

export interface LabServerGroup {
  readonly id: string;
  readonly name: string;
  readonly policy: string;
  readonly maxPerHost: number | undefined;
  readonly projectId: string;
  readonly userId: string;
  readonly members: readonly string[];
}

export interface LabVolume {
  readonly id: string;
  readonly name: string;
  readonly sizeGib: number;
  readonly status: string;
  readonly multiAttach: boolean;
  readonly projectId: string;
  readonly attachedTo: readonly string[];
}

/** A failover segment of Masakari. */
export interface LabSegment {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly hosts: readonly { readonly id: string; readonly name: string; readonly onMaintenance: boolean }[];
}

/** A host aggregate; where the scheduler's filters look at them, lab clouds do not. */
export interface LabAggregate {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Services that a small cloud need not have: in the catalog only if they are here. */
export type OptionalService = 'block-storage' | 'instance-ha';

export interface CloudState {
  readonly now: () => number;
  readonly regionName: string;
  readonly projects: readonly Project[];
  readonly users: readonly User[];
  readonly applicationCredentials: ApplicationCredential[];
  readonly tokens: Map<string, Token>;
  readonly flavors: LabFlavor[];
  readonly images: Map<string, LabImage>;
  readonly servers: Map<string, LabServer>;
  readonly migrations: LabMigration[];
  readonly actions: LabAction[];
  readonly computes: LabCompute[];
  readonly allocations: Allocation[];
  readonly copies: CopyRecord[];
  readonly serverGroups: LabServerGroup[];
  readonly volumes: LabVolume[];
  readonly segments: LabSegment[];
  readonly aggregates: LabAggregate[];
  readonly optionalServices: Set<OptionalService>;
  /** Roles that the policies of all services take for an admin's. */
  readonly adminRoles: Set<string>;
  tokenLifeMs: number;
  readonly maxMicroversion: number;
  readonly networkId: string;
  readonly subnetId: string;
}

/** The request that an act of Nova's began with: whose token it uses later, and whose name it bears. */
export interface RequestContext {
  readonly requestId: string;
  readonly token: Token;
  readonly isAdmin: boolean;
  readonly projectId: string;
}
