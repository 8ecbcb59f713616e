import type { FileMark } from './file-mark.ts';
import type { FileState, HostFacts, InstanceOnHost } from './host.ts';
import type { WorkOnHost } from './left-work.ts';
import type { TroubleLook } from './recovery/evidence.ts';

/** Who works on an instance, as written into the lock on its host. */
export interface LockOwner {
  readonly migrationId: string;
  /** `user@workstation`, for the message to the second one. */
  readonly who: string;
}

/** How a try to reach another host by SSH ended, and whose host answered. */
export interface Reached {
  readonly ok: boolean;
  readonly said: string;
  readonly bootId: string | undefined;
  /** SSH of Nova there takes a key that it does not know, and no known one was shown. */
  readonly acceptsAnyKey: boolean;
}

/**
 * What became of a frozen layer.
 * - `put back`: it is the disk again, as it was.
 * - `written`: the overlay on it holds something, so it must be merged; nothing was touched.
 * - `none`: the disk does not stand on it.
 */
export type Unlayered = 'put back' | 'written' | 'none';

/** Disks that were frozen while their guest ran. */
export interface FrozenLive {
  /** By name of the disk: by what its layer is known again. */
  readonly layers: Readonly<Record<string, FileMark>>;
  /** True if the guest's agent had its file systems at rest for the moment; false as well if that is not known any more. */
  readonly quiesced: boolean;
}

/** What we ask of a compute host. Everything is read again at each call. */
export interface Hypervisors {
  facts(host: string, signal?: AbortSignal): Promise<HostFacts>;
  /** One round trip. */
  instance(host: string, serverId: string, signal?: AbortSignal): Promise<InstanceOnHost>;
  /** The same with all that a plan asks besides (`close`), still in one round trip. `instanceName` is libvirt's name for it. */
  examine(
    host: string,
    server: { readonly id: string; readonly instanceName: string | undefined },
    signal?: AbortSignal,
  ): Promise<InstanceOnHost>;
  /** What else there is to see of an instance in trouble: copies on their way, nova-compute, its log, errors of disks. */
  trouble(host: string, serverId: string, signal?: AbortSignal): Promise<TroubleLook>;
  /** The same as `instance` for every instance directory on the host, in one round trip. Keyed by server id. */
  instances(host: string, signal?: AbortSignal): Promise<ReadonlyMap<string, InstanceOnHost>>;
  /** Jobs, locks and staged files of ours on the host, whoever's they are. */
  leftWork(host: string, signal?: AbortSignal): Promise<WorkOnHost>;
  /** `undefined` for a path where nothing is. */
  stat(
    host: string,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (FileState | undefined)[]>;
  /**
   * `ok` if `nova` on `from` reaches `address` by SSH without a question, as Nova itself will (F25). `bootId` is that of
   * the host that answered, which need not be the one that was meant; `undefined` if it did not tell.
   */
  novaReaches(from: string, address: string, signal?: AbortSignal): Promise<Reached>;
  /** True if `user` can read the file on the host. */
  readableBy(host: string, user: string, path: string, signal?: AbortSignal): Promise<boolean>;

  /**
   * Takes the lock on the instance, on this host, atomically. Taking it again with the same `migrationId` succeeds.
   * @throws Failure `migration.in-use` naming the owner.
   */
  lock(host: string, serverId: string, owner: LockOwner, signal?: AbortSignal): Promise<void>;
  unlock(host: string, serverId: string, owner: LockOwner, signal?: AbortSignal): Promise<void>;
  /** Makes `<instances>/_coldhaul/<serverId>`, owner nova, mode 0711; succeeds if it is there. Returns its path. */
  makeStage(host: string, serverId: string, signal?: AbortSignal): Promise<string>;
  /**
   * Gives the staged files their names in `<instances>/<serverId>/` as hard links, so that a roll-back by Nova that
   * removes the directory leaves the staged bytes alone. Makes the directory, owner nova, mode 0755.
   * @throws Failure `migration.changed` if a name is taken by another inode.
   */
  place(host: string, serverId: string, names: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Undoes `place`: removes the names whose inode is the staged one, and the directory if it is then empty. */
  unplace(host: string, serverId: string, names: readonly string[], signal?: AbortSignal): Promise<void>;
  /**
   * Gives a staged file its final name under `_base`, never over an existing one, with a fresh mtime (Nova's image
   * cache removes old unused bases, docs/handbook/nova.md, staged bases). @returns false if the name was taken meanwhile.
   */
  publishBase(host: string, stagedPath: string, finalPath: string, signal?: AbortSignal): Promise<boolean>;
  /** Swaps a flattened disk in: `path` is renamed to `keptPath`, then `newPath` to `path`, with owner and mode of the old one. Safe to repeat. */
  swapIn(host: string, path: string, newPath: string, keptPath: string, signal?: AbortSignal): Promise<void>;
  /**
   * Makes a frozen layer of a disk that nobody has open: the file gets a second name in the stage, and an empty overlay on it
   * takes the first one. Never cut off by a cancel. Returns by what the layer is known again.
   *
   * @param file - The layer's name in the stage; left out, `layer.` and the disk's.
   * @throws Failure `migration.changed` if the disk is no plain qcow2, or another layer of that name is in use.
   */
  layer(host: string, serverId: string, disk: string, file?: string): Promise<FileMark>;
  /**
   * Makes frozen layers of disks of a guest that runs, all at one moment: from then on QEMU writes to overlays on them, which
   * have the names of the disks, and a second one in the stage as long as QEMU knows them by that. Safe to repeat,
   * also when the guest is off by then: what was begun is gone on with, what was done is found.
   *
   * @param quiesce - Ask the guest's agent to write out its file systems first; without it, it is done all the same.
   * @throws Failure `migration.changed` if the guest does not run, a block job is at work on a disk, a disk is no qcow2 or stands
   * on another layer, or somebody else uses the layer; `host.command-failed` with the words of libvirt if it refuses.
   */
  freezeLive(
    host: string,
    serverId: string,
    names: readonly string[],
    quiesce: boolean,
    signal?: AbortSignal,
  ): Promise<FrozenLive>;
  /**
   * After `freezeLive` libvirt's definition names the overlays in the stage; it gets the usual paths again, with which the guest is
   * started next and Nova copies. Whether it runs or not. False if there was nothing to do.
   */
  nameDisksAgain(host: string, serverId: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * Removes the files that layers frozen live were flattened into: none of them is the only one of its content. Safe to repeat.
   *
   * @throws Failure `migration.changed` if something uses one.
   */
  dropFlatLayers(host: string, serverId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Undoes `layer` if the overlay holds nothing. Never cut off by a cancel.
   *
   * @param merged - The overlay as it was when the layer was found to hold all that it holds: then it may hold something.
   * @throws Failure `migration.changed` if the layer is gone, or another chain stands on it too; `host.command-failed` under a
   * guest that runs.
   */
  unlayer(host: string, serverId: string, disk: string, merged?: FileMark, file?: string): Promise<Unlayered>;
  /**
   * Bytes of a layer that the file of the disk does not hold itself, as it lies on the storage. `undefined` if there is no such
   * layer. QEMU 7.2 changes the chain of a pulled disk before it writes the table of its clusters: killed in between, it
   * leaves a disk without the layer's data.
   */
  unmergedBytes(
    host: string,
    serverId: string,
    disk: string,
    file?: string,
    signal?: AbortSignal,
  ): Promise<number | undefined>;
  /** Files of instances on this host whose backing chain goes on at this path, or below it. */
  standingOn(host: string, path: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Renames to `<path>.kept-<UTC time>`; nothing is ever deleted (G4). Returns the new name, `undefined` if nothing was there.
   * @throws Failure `migration.changed` if the chain of another file stands on it.
   */
  setAside(host: string, path: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Ends the life of the stage: a staged name whose bytes have another name too is removed, what is left over is set
   * aside with the directory. Returns what was kept.
   * @throws Failure `migration.changed` while a chain or a process there needs anything of it.
   */
  releaseStage(host: string, serverId: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Gives a base a second name in the stage, so that the image cache cannot remove its bytes while a way back needs
   * them: in VERIFY_RESIZE nothing else protects the source's base (docs/handbook/nova.md). The base gets a fresh mtime, too. Returns that name.
   */
  pin(host: string, serverId: string, path: string, signal?: AbortSignal): Promise<string>;
  /**
   * `<uuid>_resize` gets the name `<uuid>` again. @throws Failure `migration.changed` if that name is taken, or nothing
   * is there to be put back.
   */
  putBack(host: string, serverId: string, signal?: AbortSignal): Promise<void>;
  /** Makes an empty qcow2 for the swap disk of an instance, owner nova. @throws Failure `migration.changed` if a file of that name is there. */
  makeSwap(host: string, serverId: string, sizeBytes: number, signal?: AbortSignal): Promise<void>;
  /** Has libvirt forget a domain that is off; its XML is kept in the instances directory. Returns where. */
  undefine(host: string, serverId: string, signal?: AbortSignal): Promise<string>;
  /** Sets the permission bits of one file or directory, such as 0o755. */
  setMode(host: string, path: string, mode: number, signal?: AbortSignal): Promise<void>;
  /** Pulls the plug of a domain that ignores its stop (`virsh destroy`). */
  destroyDomain(host: string, serverId: string, signal?: AbortSignal): Promise<void>;
}
