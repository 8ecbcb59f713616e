import type { RecordName, Records } from './calls.ts';

/** What the shell asked of Electron so far, oldest first, and what it will ask. */
export interface Asked {
  all<K extends RecordName>(name: K): readonly Records[K][];
  /** The last one. @throws if there is none */
  last<K extends RecordName>(name: K): Records[K];
  /** The first one that fits, now or within the bound. Only those after the first `after` count. */
  wait<K extends RecordName>(
    name: K,
    fits?: (detail: Records[K]) => boolean,
    after?: number,
  ): Promise<Records[K]>;
}

/** Against hanging on a busy machine; nothing is measured by it. */
const BOUND_MS = 240_000;

export function createAsked(): Asked & { take(name: RecordName, detail: unknown): void } {
  const records: { readonly name: RecordName; readonly detail: unknown }[] = [];
  const watchers = new Set<() => void>();
  const all = <K extends RecordName>(name: K): readonly Records[K][] =>
    records.filter((record) => record.name === name).map(({ detail }) => detail as Records[K]);

  return {
    take(name, detail) {
      records.push({ name, detail });
      for (const look of watchers) look();
    },
    all,
    last(name) {
      const last = all(name).at(-1);
      if (last === undefined) throw new Error(`the shell never asked for ${name}`);
      return last;
    },
    wait(name, fits = () => true, after = 0) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = all(name).slice(after).find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(
            new Error(
              `the shell did not ask for ${name}; it asked for ${records.map((record) => record.name).join(', ')}`,
            ),
          );
        }, BOUND_MS);
        watchers.add(look);
        look();
      });
    },
  };
}
