/** What a script of ours tells: a name and a value, each ended by NUL. */
export type Pair = readonly [name: string, value: string];

export function readPairs(stdout: string): readonly Pair[] {
  const fields = stdout.split('\0');
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, index) => [
    fields[2 * index] ?? '',
    fields[2 * index + 1] ?? '',
  ]);
}

/** Every value of that name, in order. */
export function valuesOf(pairs: readonly Pair[], name: string): readonly string[] {
  return pairs.flatMap(([each, value]) => (each === name ? [value] : []));
}

/** Runs of pairs that begin with that name, each up to the next one. */
export function groupsOf(pairs: readonly Pair[], name: string): readonly (readonly Pair[])[] {
  const starts = pairs.flatMap(([each], index) => (each === name ? [index] : []));
  return starts.map((start, index) => pairs.slice(start, starts[index + 1]));
}
