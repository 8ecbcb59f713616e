import { Button } from '@mantine/core';
import { useId } from 'react';
import { cutMiddle, formatSeconds } from '@contract/format.ts';
import { go } from '../../route.ts';
import { isBusy, startPlans, type PlanEntry, type PlanWishes } from '../../store/plans.ts';
import { useNow } from '../../use-now.ts';
import type { Moving } from './moving.ts';
import { startLabel, startRefusal } from './readiness.ts';
import { planOf } from './totals.ts';

interface StartBarProps {
  readonly moving: readonly Moving[];
  readonly entries: Readonly<Record<string, PlanEntry>>;
  readonly wishes: PlanWishes;
}

/** The one button, at the lower edge and always in sight, with the reason where it is dead. */
export function StartBar({ moving, entries, wishes }: StartBarProps) {
  const nowMs = useNow(true);
  const reason = useId();
  const refusals = moving.map(({ id }) => ({ id, refusal: startRefusal(entries[id], nowMs) }));
  const ready = refusals.filter(({ refusal }) => refusal === undefined).map(({ id }) => id);
  const plans = ready.flatMap((id) => planOf(entries[id]) ?? []);
  const present = Object.values(entries);
  const starting = present.some(({ state }) => state === 'starting');
  const busy = isBusy(entries);
  const said =
    moving.length === 1
      ? refusals[0]?.refusal
      : busy
        ? 'The plans are being made.'
        : ready.length < moving.length
          ? `${String(moving.length - ready.length)} of ${String(moving.length)} cannot be started; their rows say why.`
          : undefined;
  const madeAtMs = Math.min(...present.flatMap((entry) => planOf(entry)?.madeAtMs ?? []));
  const start = async (): Promise<void> => {
    const begun = await startPlans(ready);
    const [first] = begun;
    if (begun.length < ready.length) return;
    if (moving.length === 1 && first !== undefined) go({ page: 'migration', id: first });
    else if (first !== undefined) go({ page: 'migrations' });
  };
  const shown = plans.length > 0 ? plans : moving.flatMap(({ id }) => planOf(entries[id]) ?? []);
  return (
    <div className="start-bar">
      <Button
        size="sm"
        disabled={ready.length === 0 || busy}
        loading={starting}
        aria-describedby={said === undefined ? undefined : reason}
        onClick={() => void start()}
      >
        {cutMiddle(startLabel(shown, wishes.destination), 88)}
      </Button>
      {said !== undefined && (
        <span id={reason} className="warn">
          {said}
        </span>
      )}
      <span style={{ flex: 1 }} />
      {Number.isFinite(madeAtMs) && (
        <span className="dimmed">
          Planned {formatSeconds((nowMs - madeAtMs) / 1000)} ago; good for 30 minutes
        </span>
      )}
    </div>
  );
}
