import { z } from 'zod';

/**
 * What a client saw of one instance while Coldhaul did one thing with it, on whichever cloud. Hosts are called by their
 * part in it, so that recordings of several clouds can be laid side by side.
 */
export const Leg = z.object({
  /** Such as `there, migrate`. */
  name: z.string(),
  /** `STATUS vm_state/task_state host`, each only when it changed, in order. */
  server: z.array(z.string()),
  /** States of the newest migration record, in order. */
  migration: z.array(z.string()),
  /** Names below the instances' directory that belong to it, at the end of the leg. */
  files: z.object({ source: z.array(z.string()), destination: z.array(z.string()) }),
});
export type Leg = z.infer<typeof Leg>;

export const Recording = z.object({ scenario: z.string(), cloud: z.string(), legs: z.array(Leg) });
export type Recording = z.infer<typeof Recording>;

export interface ServerState {
  readonly status: string;
  readonly vmState: string;
  readonly taskState: string | null;
  readonly host: string | null;
}

/** Who is who on this leg. */
export interface Parts {
  readonly source: string;
  readonly destination: string;
}

export function serverWords({ status, vmState, taskState, host }: ServerState, parts: Parts): string {
  const part = host === parts.source ? 'source' : host === parts.destination ? 'destination' : 'elsewhere';
  return `${status} ${vmState}/${taskState ?? '-'} ${part}`;
}

/** Without what is another each time: ids, the image's base, times of the day; and whether a base had to be brought. */
export function fileNames(listed: string, id: string): readonly string[] {
  const names = listed
    .split('\n')
    .map((name) => name.trim().replaceAll(id, 'UUID'))
    .filter((name) => name !== '' && !name.includes('.coldhaul-published-'))
    .map((name) => name.replace(/\.kept-.*/, '.kept').replace(/[0-9a-f]{40}/, 'BASE'));
  return [...new Set(names)].sort();
}

/** Each change once. */
export function changes(states: readonly string[]): readonly string[] {
  return states.filter((state, index) => state !== states[index - 1]);
}
