import { openCase } from './case-file.ts';
import { describeAction } from './describe.ts';
import { diagnose, offers } from './diagnose.ts';
import type { Comparison, Evidence } from './evidence.ts';

/** What a comparison said, what that means for the case, and what comes next. */
export function comparedWords(evidence: Evidence, made: readonly Comparison[]): string {
  const now = { ...evidence, comparisons: [...evidence.comparisons, ...made] };
  const all = diagnose(now);
  const next = all
    .flatMap((diagnosis) => offers(now, diagnosis, all))
    .find(({ action, refusals }) => action.kind !== 'compare' && refusals.length === 0);
  return [
    resultOf(made),
    ...all.slice(0, 1).map(({ verdict }) => `That means: ${verdict}`),
    ...(next === undefined ? [] : [`Next: ${describeAction(next.action, openCase(now)).title}.`]),
  ].join(' ');
}

function resultOf(made: readonly Comparison[]): string {
  const differing = made.filter(({ equal }) => !equal).map(({ destinationPath }) => destinationPath);
  const count = String(made.length);
  if (differing.length === 0)
    return made.length === 1
      ? 'Its disk was read on both hosts, and is equal.'
      : `All ${count} disks were read on both hosts, and are equal.`;
  return made.length === 1
    ? `Its disk was read on both hosts, and differs: ${differing.join(', ')}.`
    : `${String(differing.length)} of ${count} disks that were read on both hosts differ: ${differing.join(', ')}.`;
}
