import { Button, Title } from '@mantine/core';
import { IconFileCode } from '@tabler/icons-react';
import { useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import { printable } from '@contract/format.ts';
import type { CaseView, PastStepView } from '@contract/recovery-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { call } from '../../engine.ts';
import { secondText } from '../migrations/times.ts';
import { saveFile } from '../report/save-file.ts';

const ENDS: Readonly<Record<PastStepView['end'], { readonly tone: Tone; readonly word: string }>> = {
  done: { tone: 'good', word: 'Done' },
  failed: { tone: 'bad', word: 'Not done' },
  unknown: { tone: 'warn', word: 'End not known' },
};

/** What was done with it before, by whom; and all of it, with what was seen then, as a file. */
export function Past({ view: { server, past, pastProblem } }: { readonly view: CaseView }) {
  const [failure, setFailure] = useState<FailureView>();
  const [making, setMaking] = useState(false);
  if (past.length === 0 && pastProblem === undefined) return null;
  const save = async (): Promise<void> => {
    setMaking(true);
    setFailure(undefined);
    const reply = await call('recovery.record-file', { server: server.id });
    setMaking(false);
    if (reply.ok) saveFile(reply.value);
    else setFailure(reply);
  };
  return (
    <section className="panel case-past" aria-labelledby="case-past">
      <div className="case-title">
        <Title order={2} id="case-past">
          Done before
        </Title>
        <span style={{ flex: 1 }} />
        {past.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconFileCode size={16} aria-hidden />}
            loading={making}
            onClick={() => void save()}
          >
            Save the record
          </Button>
        )}
      </div>
      {pastProblem !== undefined && <p className="bad case-words">{printable(pastProblem)}</p>}
      {failure !== undefined && <Problem failure={failure} title="The file was not made" />}
      <ol className="case-lines">
        {past.map((step) => (
          <li key={step.beganMs}>
            <PastStep step={step} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function PastStep({ step }: { readonly step: PastStepView }) {
  const { tone, word } = ENDS[step.end];
  return (
    <div className="case-past-step">
      <span className="dimmed">{secondText(step.beganMs)}</span>
      <Status tone={tone} word={word} />
      <span className="case-words">
        <strong>{printable(step.title)}</strong> {printable(step.said)}
        <span className="dimmed">
          {' '}
          by {printable(step.who)}
          {step.requestId !== undefined && `, ${printable(step.requestId)}`}
        </span>
      </span>
    </div>
  );
}
