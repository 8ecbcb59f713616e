import { Failure } from '../../domain/failure.ts';

/**
 * Where a job is. `lost` is one that no longer runs and never said how it ended: its host was booted, or it was killed.
 * Times are in milliseconds since 1970 by the host's own clock.
 */
export type JobState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'running'; readonly startedAtMs: number }
  | {
      readonly kind: 'ended';
      readonly code: number;
      readonly startedAtMs: number;
      readonly endedAtMs: number;
    }
  | { readonly kind: 'lost'; readonly startedAtMs: number };

/** Reads the four fields that the scripts report. */
export function readJobState(fields: readonly (string | undefined)[]): JobState {
  const [kind, code, started, ended] = fields;
  const startedAtMs = Number(started);
  switch (kind) {
    case 'absent':
      return { kind };
    case 'running':
    case 'lost':
      return { kind, startedAtMs };
    case 'ended':
      return { kind, code: Number(code), startedAtMs, endedAtMs: Number(ended) };
    case undefined:
    default:
      throw new Failure('host.command-failed', `The host gave an unknown state of a job: ${String(kind)}.`);
  }
}

/** A job that has ended; `code` is 128 and the number of the signal if one ended it. */
export interface JobEnd {
  readonly code: number;
  readonly seconds: number;
  /** The last 4 KiB of what it complained. */
  readonly stderr: string;
}
