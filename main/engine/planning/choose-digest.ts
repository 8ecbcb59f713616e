import { sharedDigests, type DigestAlgorithm } from '../../domain/digest.ts';
import { Failure } from '../../domain/failure.ts';
import type { HostFacts } from '../../domain/host.ts';

interface Host {
  readonly name: string;
  readonly facts: HostFacts;
}

/**
 * What content is compared by. Left to us, the first that both hosts have (docs/adr/0015). No choice leaves the comparison
 * away.
 *
 * @throws Failure `plan.blocked` if the one that was asked for is not on both hosts.
 */
export function chooseDigest(
  asked: DigestAlgorithm | undefined,
  hosts: readonly [Host, Host],
): DigestAlgorithm {
  const shared = sharedDigests(hosts.map(({ facts }) => facts));
  if (asked === undefined) return shared[0] ?? 'sha256sum';
  if (shared.includes(asked)) return asked;
  const without = hosts.filter(({ facts }) => facts.tools[asked] === undefined).map(({ name }) => name);
  throw new Failure('plan.blocked', `${asked} is not on ${without.join(' and ')}`, {
    hint:
      shared.length === 0
        ? 'xxh128 comes with rsync 3.2 and newer, the others with coreutils.'
        : `Both hosts have ${shared.join(', ')}; leave the choice away to have the best one taken.`,
  });
}
