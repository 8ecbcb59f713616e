import type { CloseLook } from './host-close-look.ts';
import type { FileState } from './file-state.ts';
import type { HostTraits } from './host-traits.ts';

export type { FileState } from './file-state.ts';

/** What a compute host tells about itself and about the instances on its disks. Read, never assumed. */

/** Tools we may need on a host, with the version text that the tool printed; absent if it is not there. `xxh128` is a digest that rsync has, not a program. */
export const TOOLS = ['rsync', 'ssh', 'qemu-img', 'xxh128', 'b2sum', 'sha256sum', 'virsh', 'fuser'] as const;
export type Tool = (typeof TOOLS)[number];

/** Settings of nova-compute that decide how a migration goes, with Nova's defaults where the file is silent. */
export interface NovaSettings {
  /** `[libvirt] remote_filesystem_transport`; Nova's default is `ssh`, that is scp. */
  readonly transport: 'ssh' | 'rsync';
  readonly myIp: string | undefined;
  readonly instancesPath: string;
  /** Seconds until Nova confirms by itself; 0 is never (read on the destination, nova/conf/compute.py:1358). */
  readonly resizeConfirmWindowSeconds: number;
  readonly shutdownTimeoutSeconds: number;
  /** `use_cow_images` itself, whatever `images_type` says: finish_migration asks nothing else (driver.py:12981-12983). */
  readonly useCowImages: boolean;
  readonly forceRawImages: boolean;
  readonly removeUnusedBaseImages: boolean;
  /** `[service_user] send_service_user_token`: Nova vouches for what it goes on with in a user's name. */
  readonly sendsServiceToken: boolean;
  /** Files that were read; empty if none was found, and then all values are Nova's defaults. */
  readonly files: readonly string[];
}

export interface HostFacts {
  /** Name that the host gives itself. */
  readonly hostname: string;
  /** Changes with every boot: a job's pid means nothing under another boot id. */
  readonly bootId: string;
  readonly clockMs: number;
  readonly cpuHasAes: boolean;
  readonly cores: number;
  readonly nova: NovaSettings;
  /** Numeric ids of the user that nova-compute runs as. */
  readonly novaUser: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly tools: Readonly<Partial<Record<Tool, string>>>;
  readonly instancesFileSystem: {
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly freeInodes: number;
    /** As `stat -f` names it: ext2/ext3, xfs, nfs ... */
    readonly type: string;
    readonly device: string;
  };
  /** The instances directory itself, links followed; `undefined` if it is not there. */
  readonly instancesDirectory?: FileState | undefined;
  /** Absent if it was not read. */
  readonly traits?: HostTraits;
}

/** One image file in a backing chain, nearest the guest first. */
export interface ChainLink {
  readonly path: string;
  readonly format: string;
  readonly virtualBytes: number;
  readonly allocatedBytes: number;
  /** Absolute path of its backing file; `undefined` at the end of the chain. */
  readonly backingPath: string | undefined;
  /** `undefined` if the image does not record it (F24). */
  readonly backingFormat: string | undefined;
  /** Marked by QEMU as damaged (`corrupt`), or not closed in order (`dirty-flag` of qemu-img info); absent if it is not. */
  readonly corrupt?: boolean;
  readonly dirty?: boolean;
  readonly encrypted?: boolean;
  /** Names of the snapshots inside it; absent if there are none. */
  readonly snapshots?: readonly string[];
  /** A qcow2 that keeps its data in another file. */
  readonly dataFile?: string;
}

export type DiskRole = 'root' | 'ephemeral' | 'swap' | 'config' | 'other';

/** A disk file in an instance directory. */
export interface DiskFile extends FileState {
  /** Name in the directory: `disk`, `disk.eph0`, `disk.swap`, `disk.config` ... */
  readonly name: string;
  readonly role: DiskRole;
  /** Empty if qemu-img could not read it; then `problem` says why. */
  readonly chain: readonly ChainLink[];
  readonly problem: string | undefined;
}

/** A directory that belongs to one instance, on one host. */
export interface InstanceDirectory {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly disks: readonly DiskFile[];
  /** Files that are not disks: disk.info, console.log, and whatever else lies there. */
  readonly others: readonly FileState[];
}

/** What a domain starts its guest with. */
export type Firmware = 'bios' | 'uefi' | 'unknown';

export type DomainState = 'running' | 'shut off' | 'paused' | 'absent' | 'unknown';

/** All that one host holds of one instance. */
export interface InstanceOnHost {
  readonly host: string;
  /** `<instances>/<uuid>`; `undefined` if it is not there. */
  readonly directory: InstanceDirectory | undefined;
  /** `<instances>/<uuid>_resize`. */
  readonly resizeDirectory: InstanceDirectory | undefined;
  /** `<instances>/_coldhaul/<uuid>`: ours. */
  readonly stage: InstanceDirectory | undefined;
  /** Other names in the instances directory that carry the uuid, such as `<uuid>.kept-…` or `<uuid>_del`. */
  readonly leftovers: readonly string[];
  readonly domain: DomainState;
  /** True if the domain has UEFI variables (`<nvram>`), which lie outside the instance's directory. */
  readonly hasNvram?: boolean;
  /** Absent if it was not read. */
  readonly firmware?: Firmware;
  /** Files that its domain has as disks, without those below them; absent if it was not read. */
  readonly domainFiles?: readonly string[];
  /** Paths in the stage by which its domain knows disks that were frozen while it ran; absent if there are none. */
  readonly secondNames?: readonly string[];
  /** Processes that have a file of the instance open, or copy it: `pid command`. */
  readonly openBy: readonly string[];
  /** Copy processes that name the uuid in their arguments (rsync, scp, qemu-img): `pid command`. */
  readonly copyProcesses: readonly string[];
  /** Absent unless it was read for a plan. */
  readonly close?: CloseLook;
}
