import type { Migration } from './migration.ts';

/**
 * When Nova confirms by itself, at the earliest: `resize_confirm_window` of the destination counts from the end of its own
 * work. Nova looks once a minute, so it may come up to a minute later (nova/compute/manager.py, _poll_unconfirmed_resizes).
 *
 * @returns `undefined` if it never does, or if nothing is left for it to confirm.
 */
export function confirmsItselfAtMs({ plan, phase, handedOver }: Migration): number | undefined {
  const seconds = plan.destination.confirmWindowSeconds ?? 0;
  const isOpen = phase === 'verifying' || phase === 'awaiting-verdict';
  if (seconds <= 0 || !isOpen || handedOver?.finishedAtMs === undefined) return undefined;
  return handedOver.finishedAtMs + seconds * 1000;
}

/** Nova writes its times in UTC and does not say so. */
export function novaTimeMs(time: string | undefined): number | undefined {
  const ms = Date.parse(time === undefined || /(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? (time ?? '') : `${time}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
