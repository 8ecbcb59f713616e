const HEX = /^(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128})$/;

/** A digest, with the file's identity (device, inode, size, time) before and after it was read. */
export interface Reading {
  readonly before: string;
  readonly hex: string;
  readonly after: string;
}

export function isDigest(text: string): boolean {
  return HEX.test(text);
}

/**
 * What was read of a shared file, if it can be believed: it was the same file before and after, or it only got a new
 * time, as Nova gives its bases, and a second reading says the same. `undefined` if not.
 */
export function settledDigest(readings: readonly Reading[]): string | undefined {
  const [first, second] = readings;
  if (first === undefined) return undefined;
  if (first.before === first.after) return first.hex;
  if (second === undefined) return undefined;
  const looks = [first.before, first.after, second.before, second.after].map(withoutTime);
  // A reading under which nothing happened stands by itself, whatever came before it.
  if (second.before === second.after && allEqual(looks)) return second.hex;
  return allEqual(looks) && first.hex === second.hex ? second.hex : undefined;
}

export function allEqual(words: readonly string[]): boolean {
  return new Set(words).size === 1;
}

/** Device, inode and size of an identity, which are its first three words. */
export function withoutTime(identity: string): string {
  return identity.split(' ', 3).join(' ');
}
