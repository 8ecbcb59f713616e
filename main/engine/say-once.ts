import type { Log } from '../domain/ports.ts';

/** Warnings about what lasts, said once as long as it lasts. */
export interface SayOnce {
  /**
   * @param migration - What it is about; `undefined` is all of them.
   * @param after - It is said when it was the case this many times in a row.
   */
  say(migration: string | undefined, message: string, after?: number): void;
  /** It is not the case any more. */
  forget(migration: string | undefined): void;
}

export function createSayOnce(log: Log): SayOnce {
  const said = new Map<string | undefined, { readonly message: string; readonly times: number }>();
  return {
    say(migration, message, after = 1) {
      const before = said.get(migration);
      const times = before?.message === message ? before.times + 1 : 1;
      said.set(migration, { message, times });
      if (times === after) log({ level: 'warn', message, ...(migration !== undefined && { migration }) });
    },
    forget(migration) {
      said.delete(migration);
    },
  };
}
