import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Where the window was, in device-independent pixels; `bounds` are those it has when it is not maximised. */
export interface WindowState {
  readonly bounds: Bounds;
  readonly maximized: boolean;
}

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const SMALLEST = { width: 1024, height: 700 } as const;
export const USUAL = { width: 1280, height: 800 } as const;

/** This much of the title must be on a display, or nobody can take hold of the window. */
const GRIP = { width: 120, height: 32 } as const;

const Stored = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
});

/** @returns `undefined` if there is none yet, or none that can be read: a window opens anyway. */
export function readWindowState(path: string): WindowState | undefined {
  try {
    return Stored.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once, so that a crash leaves the old one or the new one. */
export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${String(process.pid)}.new`;
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, path);
}

/**
 * The bounds for a new window: as they were, if a display is still there for them, and never larger than it.
 *
 * @param workAreas - of all displays, the first one first.
 * @returns no place if the system should choose one.
 */
export function fitBounds(
  kept: Bounds | undefined,
  workAreas: readonly Bounds[],
): { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number } {
  const home = kept === undefined ? undefined : workAreas.find((area) => holdsGrip(area, kept));
  const room = home ?? workAreas[0];
  const width = clamp(kept?.width ?? USUAL.width, SMALLEST.width, room?.width);
  const height = clamp(kept?.height ?? USUAL.height, SMALLEST.height, room?.height);
  return kept === undefined || home === undefined
    ? { width, height }
    : { x: kept.x, y: kept.y, width, height };
}

function holdsGrip(area: Bounds, { x, y, width }: Bounds): boolean {
  const left = Math.max(area.x, x);
  const right = Math.min(area.x + area.width, x + width);
  return right - left >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}

function clamp(wanted: number, smallest: number, largest: number | undefined): number {
  return Math.max(smallest, largest === undefined ? wanted : Math.min(wanted, largest));
}
