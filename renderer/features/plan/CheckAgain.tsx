import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { formatSeconds } from '@contract/format.ts';
import { Status } from '../../components/Status.tsx';
import { usePlanProgress } from '../../store/plan-progress.ts';
import { checkAgain, isBusy, stopPlans, usePlans } from '../../store/plans.ts';
import { useNow } from '../../use-now.ts';

interface CheckAgainProps {
  readonly server: string;
  /** Of the checks that run now. */
  readonly ask: string | undefined;
}

/** Runs the checks again in place. Both buttons keep their places, so that nothing moves under the pointer. */
export function CheckAgain({ server, ask }: CheckAgainProps) {
  const busy = usePlans(({ entries }) => isBusy(entries));
  return (
    <span className="check-again">
      <Button variant="subtle" className={ask === undefined ? 'unseen' : undefined} onClick={stopPlans}>
        Stop
      </Button>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        // Not disabled: a button that has the focus keeps it while the checks run.
        aria-disabled={busy}
        data-disabled={busy}
        onClick={() => {
          if (!busy) void checkAgain(server);
        }}
      >
        Check again
      </Button>
    </span>
  );
}

/** What the checks do now, or how they differ from those before. */
export function CheckState({
  ask,
  changes,
}: {
  readonly ask: string | undefined;
  readonly changes: string | undefined;
}) {
  const text = usePlanProgress((state) => (ask === undefined ? undefined : state[ask]));
  return (
    <span role="status" className="check-state">
      {ask === undefined ? (
        changes
      ) : (
        <Status tone="busy" word={`Checking again: ${text ?? 'asking the cloud'}…`} />
      )}
    </span>
  );
}

/** When the checks ran, by the clock of this page. */
export function CheckedAgo({ madeAtMs }: { readonly madeAtMs: number }) {
  const nowMs = useNow(true);
  return (
    <span className="dimmed checked-ago">
      Checked {formatSeconds(Math.max(0, nowMs - madeAtMs) / 1000)} ago
    </span>
  );
}
