import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '@contract/api.ts';
import type { FailureView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { call } from '../../engine.ts';
import { hrefOf } from '../../route.ts';
import { takeMigration } from '../../store/desk.ts';
import { clockText } from './downtime.ts';
import { canPause, canResume, offersOf, waitingText } from './actions.ts';
import { nextAction, ownConfirmText } from './next.ts';
import { DecisionButton } from './verdict/DecisionButton.tsx';

/** What is the case, what went wrong, and every button that makes sense now. */
export function NextBanner({ view, nowMs }: { readonly view: MigrationView; readonly nowMs: number }) {
  const { tone, title, text } = nextAction(view);
  const { act, pending, refusal } = useAct(view.id);
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
      {view.waiting !== undefined && (
        <Problem
          failure={view.waiting}
          title={`In its way for ${clockText((nowMs - view.waiting.sinceMs) / 1000)}`}
          tone="warn"
        />
      )}
      {refusal !== undefined && (
        <Problem
          failure={refusal.failure}
          title={`It could not be ${refusal.act === 'pause' ? 'paused' : 'resumed'}`}
        />
      )}
      <div className="banner-acts">
        {canResume(view) && (
          <Button loading={pending === 'resume'} onClick={() => void act('resume')}>
            {view.phase === 'awaiting-verdict' ? 'Look again at both hosts' : 'Resume'}
          </Button>
        )}
        {canPause(view) && (
          <Button variant="default" loading={pending === 'pause'} onClick={() => void act('pause')}>
            Pause
          </Button>
        )}
        {view.interrupted?.code === 'cloud.credentials' && (
          <Button component="a" href={hrefOf({ page: 'clouds' })} variant="default">
            Give the password of {view.cloud} again
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

type Act = 'resume' | 'pause';

/** Calls that need no second look: each is undone by the other. */
function useAct(id: string): {
  act: (name: Act) => Promise<void>;
  pending: Act | undefined;
  refusal: { readonly act: Act; readonly failure: FailureView } | undefined;
} {
  const [pending, setPending] = useState<Act>();
  const [refusal, setRefusal] = useState<{ readonly act: Act; readonly failure: FailureView }>();
  const act = async (name: Act): Promise<void> => {
    setPending(name);
    setRefusal(undefined);
    const reply: Reply<MigrationView> = await call(`migration.${name}`, { id });
    setPending(undefined);
    if (reply.ok) takeMigration(reply.value);
    else setRefusal({ act: name, failure: reply });
  };
  return { act, pending, refusal };
}
