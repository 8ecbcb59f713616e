import type { FaultCase, Kind } from './fault-case.ts';
import { createRandom } from './random.ts';

const DIGITS = 3;

/**
 * The cases of a run: of each kind its share, one kind after the other in turn, so that a run that is broken off has
 * seen all of them. Pure: the same seed gives the same list, and a case does not depend on how many there are.
 *
 * @param count - How many in all; every kind has at least one.
 */
export function planCases(kinds: readonly Kind[], seed: number, count: number): readonly FaultCase[] {
  const whole = kinds.reduce((sum, kind) => sum + kind.share, 0);
  const lists = kinds.map((kind) => {
    const own = Math.max(1, Math.round((kind.share / whole) * count));
    return Array.from({ length: own }, (_, index) => drawCase(kind, seed, index));
  });
  return lists
    .flatMap((list) => list.map((one, index) => ({ one, place: (index + 0.5) / list.length })))
    .sort((left, right) => left.place - right.place)
    .map(({ one }) => one);
}

/** The case of that name, such as `link-012`; `undefined` if it is not the name of a case. */
export function caseNamed(kinds: readonly Kind[], seed: number, id: string): FaultCase | undefined {
  const [, name, number] = /^([a-z]+)-(\d+)$/.exec(id) ?? [];
  const kind = kinds.find((candidate) => candidate.name === name);
  return kind === undefined ? undefined : drawCase(kind, seed, Number(number));
}

function drawCase(kind: Kind, seed: number, index: number): FaultCase {
  const draft = kind.draw(createRandom(`${String(seed)}/${kind.name}/${String(index)}`), index);
  return { ...draft, id: `${kind.name}-${String(index).padStart(DIGITS, '0')}`, kind: kind.name };
}
