import type { MigrationRecord } from './migration-record.ts';
import type { Surroundings, SurroundingsQuestion } from './surroundings.ts';

export type { MigrationRecord } from './migration-record.ts';

/**
 * What the cloud's API tells, in our words. Only the fields we use: a newer API does not break us.
 * `undefined` means that this cloud, at its microversion, does not say.
 */

/** `status` of a server as the API maps it (Nova nova/api/openstack/common.py:45-83). */
export type ServerStatus = string;

export interface Flavor {
  readonly name: string | undefined;
  readonly vcpus: number;
  readonly ramMib: number;
  readonly rootGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  /** Absent if the cloud does not show them to us. */
  readonly extraSpecs?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly status: ServerStatus;
  /** `active`, `stopped`, `resized`, `error` ...; lower case as Nova writes it. */
  readonly vmState: string | undefined;
  readonly taskState: string | undefined;
  /** 1 running, 4 shut down, others as in nova/compute/power_state.py. */
  readonly powerState: number | undefined;
  /** Name of the compute service that has it; `undefined` before it is scheduled, or if our login may not see it. */
  readonly host: string | undefined;
  readonly hypervisorHostname: string | undefined;
  readonly instanceName: string | undefined;
  /** `undefined` if it boots from a volume. */
  readonly imageId: string | undefined;
  readonly flavor: Flavor | undefined;
  readonly locked: boolean | undefined;
  readonly lockedReason: string | undefined;
  readonly configDrive: boolean;
  readonly volumeIds: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly availabilityZone: string | undefined;
  /** The zone that its owner asked for; absent below compute 2.96, which does not tell. */
  readonly zonePin?: { readonly zone: string | undefined };
  readonly fault: { readonly message: string; readonly details: string | undefined } | undefined;
}

export interface ComputeService {
  readonly id: string;
  readonly host: string;
  readonly zone: string;
  readonly state: 'up' | 'down';
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason: string | undefined;
  readonly forcedDown: boolean;
}

export interface Hypervisor {
  readonly id: string;
  /** Name of the compute service (`OS-EXT-SRV-ATTR:host`). */
  readonly host: string;
  readonly hypervisorHostname: string;
  /** Nova's `my_ip` of the host: the address that Nova's own copy goes to. */
  readonly hostIp: string;
  readonly state: 'up' | 'down';
  readonly status: 'enabled' | 'disabled';
  readonly type: string;
  readonly version: number;
}

/** What Placement holds of one host; capacity is (total - reserved) x allocation ratio. */
export interface Room {
  readonly hypervisorHostname: string;
  /** `undefined`, as for disk, if the host offers none itself; 0 of 0 if all that it offers is reserved. */
  readonly vcpus: ResourceAmount | undefined;
  readonly ramMib: ResourceAmount;
  /** Not offered by a host whose disks come from a shared pool. */
  readonly diskGib: ResourceAmount | undefined;
}

/** With over-commit, without what is reserved. */
export interface ResourceAmount {
  readonly capacity: number;
  readonly used: number;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly diskFormat: string | undefined;
  readonly sizeBytes: number | undefined;
  /** public, private, shared or community. */
  readonly visibility?: string;
  /** `os_hash_value` with its algorithm; images of before Rocky have none. */
  readonly hash?: { readonly algorithm: string; readonly value: string };
  /** What it asks of a host: `hw_…`, `os_…` and `trait:…`, as Glance has them now. */
  readonly properties?: Readonly<Record<string, string>>;
  /** When anything of it was changed last, as Glance says it (ISO 8601, UTC). */
  readonly updatedAt?: string;
}

export interface InstanceAction {
  readonly action: string;
  readonly requestId: string;
  readonly startedAt: string;
  readonly message: string | undefined;
  readonly events: readonly {
    readonly event: string;
    readonly result: string | undefined;
    readonly host: string | undefined;
    readonly details: string | undefined;
    readonly startedAt: string;
    readonly finishedAt: string | undefined;
  }[];
}

/** Who we are to this cloud, and what it can do. */
export interface CloudIdentity {
  readonly cloud: string;
  readonly userName: string;
  readonly projectName: string | undefined;
  readonly roles: readonly string[];
  readonly region: string | undefined;
  readonly tokenExpiresAtMs: number;
  /** How long the cloud lets a new token live. */
  readonly tokenLifeMs?: number;
  /** False for a profile that holds nothing but a token. */
  readonly canRenewToken?: boolean;
  /** Compute microversions as [major, minor]; `used` is the highest that both sides know. */
  readonly compute: { readonly min: string; readonly max: string; readonly used: string };
  /** Only a cloud with 2.56 or newer honours `host` in `migrate`; older ones ignore it silently (nova/api/openstack/compute/migrate_server.py). */
  readonly canChooseHost: boolean;
}

/** What a call that changes something came back with. The cloud has accepted it, no more. */
export interface Accepted {
  readonly requestId: string | undefined;
}

/** The one cloud that an engine works on. Every method throws `Failure` with a `cloud.*` code. */
export interface Cloud {
  identity(signal?: AbortSignal): Promise<CloudIdentity>;
  /** Servers of all projects, paged through to the end. */
  servers(
    filter: { readonly host?: string; readonly name?: string },
    signal?: AbortSignal,
  ): Promise<readonly Server[]>;
  /** @throws Failure `cloud.not-found` */
  server(id: string, signal?: AbortSignal): Promise<Server>;
  /** nova-compute services only. */
  computeServices(signal?: AbortSignal): Promise<readonly ComputeService[]>;
  hypervisors(signal?: AbortSignal): Promise<readonly Hypervisor[]>;
  /** By id. @throws Failure `cloud.forbidden` for a login that is no admin of Keystone. */
  projectNames(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Room per hypervisor from Placement, in few calls; hosts that Placement does not know are left out. */
  room(signal?: AbortSignal): Promise<readonly Room[]>;
  /** `undefined` if Glance no longer has it. */
  image(id: string, signal?: AbortSignal): Promise<Image | undefined>;
  /** Newest first. */
  migrationRecords(serverId: string, signal?: AbortSignal): Promise<readonly MigrationRecord[]>;
  /** What Neutron and Cinder have of an instance; whatever cannot be read says why. */
  attached(
    server: Pick<Server, 'id' | 'volumeIds'>,
    signal?: AbortSignal,
  ): Promise<Pick<Surroundings, 'ports' | 'volumes'>>;
  /** What else there is around an instance that is to be moved; whatever cannot be read says why. */
  surroundings(question: SurroundingsQuestion, signal?: AbortSignal): Promise<Surroundings>;
  /** The newest actions with their events, newest first; at most `most`. */
  actions(serverId: string, most: number, signal?: AbortSignal): Promise<readonly InstanceAction[]>;
  /** The newest action with the events, or `undefined` if there is none. */
  lastAction(serverId: string, action: string, signal?: AbortSignal): Promise<InstanceAction | undefined>;
  /** Resource providers (by name) that hold allocations of this consumer. */
  allocations(consumerId: string, signal?: AbortSignal): Promise<readonly string[]>;
  consoleTail(serverId: string, lines: number, signal?: AbortSignal): Promise<string>;

  lock(serverId: string, reason: string, signal?: AbortSignal): Promise<Accepted>;
  unlock(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  stop(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  start(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  /** @throws Failure `cloud.too-old` below 2.56, where the host would be ignored. */
  migrate(serverId: string, host: string, signal?: AbortSignal): Promise<Accepted>;
  confirmResize(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  revertResize(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  /** `os-resetState` to active: only ever used on a stopped, untouched server (see docs/adr). */
  resetStateToActive(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  /** `os-resetState` to error: the way to a hard reboot where Nova has stopped in the middle. */
  resetStateToError(serverId: string, signal?: AbortSignal): Promise<Accepted>;
  /** `reboot` of type HARD: Nova defines the domain anew from the disks that are there. */
  hardReboot(serverId: string, signal?: AbortSignal): Promise<Accepted>;
}
