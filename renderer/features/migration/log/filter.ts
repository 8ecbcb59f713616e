import type { LogLineView } from '@contract/views.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** What of the log is shown; `undefined` is everything. */
export interface LogFilter {
  /** This one and those above it. */
  readonly level: Level;
  readonly migration: string | undefined;
  readonly host: string | undefined;
  readonly disk: string | undefined;
  /** In any letter case. */
  readonly search: string;
}

/** Lines that were filtered already, so that only what came since has to be looked at. */
export interface Filtered {
  readonly filter: LogFilter;
  readonly source: readonly LogLineView[];
  readonly shown: readonly LogLineView[];
}

/** Shows what passes. With thousands of lines a second, the whole is not gone through anew for each of them. */
export function filterLines(
  before: Filtered | undefined,
  source: readonly LogLineView[],
  filter: LogFilter,
): Filtered {
  if (before !== undefined && before.filter === filter) {
    if (before.source === source) return before;
    const known = before.source.at(-1)?.number;
    const first = source[0];
    // Only new lines at the end, and perhaps old ones gone at the beginning: the log is full.
    if (known !== undefined && first !== undefined && before.source.includes(first)) {
      const fresh = source.slice(indexAfter(source, known)).filter((line) => passes(line, filter));
      const left = from(before.shown, first.number);
      return { filter, source, shown: fresh.length === 0 ? left : [...left, ...fresh] };
    }
  }
  return { filter, source, shown: source.filter((line) => passes(line, filter)) };
}

/** Numbers ascend, and what is new is near the end. */
function indexAfter(lines: readonly LogLineView[], number: number): number {
  return lines.findLastIndex((line) => line.number <= number) + 1;
}

/** Without those before this number, which are at the beginning. */
function from(lines: readonly LogLineView[], number: number): readonly LogLineView[] {
  const index = lines.findIndex((line) => line.number >= number);
  if (index < 0) return [];
  return index === 0 ? lines : lines.slice(index);
}

export function passes(line: LogLineView, { level, migration, host, disk, search }: LogFilter): boolean {
  if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false;
  if (migration !== undefined && line.migration !== migration) return false;
  if (host !== undefined && line.host !== host) return false;
  if (disk !== undefined && line.disk !== disk) return false;
  if (search === '') return true;
  const wanted = search.toLowerCase();
  return [line.message, line.host, line.disk, line.command].some(
    (text) => text?.toLowerCase().includes(wanted) === true,
  );
}

/** One line as text, for a file or another window. */
export function lineText({ atMs, level, host, disk, message, command }: LogLineView): string {
  const head = [new Date(atMs).toISOString(), level.toUpperCase().padEnd(5), host, disk];
  const text = `${head.filter((part) => part !== undefined).join(' ')} ${message}`;
  return command === undefined ? text : `${text}\n    $ ${command}`;
}
