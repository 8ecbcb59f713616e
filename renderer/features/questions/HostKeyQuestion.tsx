import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { printable } from '@contract/format.ts';
import type { QuestionView } from '@contract/desk-views.ts';
import { Command, Copy } from '../../components/Copyable.tsx';
import { Status } from '../../components/Status.tsx';
import { compare, keyFileOf, type Comparison } from './fingerprint.ts';
import type { Answer } from './answer.ts';

interface HostKeyQuestionProps {
  readonly question: Extract<QuestionView, { kind: 'host-key' }>;
  readonly sent: boolean;
  readonly answer: (given: Answer) => Promise<void>;
}

/** A host that nobody has met before: its key is shown, and how to find out on the host whether it is the right one. */
export function HostKeyQuestion({ question, sent, answer }: HostKeyQuestionProps) {
  const { host, address, keyType, fingerprint } = question;
  const [pasted, setPasted] = useState('');
  const comparison = compare(pasted, fingerprint);
  return (
    <>
      {/* The keyboard starts on the text: a key pressed by habit answers nothing. */}
      <p className="question-text" tabIndex={-1} data-autofocus>
        Coldhaul has not met this host before. If another machine answers in its place, it would get your
        login. Compare the fingerprint on the host’s own console before you go on.
      </p>
      <dl className="question-facts">
        <dt>Host</dt>
        <dd>{printable(host)}</dd>
        <dt>Address</dt>
        <dd className="mono">{printable(address)}</dd>
        <dt>Key</dt>
        <dd className="mono">{printable(keyType)}</dd>
        <dt>Fingerprint</dt>
        <dd className="question-fingerprint">
          <code className="mono">{printable(fingerprint)}</code>
          <Copy text={fingerprint} what="Copy the fingerprint" />
        </dd>
      </dl>
      <div className="question-compare">
        <span>Run this on the console of {printable(host)}:</span>
        <Command text={`ssh-keygen -lf ${keyFileOf(keyType)}`} />
        <TextInput
          label="Paste what it printed, to have it compared here (optional)"
          value={pasted}
          onChange={(event) => {
            setPasted(event.currentTarget.value);
          }}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <div role="status">
          <ComparisonWords comparison={comparison} />
        </div>
      </div>
      <Group justify="flex-end" gap="sm">
        <Button
          variant="default"
          disabled={sent}
          onClick={(event) => {
            if (isSecondOfDouble(event)) return;
            void answer({ accepted: false });
          }}
        >
          Refuse
        </Button>
        <Button
          disabled={sent || comparison === 'different'}
          onClick={(event) => {
            if (isSecondOfDouble(event)) return;
            void answer({ accepted: true });
          }}
        >
          Store the key and go on
        </Button>
      </Group>
    </>
  );
}

/** A double click must not answer the question that comes after the one that was read. */
function isSecondOfDouble(event: { readonly detail: number }): boolean {
  return event.detail > 1;
}

function ComparisonWords({ comparison }: { readonly comparison: Comparison }) {
  switch (comparison) {
    case 'nothing given':
      return null;
    case 'equal':
      return <Status tone="good" word="Equal: this is the host’s own key." />;
    case 'different':
      return (
        <Status tone="bad" word="Different: do not store this key. Find out who answers at this address." />
      );
  }
}
