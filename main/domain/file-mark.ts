/** By what a file is known again that nobody has written to. */
export interface FileMark {
  readonly inode: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
}
