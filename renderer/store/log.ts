import { create } from 'zustand';
import type { LogLineView } from '@contract/views.ts';
import { call } from '../engine.ts';

export const MOST_LINES = 100_000;
const PAGE_LINES = 5_000;

interface LogState {
  /** Ascending by number, without doubles. */
  readonly lines: readonly LogLineView[];
  readonly loaded: boolean;
}

export const useLog = create<LogState>(() => ({ lines: [], loaded: false }));

export function forgetLog(): void {
  useLog.setState({ lines: [], loaded: false });
}

export function takeLines(lines: readonly LogLineView[]): void {
  useLog.setState((state) => ({ lines: joined(state.lines, lines) }));
}

/** Reads back what was said before this page was there, newest pages first, up to `MOST_LINES`. */
export async function loadLog(): Promise<void> {
  if (useLog.getState().loaded) return;
  useLog.setState({ loaded: true });
  for (;;) {
    const before = useLog.getState().lines[0]?.number;
    if (before === 1) return;
    const reply = await call('log.read', { limit: PAGE_LINES, ...(before !== undefined && { before }) });
    if (!reply.ok) {
      useLog.setState({ loaded: false });
      return;
    }
    useLog.setState((state) => ({ lines: joined(reply.value.lines, state.lines) }));
    if (!reply.value.more || useLog.getState().lines.length >= MOST_LINES) return;
  }
}

/** Two runs of lines as one; the second begins where the first ends, or overlaps it. Exported for its test. */
export function joined(
  earlier: readonly LogLineView[],
  later: readonly LogLineView[],
): readonly LogLineView[] {
  const last = earlier.at(-1)?.number ?? 0;
  const fresh = (later[0]?.number ?? last + 1) > last ? later : later.filter(({ number }) => number > last);
  if (fresh.length === 0) return earlier;
  const all = [...earlier, ...fresh];
  return all.length > MOST_LINES ? all.slice(all.length - MOST_LINES) : all;
}
