import type { FileMark } from '../../domain/plan.ts';

/** True if it is that very file, and nobody has written to it. */
export function isMarked(file: FileMark | undefined, mark: FileMark | undefined): boolean {
  return (
    file !== undefined &&
    file.inode === mark?.inode &&
    file.sizeBytes === mark.sizeBytes &&
    file.mtimeSeconds === mark.mtimeSeconds
  );
}
