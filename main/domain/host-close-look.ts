import type { FileState } from './file-state.ts';

/** What `qemu-img check` says of one image (qemu-img(1), check: 0 clean, 2 corrupt, 3 leaks, 63 not for this format). */
export interface ImageCheck {
  readonly path: string;
  readonly code: number;
  readonly corruptions: number;
  readonly leaks: number;
  /** Why it came to no end, if it did not. */
  readonly said: string;
}

/** What libvirt does with one disk of a running domain, or with the whole of it (no target). */
export interface DomainJob {
  readonly target: string | undefined;
  /** Words of virsh: `Block Copy`, `Active Block Commit`, `Unbounded` ... */
  readonly kind: string;
}

/** Nova's own record of the disks' formats: `<instance>/disk.info` (nova/virt/libvirt/imagebackend.py, resolve_driver_format). */
export interface DiskInfo {
  /** By absolute path of the disk; `undefined` if the file holds something else. */
  readonly formats: Readonly<Record<string, string>> | undefined;
}

/** What a plan asks of an instance on a host, beyond what every step does: all in the same round trip. */
export interface CloseLook {
  /** The instances directory itself. */
  readonly root: FileState | undefined;
  /** What lies in `_base`; `undefined` if that is more than a listing should hold. */
  readonly bases: readonly FileState[] | undefined;
  /** Digest of the first MiB of each ephemeral base, by path: two file systems made apart differ there already. */
  readonly baseHeads: ReadonlyMap<string, string>;
  /** Only of qcow2 files of a domain that is off. */
  readonly checks: readonly ImageCheck[];
  /** Disk files that begin like a qcow2 image, whatever `disk.info` says. */
  readonly qcow2Magic: readonly string[];
  /** `undefined`: there is no such file. */
  readonly diskInfo: DiskInfo | undefined;
  /** Of the domain's XML: disk files with the format that QEMU is told. */
  readonly domainDisks: readonly { readonly path: string; readonly format: string }[];
  /** Empty if there are none, or the domain is off. */
  readonly jobs: readonly DomainJob[];
  /** Whether libvirt answered for each job that was asked for. */
  readonly jobsKnown: boolean;
  /** Processes that have a disk file of the instance open: `pid command`, and the program's name alone. */
  readonly diskOpeners: readonly { readonly program: string; readonly command: string }[];
  /** Of the domain's XML, such as `pc-i440fx-7.2`. */
  readonly machineType: string | undefined;
  /** True if the domain has a TPM of software. */
  readonly hasTpm: boolean;
  /** Where its state lies, if it is there. */
  readonly tpmPath: string | undefined;
  /** What `disk.config` holds, by its first sectors. */
  readonly configDrive: 'iso9660' | 'vfat' | 'unknown' | undefined;
  /** A directory by libvirt's name, as before Grizzly: `instance-0000abcd`. */
  readonly oldDirectory: string | undefined;
  /** Disk files of all instances on the host together; `undefined` if there are too many to look at. */
  readonly allDisks: { readonly allocatedBytes: number; readonly virtualBytes: number } | undefined;
}
