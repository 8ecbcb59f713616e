import type { Clock } from '../../main/domain/ports.ts';

/** A clock that stands still until it is moved. A wait is over at once, and moves it by the time waited for. */
export interface ManualClock extends Clock {
  readonly waitsMs: readonly number[];
  advance(ms: number): void;
}

export function manualClock(startMs = Date.parse('2026-11-20T12:00:00Z')): ManualClock {
  let nowMs = startMs;
  const waitsMs: number[] = [];
  return {
    waitsMs,
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    wait(ms) {
      waitsMs.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}
