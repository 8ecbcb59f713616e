import { Alert } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';
import { untilWords } from '@contract/recovery-steps.ts';
import type { CaseView } from '@contract/recovery-views.ts';
import { useNow } from '../../use-now.ts';
import { minuteText } from '../migrations/times.ts';
import { brief, briefHashes } from './brief.ts';

interface ClocksProps {
  readonly view: CaseView;
  /** Of the steps of the whole case, by their keys. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** What happens by itself if nobody acts, when, and which step comes before it. */
export function Clocks({ view, numbers }: ClocksProps) {
  const { clocks, server } = view;
  const nowMs = useNow(clocks.length > 0);
  if (clocks.length === 0) return null;
  return (
    <Alert
      variant="default"
      className="problem problem-warn"
      icon={<IconClockExclamation aria-hidden />}
      title="Deadlines: what Nova does by itself"
    >
      <ul className="case-clocks">
        {clocks.map(({ what, host, atMs, says, settledBy = '' }) => (
          <li key={`${what} ${host}`}>
            {/* The ear gets it with the rest of the page, not every second. */}
            <strong className="case-clock" role="timer" aria-live="off">
              {untilWords(atMs, nowMs)}
            </strong>
            : {printable(briefHashes(brief(says, server.id)))}{' '}
            {numbers.has(settledBy) && `Step ${String(numbers.get(settledBy))} settles it. `}
            <span className="dimmed">({minuteText(atMs)})</span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
