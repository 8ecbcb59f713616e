import type { Input, Output } from '../contract/ipc.ts';
import type { LogLineView } from '../contract/views.ts';

/** The lines of this process's life, of all engines, under one count. */
export interface LogStore {
  /** @returns the lines with their numbers on this desk, as they are to be told. */
  add(lines: readonly LogLineView[]): readonly LogLineView[];
  read(request: Input<'log.read'>): Output<'log.read'>;
}

const KEPT_LINES = 100_000;
/** Cutting costs a copy of all, so it is done for this many at once. */
const CUT_LINES = 5_000;

export function createLogStore(keptLines = KEPT_LINES, cutLines = CUT_LINES): LogStore {
  let kept: LogLineView[] = [];
  let last = 0;
  return {
    add(lines) {
      const numbered = lines.map((line) => ({ ...line, number: (last += 1) }));
      for (const line of numbered) kept.push(line);
      if (kept.length >= keptLines + cutLines) kept = kept.slice(-keptLines);
      return numbered;
    },
    read({ migration, before, limit }) {
      const found: LogLineView[] = [];
      // Numbers follow each other without a gap.
      const first = kept[0]?.number ?? 1;
      let index = before === undefined ? kept.length : Math.min(kept.length, before - first);
      while (index > 0) {
        index -= 1;
        const line = kept[index];
        if (line === undefined || (migration !== undefined && line.migration !== migration)) continue;
        if (found.length === limit) return { lines: found.reverse(), more: true };
        found.push(line);
      }
      return { lines: found.reverse(), more: false };
    },
  };
}
