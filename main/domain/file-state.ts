/** One file, as `stat` tells. */
export interface FileState {
  readonly path: string;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** Whole seconds since 1970: what rsync's quick check compares (docs/handbook/nova.md, handing over). */
  readonly mtimeSeconds: number;
  readonly inode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
}
