import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '@contract/api.ts';
import type { FailureView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { call } from '../../engine.ts';
import { takeMigration } from '../../store/desk.ts';
import { canResume, offersOf, waitingText } from './actions.ts';
import { nextAction, ownConfirmText } from './next.ts';
import { DecisionButton } from './verdict/DecisionButton.tsx';

/** What is the case, what went wrong, and every button that makes sense now. */
export function NextBanner({ view, nowMs }: { readonly view: MigrationView; readonly nowMs: number }) {
  const { tone, title, text } = nextAction(view);
  const { resume, pending, refusal } = useResume(view.id);
  const offers = offersOf(view);
  const waiting = view.phase === 'awaiting-verdict' ? waitingText(view, nowMs) : undefined;
  const ownConfirm = ownConfirmText(view, nowMs);
  const failure = view.interrupted ?? view.failure;
  return (
    <section className={`panel banner banner-${tone}`} aria-label="What to do next">
      <h2 className="banner-title">
        <Status tone={tone} word={title} />
        {waiting !== undefined && <span className="dimmed banner-since">for {waiting}</span>}
      </h2>
      <p>{text}</p>
      {ownConfirm !== undefined && (
        <p>
          <strong>{ownConfirm}</strong>
        </p>
      )}
      {failure !== undefined && (
        <Problem
          failure={failure}
          title={view.interrupted === undefined ? 'Why it failed' : 'Why it stopped'}
          tone={view.interrupted === undefined ? 'bad' : 'warn'}
        />
      )}
      {refusal !== undefined && <Problem failure={refusal} title="It could not be resumed" />}
      <div className="banner-acts">
        {canResume(view) && (
          <Button loading={pending} onClick={() => void resume()}>
            {view.phase === 'awaiting-verdict' ? 'Look again at both hosts' : 'Resume'}
          </Button>
        )}
        {offers.map((offer) => (
          <DecisionButton key={offer.decision} view={view} offer={offer} />
        ))}
        {view.phase === 'handing-over' && (
          <span className="dimmed">
            Nova knows no cancel of a cold migration. Once it has ended you can revert it.
          </span>
        )}
      </div>
    </section>
  );
}

function useResume(id: string): {
  resume: () => Promise<void>;
  pending: boolean;
  refusal: FailureView | undefined;
} {
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<FailureView>();
  const resume = async (): Promise<void> => {
    setPending(true);
    setRefusal(undefined);
    const reply: Reply<MigrationView> = await call('migration.resume', { id });
    setPending(false);
    if (reply.ok) takeMigration(reply.value);
    else setRefusal(reply);
  };
  return { resume, pending, refusal };
}
