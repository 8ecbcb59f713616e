import type { DiagnosisView } from '@contract/recovery-views.ts';

/** Characters of an id that stay. */
const KEPT = 8;

/** A text with every name of forty hexadecimal digits cut short: eight tell it from any other. */
export function briefHashes(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{8})[0-9a-f]{32}\b/g, '$1…');
}

/**
 * A sentence with the instance's own id cut short: `…/instances/0b1d5a2e…_resize`. The id stands in full in the head of
 * the page, and in everything that is to be copied.
 */
export function brief(text: string, id: string): string {
  return id.length <= KEPT + 1 ? text : text.replaceAll(id, `${id.slice(0, KEPT)}…`);
}

/** The same for every sentence of a diagnosis that is only read. */
export function briefDiagnosis(diagnosis: DiagnosisView, id: string): DiagnosisView {
  const { goodCopy, verdict, because, wouldTell, steps } = diagnosis;
  return {
    ...diagnosis,
    ...(typeof goodCopy === 'object' && { goodCopy: { ...goodCopy, path: brief(goodCopy.path, id) } }),
    verdict: briefHashes(brief(verdict, id)),
    because: because.map((line) => brief(line, id)),
    ...(wouldTell !== undefined && { wouldTell: brief(wouldTell, id) }),
    steps: steps.map((step) => ({
      ...step,
      title: briefHashes(brief(step.title, id)),
      refusals: step.refusals.map((reason) => brief(reason, id)),
    })),
  };
}
