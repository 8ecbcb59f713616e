import { printable } from '@contract/format.ts';
import type { ReactNode } from 'react';
import { Status } from '../../components/Status.tsx';
import { Evidence } from './Evidence.tsx';
import { Fix } from './Fix.tsx';
import { titleOf } from './groups.ts';
import { VERDICTS, type Finding } from './verdicts.ts';

interface FindingItemProps {
  readonly finding: Finding;
  /** What stands under it: a box to tick, or who ticked it. */
  readonly children?: ReactNode;
}

/** A finding that is to be read: what it means, what to do, and what was seen. What blocks is unfolded. */
export function FindingItem({ finding, children }: FindingItemProps) {
  const { id, verdict, message, evidence = [], fix } = finding;
  const { tone, word } = VERDICTS[verdict];
  const title = titleOf(finding);
  return (
    <div className="finding">
      <Status tone={tone} word={word} />
      <div className="finding-text">
        {title !== undefined && <strong>{title}</strong>}
        <div>{printable(message)}</div>
        <details open={verdict === 'block'}>
          <summary className="dimmed">
            {fix === undefined
              ? evidence.length === 0
                ? 'Which check'
                : 'What was seen'
              : evidence.length === 0
                ? 'What to do'
                : 'What to do, and what was seen'}
          </summary>
          <div className="finding-fold">
            {fix !== undefined && <Fix text={fix} />}
            <Evidence lines={evidence} />
            <span className="dimmed">
              Check <code className="mono">{printable(id)}</code>
            </span>
          </div>
        </details>
        {children}
      </div>
    </div>
  );
}
