import { Failure } from '../../domain/failure.ts';
import type { HostFacts } from '../../domain/host.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '../../domain/transfer.ts';

interface Host {
  readonly name: string;
  readonly facts: HostFacts;
}

/**
 * What content is compared by. Left to us, the first that both hosts have: BLAKE2b is about twice as fast as SHA-256
 * without help of the CPU. No choice leaves the comparison away.
 *
 * @throws Failure `plan.blocked` if the one that was asked for is not on both hosts.
 */
export function chooseDigest(
  asked: DigestAlgorithm | undefined,
  hosts: readonly [Host, Host],
): DigestAlgorithm {
  const lacking = (algorithm: DigestAlgorithm): readonly string[] =>
    hosts.filter(({ facts }) => facts.tools[algorithm] === undefined).map(({ name }) => name);
  if (asked === undefined)
    return DIGEST_ALGORITHMS.find((algorithm) => lacking(algorithm).length === 0) ?? 'sha256sum';
  const without = lacking(asked);
  if (without.length === 0) return asked;
  const others = DIGEST_ALGORITHMS.filter((algorithm) => lacking(algorithm).length === 0);
  throw new Failure('plan.blocked', `${asked} is not on ${without.join(' and ')}`, {
    hint:
      others.length === 0
        ? 'It comes with coreutils.'
        : `Both hosts have ${others.join(', ')}; leave the choice away to have the best one taken.`,
  });
}
