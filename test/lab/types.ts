/** What the lab's cloud knows of the lab's hosts: programs, files and nothing else, as nova-compute would. */
export interface LabHost {
  readonly name: string;
  /** A loopback address of its own, such as 127.0.0.11. Nova's `my_ip`. */
  readonly address: string;
  readonly sshPort: number;
  /** Runs a program inside the host (its mount, PID and user namespace), as root unless told otherwise. Never throws for a non-zero exit. */
  exec(
    argv: readonly string[],
    options?: { readonly user?: string; readonly stdin?: string; readonly signal?: AbortSignal },
  ): Promise<LabResult>;
}

export interface LabResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const INSTANCES_PATH = '/var/lib/nova/instances';
