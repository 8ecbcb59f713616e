import { Alert } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';
import { untilWords } from '@contract/recovery-steps.ts';
import type { CaseView } from '@contract/recovery-views.ts';
import { useNow } from '../../use-now.ts';
import { minuteText } from '../migrations/times.ts';

/** What happens by itself if nobody acts, and when. */
export function Clocks({ view: { clocks } }: { readonly view: CaseView }) {
  const nowMs = useNow(clocks.length > 0);
  if (clocks.length === 0) return null;
  return (
    <Alert
      variant="default"
      className="problem problem-warn"
      icon={<IconClockExclamation aria-hidden />}
      title="This happens by itself"
    >
      <ul className="case-clocks">
        {clocks.map(({ what, host, atMs, says }) => (
          <li key={`${what} ${host}`}>
            {/* The ear gets it with the rest of the page, not every second. */}
            <strong className="case-clock" role="timer" aria-live="off">
              {untilWords(atMs, nowMs)}
            </strong>
            : {printable(says)} <span className="dimmed">({minuteText(atMs)})</span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
