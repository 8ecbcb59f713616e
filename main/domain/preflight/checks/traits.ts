import type { HostTraits } from '../../host-traits.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/** Judges what a host is; says so if that was not read, for then nothing is known. */
export function withTraits(
  { name, facts: { traits } }: HostEvidence,
  judge: (traits: HostTraits) => Judgement,
): Judgement {
  return traits === undefined ? unread([name]) : judge(traits);
}

/** The same of both hosts of a move. */
export function withBoth(
  { source, destination }: MoveEvidence,
  judge: (source: HostTraits, destination: HostTraits) => Judgement,
): Judgement {
  const [here, there] = [source.facts.traits, destination.facts.traits];
  if (here !== undefined && there !== undefined) return judge(here, there);
  return unread(
    [source, destination].filter(({ facts }) => facts.traits === undefined).map(({ name }) => name),
  );
}

function unread(names: readonly string[]): Judgement {
  return {
    verdict: 'note',
    message: `What ${names.join(' and ')} is made of was not read, so this is not known.`,
  };
}
