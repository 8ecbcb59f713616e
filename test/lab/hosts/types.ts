import type { LabHost } from '../types.ts';

/** What a host's nova.conf says, where it matters to a migration. Nova's names, Nova's units. */
export interface NovaOptions {
  /** `[libvirt] remote_filesystem_transport`. */
  readonly transport: 'rsync' | 'ssh';
  readonly resizeConfirmWindowSeconds: number;
  readonly shutdownTimeoutSeconds: number;
  readonly forceRawImages: boolean;
  readonly useCowImages: boolean;
  readonly removeUnusedBaseImages: boolean;
}

export interface HostOptions {
  readonly name: string;
  /** A loopback address of its own, such as 127.0.0.11. */
  readonly address: string;
  /** The lab's directory, the same for all hosts that shall know each other. */
  readonly directory: string;
  readonly nova?: Partial<NovaOptions>;
  /** Puts the instances on a file system of this size, so that it can run full; without it they have the machine's room. */
  readonly instancesMib?: number;
}

/** Where a host's parts lie on this machine. In a user's lab some of them belong to others: use `exec` to change them. */
export interface HostPaths {
  readonly directory: string;
  readonly etc: string;
  readonly bin: string;
  readonly varLibNova: string;
  readonly sshdLog: string;
}

export interface RunningHost extends LabHost {
  /** The host's PID 1, as this machine numbers it. */
  readonly pid: number;
  readonly paths: HostPaths;
  readonly capabilities: {
    /** Whether `operator` may become root by `sudo -n`. Where not, log in as root. */
    readonly sudo: boolean;
    /** True if this machine's root runs the lab. */
    readonly privileged: boolean;
  };
  /** Rewrites /etc/nova/nova.conf; options that are not named keep their value. */
  configureNova(options: Partial<NovaOptions>): Promise<void>;
  /** Changes the size of the instances' file system. Only for a host that was started with `instancesMib`. */
  resizeInstances(mib: number): Promise<void>;
  /** Nobody can connect any more; sessions that exist go on. */
  stopSshd(): Promise<void>;
  startSshd(): Promise<void>;
  restartSshd(): Promise<void>;
  /** Pulls the plug of every SSH session, as a broken link does. */
  dropSessions(): Promise<void>;
  /** Ends the host with all its processes. Its files stay. Safe to repeat. */
  stop(): Promise<void>;
}
