import type { PlanView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';

export type Finding = PlanView['findings'][number];
export type Verdict = Finding['verdict'];

/** Worst first. */
const ORDER = ['block', 'warn', 'note', 'pass'] as const satisfies readonly Verdict[];

export const VERDICTS = {
  block: { word: 'Blocks', tone: 'bad' },
  warn: { word: 'Warning', tone: 'warn' },
  note: { word: 'Note', tone: 'note' },
  pass: { word: 'In order', tone: 'good' },
} as const satisfies Record<Verdict, { readonly word: string; readonly tone: Tone }>;

/** 0 for what blocks; the larger, the better. */
export function rank(verdict: Verdict): number {
  return ORDER.indexOf(verdict);
}

/** Worst first; the order within one verdict stays. */
export function worstFirst<T extends { readonly verdict: Verdict }>(findings: readonly T[]): readonly T[] {
  return [...findings].sort((left, right) => rank(left.verdict) - rank(right.verdict));
}

export function countOf(
  findings: readonly { readonly verdict: Verdict }[],
): Readonly<Record<Verdict, number>> {
  const counts = { block: 0, warn: 0, note: 0, pass: 0 };
  for (const { verdict } of findings) counts[verdict] += 1;
  return counts;
}

/** How many of each verdict, worst first and without those that are none: `2 that block`, `1 warning`, `61 in order`. */
export function countWords(
  findings: readonly { readonly verdict: Verdict }[],
): readonly { readonly tone: Tone; readonly word: string }[] {
  const counts = countOf(findings);
  const words: Readonly<Record<Verdict, (count: number) => string>> = {
    block: (count) => (count === 1 ? '1 that blocks' : `${String(count)} that block`),
    warn: (count) => (count === 1 ? '1 warning' : `${String(count)} warnings`),
    note: (count) => (count === 1 ? '1 note' : `${String(count)} notes`),
    pass: (count) => `${String(count)} in order`,
  };
  return ORDER.filter((verdict) => counts[verdict] > 0).map((verdict) => ({
    tone: VERDICTS[verdict].tone,
    word: words[verdict](counts[verdict]),
  }));
}
