import { Button } from '@mantine/core';
import { printable } from '@contract/format.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { readCase, type Outcome } from '../../store/recovery-cases.ts';

/** How the step ended, or what the look has changed. */
export function OutcomeOf({ id, outcome }: { readonly id: string; readonly outcome: Outcome }) {
  switch (outcome.state) {
    case 'looked':
      return (
        <p className="dimmed">
          {outcome.changed ? 'Looked again: it has changed.' : 'Looked again: it is as before.'}
        </p>
      );
    case 'done': {
      const { said, requestId } = outcome;
      return (
        <div className="panel case-done">
          <Status tone="good" word="Done" />
          <span className="case-words">{printable(said)}</span>
          {requestId !== undefined && (
            <span className="case-id">
              <span className="dimmed">Request</span>
              <code className="mono">{printable(requestId)}</code>
              <Copy text={requestId} what="Copy the request id" />
            </span>
          )}
          <span className="dimmed">What is shown below was read afterwards.</span>
        </div>
      );
    }
    case 'failed': {
      const { title, failure } = outcome;
      return (
        <Problem
          failure={{ ...failure, message: printable(failure.message) }}
          title={`Not done: ${printable(title)}`}
        >
          <Button mt="sm" variant="default" onClick={() => void readCase(id)}>
            Look again
          </Button>
        </Problem>
      );
    }
  }
}
