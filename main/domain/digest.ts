import { showCommand } from './naming.ts';

/**
 * What content is compared by, the fastest first. `xxh128` is what rsync itself compares files by, from 3.2.0 on
 * (rsync NEWS): 128 bits against accidents, at the speed of the memory. The others are coreutils', for who wants a digest
 * that nobody can forge.
 */
export const DIGEST_ALGORITHMS = ['xxh128', 'b2sum', 'sha256sum'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** A directory that is on no host: rsync is only to tell what it would have brought there. */
export const NOWHERE = '/nonexistent/coldhaul/';

/** What rsync is told, before the path, to print the digest of a file and do nothing else (rsync(1), `%C`). */
export const RSYNC_DIGEST_OPTIONS = [
  '--dry-run',
  '--checksum',
  '--checksum-choice=xxh128',
  '--out-format=%C',
] as const;

/** The command that prints the digest of a file, first in its output. */
export function digestArgv(algorithm: DigestAlgorithm, path: string): readonly string[] {
  return algorithm === 'xxh128' ? ['rsync', ...RSYNC_DIGEST_OPTIONS, '--', path, NOWHERE] : [algorithm, path];
}

/** By which an admin makes the same digest. */
export function digestCommand(algorithm: DigestAlgorithm, path: string): string {
  return showCommand(digestArgv(algorithm, path));
}

/** Algorithms that every one of the hosts has, the fastest first. */
export function sharedDigests(
  hosts: readonly { readonly tools: Readonly<Partial<Record<DigestAlgorithm, string>>> }[],
): readonly DigestAlgorithm[] {
  return DIGEST_ALGORITHMS.filter((algorithm) => hosts.every(({ tools }) => tools[algorithm] !== undefined));
}
