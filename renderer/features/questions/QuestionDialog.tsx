import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { FailureView, QuestionView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { call } from '../../engine.ts';
import { useDesk } from '../../store/desk.ts';
import type { Answer } from './answer.ts';
import { HostKeyQuestion } from './HostKeyQuestion.tsx';
import { PassphraseQuestion } from './PassphraseQuestion.tsx';
import { QuestionStrip } from './QuestionStrip.tsx';
import './questions.css';

/**
 * What only a person can answer, one after the other. Closing the dialog answers nothing: the questions wait in a
 * strip at the foot of the page, and new ones join them there without taking the keyboard from whoever types.
 */
export function QuestionDialog() {
  const questions = useDesk((state) => state.questions);
  const [postponed, setPostponed] = useState(false);
  const [first] = questions;
  if (first === undefined) {
    if (postponed) setPostponed(false);
    return null;
  }
  if (postponed) {
    return (
      <QuestionStrip
        questions={questions}
        answer={() => {
          setPostponed(false);
        }}
      />
    );
  }
  return (
    <Modal
      opened
      onClose={() => {
        setPostponed(true);
      }}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Answer later' }}
      size="lg"
      title={titleOf(first, questions.length)}
    >
      <OneQuestion key={first.id} question={first} />
    </Modal>
  );
}

function titleOf(question: QuestionView, count: number): string {
  const title =
    question.kind === 'host-key' ? `Is this really ${question.host}?` : 'A key file asks for its passphrase';
  return count === 1 ? title : `${title} (1 of ${String(count)})`;
}

function OneQuestion({ question }: { readonly question: QuestionView }) {
  const [sent, setSent] = useState(false);
  const [failure, setFailure] = useState<FailureView>();
  const answer = async (given: Answer): Promise<void> => {
    setSent(true);
    setFailure(undefined);
    const reply = await call('question.answer', { id: question.id, ...given });
    // What is answered, by us or by another page, goes away with the message that says so.
    if (reply.ok) return;
    setFailure(reply);
    setSent(false);
  };
  return (
    <>
      {question.kind === 'host-key' ? (
        <HostKeyQuestion question={question} sent={sent} answer={answer} />
      ) : (
        <PassphraseQuestion question={question} sent={sent} answer={answer} />
      )}
      {failure !== undefined && (
        <div className="question-failure">
          <Problem failure={failure} title="The answer did not arrive" />
        </div>
      )}
    </>
  );
}
