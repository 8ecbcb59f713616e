import { Button } from '@mantine/core';
import type { QuestionView } from '@contract/desk-views.ts';
import { Status } from '../../components/Status.tsx';

interface QuestionStripProps {
  readonly questions: readonly QuestionView[];
  readonly answer: () => void;
}

/** Questions that were put off. What they are about stands still until they are answered. */
export function QuestionStrip({ questions, answer }: QuestionStripProps) {
  return (
    <div className="question-strip" role="status">
      <Status tone="warn" word={wordsOf(questions)} />
      <Button variant="default" onClick={answer}>
        {questions.length === 1 ? 'Answer it' : 'Answer them'}
      </Button>
    </div>
  );
}

function wordsOf(questions: readonly QuestionView[]): string {
  const [first] = questions;
  const count = questions.length;
  if (first === undefined) return '';
  if (count > 1) return `${String(count)} questions wait for you; what needs their answers stands still`;
  return first.kind === 'host-key'
    ? `The key of ${first.host} waits for your answer`
    : 'A key file waits for its passphrase';
}
