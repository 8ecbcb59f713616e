/** What a host is made of and set to, beyond what the engine itself works with: for the checks. */
export interface HostTraits {
  /** `uname -m`: x86_64, aarch64 … */
  readonly architecture: string;
  readonly cpu: CpuTraits;
  /** True if there is a /dev/kvm. */
  readonly hasKvm: boolean;
  /** What libvirt says of itself; `undefined` if it did not answer. */
  readonly libvirt: LibvirtTraits | undefined;
  /** Versions of packages by name, as the package manager tells; empty if there is none, as around containers. */
  readonly packages: ReadonlyMap<string, string>;
  /** In the order of their numbers; empty if the kernel does not tell. */
  readonly numaNodes: readonly NumaNode[];
  /** /sys/devices/system/cpu/isolated, such as `2-15`; empty if none is. */
  readonly isolatedCpus: string;
  /** UEFI firmware: descriptors of QEMU and the files that edk2 usually comes in. */
  readonly uefiFiles: readonly string[];
  /** Whether its sshd names a subsystem for SFTP; `undefined` if its configuration could not be read. */
  readonly hasSftp: boolean | undefined;
  readonly accounts: AccountTraits;
  readonly storage: StorageTraits;
  /** `undefined` if the host has no `ip`. */
  readonly network: NetworkTraits | undefined;
  readonly load: LoadTraits;
  readonly nova: NovaTraits;
}

/** Of the first processor in /proc/cpuinfo. */
export interface CpuTraits {
  /** `GenuineIntel`, `AuthenticAMD`, or ARM’s number of the implementer. */
  readonly vendor: string;
  /** Empty where the kernel gives no name. */
  readonly model: string;
  readonly flags: readonly string[];
}

export interface LibvirtTraits {
  /** `9.0.0`. */
  readonly version: string;
  /** Of the QEMU that it runs; `undefined` if it did not say. */
  readonly qemuVersion: string | undefined;
  /** Its own name for the host’s CPU, such as `Skylake-Server-IBRS`. */
  readonly cpuModel: string | undefined;
  /** CPU models that QEMU knows, and whether this host can run them (formatdomaincaps.html#cpu-configuration). */
  readonly cpuModels: ReadonlyMap<string, boolean>;
  /** Machine types that its QEMU knows for the host’s own architecture, aliases too. */
  readonly machineTypes: readonly string[];
}

export interface NumaNode {
  readonly id: number;
  /** `0-7,16-23`. */
  readonly cpus: string;
  readonly totalKib: number;
  readonly freeKib: number;
  readonly hugePages: readonly {
    readonly sizeKib: number;
    readonly total: number;
    readonly free: number;
  }[];
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface AccountTraits {
  /** Of Nova’s user and of those that QEMU may run as. */
  readonly users: readonly Account[];
  /** Numeric ids of the groups that matter: kvm, libvirt, libvirt-qemu, qemu, nova. */
  readonly groups: ReadonlyMap<string, number>;
  /** Names of the groups that Nova’s user is in. */
  readonly novaGroups: readonly string[];
}

/** The file system of the instances. */
export interface StorageTraits {
  /** As in /proc/mounts: a device, or `server:/export`. */
  readonly device: string;
  readonly mountPoint: string;
  /** As the kernel names it: ext4, xfs, nfs4, fuse.glusterfs … */
  readonly type: string;
  readonly options: readonly string[];
  /** `stat -f -c %i`; for most file systems made of their UUID, for xfs of the device’s number. */
  readonly id: string;
  /** 0 where a file system does not count them, such as btrfs. */
  readonly totalInodes: number;
  /** Whether `quota` was there to be asked. */
  readonly isQuotaTold: boolean;
  /** Bytes that Nova’s user may still fill by its quota; `undefined` if it has none, as far as that was told. */
  readonly quotaFreeBytes: number | undefined;
}

export interface NetworkTraits {
  readonly interfaces: readonly NetworkInterface[];
  /** Destinations as `ip route` shows them, `default` among them, most special first as they came. */
  readonly routes: readonly { readonly to: string; readonly interface: string }[];
  /** The host’s own address by which we logged in; `undefined` if it does not show. */
  readonly loginAddress: string | undefined;
}

export interface NetworkInterface {
  readonly name: string;
  /** With the length of the prefix: `10.0.0.11/24`. */
  readonly addresses: readonly string[];
  /** `undefined` if its driver does not tell. */
  readonly megabitsPerSecond: number | undefined;
  /** Both directions, between two looks within one script; `undefined` if they were too close. */
  readonly bytesPerSecond: number | undefined;
}

export interface LoadTraits {
  /** Of the last minute (/proc/loadavg). */
  readonly average: number;
  /** Part of the last ten seconds in which something waited for a disk (/proc/pressure/io, `some avg10`), 0 to 1. */
  readonly ioPressure: number | undefined;
}

/** Settings of nova-compute that only the checks look at, with Nova’s defaults where the file is silent. */
export interface NovaTraits {
  /** `[libvirt] images_type`: default, qcow2, raw, flat, lvm, rbd, ploop (nova/conf/libvirt.py). */
  readonly imagesType: string;
  /** `[libvirt] virt_type`. */
  readonly virtType: string;
  /** `[libvirt] cpu_mode`; `undefined`: Nova takes host-model, on aarch64 host-passthrough. */
  readonly cpuMode: string | undefined;
  /** `[libvirt] cpu_models`, or the older cpu_model. */
  readonly cpuModels: readonly string[];
  /** `[compute] cpu_dedicated_set`, or the older vcpu_pin_set; empty if it is not set. */
  readonly dedicatedCpus: string;
  /** `[compute] cpu_shared_set`. */
  readonly sharedCpus: string;
  /** `[libvirt] migration_inbound_addr` of new releases: then Nova copies to this and not to my_ip. */
  readonly migrationAddress: string | undefined;
  readonly resumesGuestsOnBoot: boolean;
  /** `[image_cache] remove_unused_original_minimum_age_seconds`. */
  readonly baseMinimumAgeSeconds: number;
  /** `[image_cache] manager_interval`; below 0 the cache is never looked through. */
  readonly imageCacheIntervalSeconds: number;
}
