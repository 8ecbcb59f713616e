import { formatSeconds } from '../domain/units.ts';
import type { CaseView, DiagnosisView, OfferView } from './recovery-views.ts';

export { URGENCIES } from '../domain/recovery/rule.ts';

/** What the page and the command line both make of a case. */

/** The steps of a case, each once, in the order in which they are numbered. */
export function stepsOf(view: CaseView): readonly OfferView[] {
  const steps = new Map<string, OfferView>();
  for (const step of view.diagnoses.flatMap((diagnosis) => diagnosis.steps))
    if (!steps.has(step.key)) steps.set(step.key, step);
  return [...steps.values()];
}

/** The first that may be done now; what is by hand counts, for only a person knows whether it was done. */
export function nextStep(view: CaseView): OfferView | undefined {
  return stepsOf(view).find(({ refusals }) => refusals.length === 0);
}

/** True if something has to be done about it, now or when its time has come. */
export function isWrong({ diagnoses }: CaseView): boolean {
  return diagnoses.some(({ urgency }) => urgency !== 'fine' && urgency !== 'untidy');
}

/** `in 3 h 20 min`, `due since 4 s`. */
export function untilWords(atMs: number, nowMs: number): string {
  const seconds = (atMs - nowMs) / 1000;
  return seconds >= 0 ? `in ${formatSeconds(seconds)}` : `due since ${formatSeconds(-seconds)}`;
}

const GOOD_WORDS = {
  both: 'both hosts have it, proven equal',
  'none whole': 'none is whole as it lies',
  'not known': 'not known',
} as const;

/** `compute-a, /var/lib/nova/instances/…_resize (by its size)`. */
export function goodCopyWords(goodCopy: NonNullable<DiagnosisView['goodCopy']>): string {
  if (typeof goodCopy === 'string') return GOOD_WORDS[goodCopy];
  const { host, path, how } = goodCopy;
  return `${host}, ${path} (${how})`;
}
