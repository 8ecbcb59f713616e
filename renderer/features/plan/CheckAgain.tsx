import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { formatSeconds } from '@contract/format.ts';
import { Status } from '../../components/Status.tsx';
import { usePlanProgress } from '../../store/plan-progress.ts';
import { checkAgain, isBusy, stopPlans, usePlans } from '../../store/plans.ts';
import { useNow } from '../../use-now.ts';

/** Runs the checks again in place. */
export function CheckAgain({ server }: { readonly server: string }) {
  const busy = usePlans(({ entries }) => isBusy(entries));
  return (
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
  );
}

interface CheckStateProps {
  /** Of the checks that run now. */
  readonly ask: string | undefined;
  readonly changes: string | undefined;
}

/** What the checks do now, or how they differ from those before. */
export function CheckState({ ask, changes }: CheckStateProps) {
  const text = usePlanProgress((state) => (ask === undefined ? undefined : state[ask]));
  return (
    <>
      <span role="status" className="check-state">
        {ask === undefined ? (
          changes
        ) : (
          <Status tone="busy" word={`Checking again: ${text ?? 'asking the cloud'}…`} />
        )}
      </span>
      {ask !== undefined && (
        <Button variant="default" size="compact-xs" onClick={stopPlans}>
          Stop
        </Button>
      )}
    </>
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
