import type { Answer } from '../answer.ts';
import type { ComputeService, InstanceAction, MigrationRecord, Server } from '../cloud.ts';
import type { HostFacts, InstanceOnHost } from '../host.ts';
import type { Port, Volume } from '../surroundings.ts';

/** A process that copies files of the instance, or names it, with how far it is. */
export interface CopyProcess {
  readonly pid: number;
  /** Words of its command line. */
  readonly command: string;
  readonly ageSeconds: number;
  /** Bytes that it has written since it began (proc(5), /proc/PID/io, wchar); `undefined` if the kernel does not tell. */
  readonly writtenBytes: number | undefined;
  /** Of those, in the last seconds before the look. */
  readonly recentBytes: number | undefined;
  readonly recentSeconds: number;
}

/** What a host tells of an instance in trouble, beyond what it holds of it. */
export interface TroubleLook {
  readonly copies: readonly CopyProcess[];
  /** Last lines of nova-compute's log with the instance's id, oldest first; `undefined` if no log was found. */
  readonly logLines: readonly string[] | undefined;
  /** When nova-compute was started; `undefined` if it does not run there, or in a container that we do not see into. */
  readonly computeStartedAtMs: number | undefined;
  /** What `virsh domblkerror` says of a running domain; empty if there are no errors. */
  readonly diskErrors: string;
}

/** One host that the cloud or the disks name. */
export interface Side {
  readonly name: string;
  readonly service: ComputeService | undefined;
  /** What the host itself tells; a host that is down tells nothing. */
  readonly told: Answer<{
    readonly facts: HostFacts;
    readonly instance: InstanceOnHost;
    readonly trouble: TroubleLook;
  }>;
}

/** Two disks that were read to the end, with all below them; dropped as soon as one of the files has changed. */
export interface Comparison {
  readonly sourcePath: string;
  readonly destinationPath: string;
  readonly equal: boolean;
  readonly atMs: number;
}

/** What Coldhaul itself did with the instance, by its journals. */
export interface OwnMigration {
  readonly id: string;
  readonly phase: string;
  /** True if it waits for somebody to go on with it, or runs. */
  readonly isOpen: boolean;
  readonly isProven: boolean;
  readonly source: string;
  readonly destination: string;
}

/** All that is known of an instance in trouble, read at one moment. Nothing here is a conclusion. */
export interface Evidence {
  readonly atMs: number;
  readonly server: Server;
  /** Newest first. */
  readonly records: readonly MigrationRecord[];
  /** Newest first, with their events. */
  readonly actions: Answer<readonly InstanceAction[]>;
  /** Every host that Nova or a record names, each once. */
  readonly sides: readonly Side[];
  /** `none`: it boots from a volume; `unknown`: Glance did not tell. */
  readonly image: 'there' | 'gone' | 'none' | 'unknown';
  /** `sha1(image id)`, the name of its base; `undefined` if it boots from a volume. */
  readonly imageBaseName: string | undefined;
  /** How long the cloud lets a new token live; `undefined` if it does not tell. */
  readonly tokenLifeMs?: number | undefined;
  /** Hosts that hold resources in Placement: for the instance, and for the newest migration. */
  readonly allocations: Answer<{
    readonly ofServer: readonly string[];
    readonly ofMigration: readonly string[];
  }>;
  readonly ports: Answer<readonly Port[]>;
  readonly volumes: Answer<readonly Volume[]>;
  /** Newest first. */
  readonly own: readonly OwnMigration[];
  readonly comparisons: readonly Comparison[];
}
