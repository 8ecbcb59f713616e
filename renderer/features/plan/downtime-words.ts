import { formatSeconds } from '@contract/format.ts';
import type { PlanView } from '@contract/views.ts';

type Prediction = NonNullable<PlanView['downtime']>;

/** Widths of the parts in percent of the longest of both predictions. */
export function shares(
  { parts }: Prediction,
  longestSeconds: number,
): readonly { readonly name: string; readonly percent: number }[] {
  return parts.map(({ name, seconds }) => ({
    name,
    percent: longestSeconds <= 0 ? 0 : (seconds / longestSeconds) * 100,
  }));
}

/** How the two compare in words; `undefined` if one of them is not known. */
export function comparison(ours: Prediction | undefined, nova: Prediction | undefined): string | undefined {
  if (ours === undefined || nova === undefined) return undefined;
  const saved = nova.seconds - ours.seconds;
  if (Math.abs(saved) < 1) return 'Both take as long.';
  return saved > 0
    ? `${formatSeconds(saved)} shorter than Nova’s own way.`
    : `${formatSeconds(-saved)} longer than Nova’s own way, for the copy is proven.`;
}
