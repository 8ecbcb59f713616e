import { Button, Group, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { printable } from '@contract/format.ts';
import type { QuestionView } from '@contract/desk-views.ts';
import type { Answer } from './answer.ts';

interface PassphraseQuestionProps {
  readonly question: Extract<QuestionView, { kind: 'passphrase' }>;
  readonly sent: boolean;
  readonly answer: (given: Answer) => Promise<void>;
}

/** The passphrase of a private key on this machine. */
export function PassphraseQuestion({ question, sent, answer }: PassphraseQuestionProps) {
  const [passphrase, setPassphrase] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== '' && !sent) void answer({ passphrase });
      }}
    >
      <p className="question-text">
        The hosts are reached with the private key <code className="mono">{printable(question.keyFile)}</code>
        . It is opened in memory and its passphrase is written nowhere.
      </p>
      <PasswordInput
        data-autofocus
        label="Passphrase"
        value={passphrase}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
        onChange={(event) => {
          setPassphrase(event.currentTarget.value);
        }}
      />
      <Group justify="flex-end" gap="sm" mt="md">
        <Button variant="default" disabled={sent} onClick={() => void answer({})}>
          Do without this key
        </Button>
        <Button type="submit" disabled={sent || passphrase === ''}>
          Open the key
        </Button>
      </Group>
    </form>
  );
}
