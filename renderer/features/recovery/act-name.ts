import type { OfferView } from '@contract/recovery-views.ts';

/** What the button of a step says. */
export function actOf({ act = 'Do this step' }: OfferView): string {
  return act;
}

/** The same for the ear, with which step it is; it begins with what the button says. */
export function actName(step: OfferView): string {
  const act = actOf(step);
  return step.title.startsWith(act) ? step.title : `${act}: ${step.title}`;
}
