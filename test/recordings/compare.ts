import type { Leg, Recording } from './recording.ts';

/**
 * Where a made-up cloud went another way than a real one. The real one was looked at from time to time, so it may have
 * been in states between that nobody saw; the made-up one tells all of its own. So what was seen must be among them,
 * in that order, with the same beginning and the same end, and with the same files at the end.
 *
 * @returns one sentence for each difference.
 */
export function differences(real: Recording, lab: Recording): readonly string[] {
  const names = (recording: Recording): string => recording.legs.map(({ name }) => name).join('; ');
  if (names(real) !== names(lab)) return [`the legs are ${names(lab)}, not ${names(real)}`];
  return real.legs.flatMap((leg, index) => {
    const other = lab.legs[index];
    return other === undefined ? [] : legDifferences(leg, other).map((words) => `${leg.name}: ${words}`);
  });
}

function legDifferences(real: Leg, lab: Leg): readonly string[] {
  return [
    ...way('server', real.server, lab.server),
    ...way('migration', real.migration, lab.migration),
    ...(['source', 'destination'] as const).flatMap((part) => fileDifferences(part, real, lab)),
  ];
}

function way(what: string, seen: readonly string[], walked: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (seen[0] !== walked[0])
    problems.push(`${what} begins as ${String(walked[0])}, not as ${String(seen[0])}`);
  if (seen.at(-1) !== walked.at(-1))
    problems.push(`${what} ends as ${String(walked.at(-1))}, not as ${String(seen.at(-1))}`);
  let from = 0;
  for (const state of seen) {
    const found = walked.indexOf(state, from);
    if (found < 0)
      return [...problems, `${what} is never ${state}${from === 0 ? '' : ' after what came before'}`];
    from = found;
  }
  return problems;
}

function fileDifferences(part: 'source' | 'destination', real: Leg, lab: Leg): readonly string[] {
  const [there, here] = [new Set(real.files[part]), new Set(lab.files[part])];
  return [
    ...[...there].filter((name) => !here.has(name)).map((name) => `the ${part} lacks ${name}`),
    ...[...here]
      .filter((name) => !there.has(name))
      .map((name) => `the ${part} has ${name}, which is not there`),
  ];
}
