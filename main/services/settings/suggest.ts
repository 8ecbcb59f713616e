/** The allowed name that was most likely meant; `undefined` if none is near. */
export function suggest(name: string, allowed: readonly string[]): string | undefined {
  const most = Math.min(3, Math.ceil(name.length / 2));
  const [best] = allowed
    .map((candidate) => ({ candidate, edits: edits(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((match) => match.edits <= most)
    .sort((one, other) => one.edits - other.edits);
  return best?.candidate;
}

/** Letters to add, remove or change to make one of the other (Levenshtein). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
