import type { ReactNode } from 'react';
import { Status } from '../../components/Status.tsx';
import { Details, FoldedFinding, Sentence } from './FindingText.tsx';
import { Fix } from './Fix.tsx';
import { VERDICTS, type Finding } from './verdicts.ts';

interface FindingItemProps {
  readonly finding: Finding;
  /** What stands under a warning: a box to tick, or who ticked it. */
  readonly children?: ReactNode;
}

/** A finding that is to be read. Of what blocks, what to do is in sight; all else is folded. */
export function FindingItem({ finding, children }: FindingItemProps) {
  const { verdict, message, title, fix, evidence } = finding;
  const { tone, word } = VERDICTS[verdict];
  const blocks = verdict === 'block';
  return (
    <div className="finding">
      <Status tone={tone} word={word} />
      {verdict === 'note' ? (
        <FoldedFinding finding={finding} />
      ) : (
        <div className="finding-text">
          <div>
            <Sentence message={message} {...(title !== undefined && { title })} />
          </div>
          {blocks && fix !== undefined && <Fix text={fix} />}
          <details>
            <summary className="dimmed">
              {summaryOf(!blocks && fix !== undefined, evidence !== undefined && evidence.length > 0)}
            </summary>
            <Details finding={blocks ? { ...finding, fix: undefined } : finding} />
          </details>
          {children}
        </div>
      )}
    </div>
  );
}

function summaryOf(hasFix: boolean, hasEvidence: boolean): string {
  if (hasFix) return hasEvidence ? 'What to do, and what was seen' : 'What to do';
  return hasEvidence ? 'What was seen' : 'Which check';
}
