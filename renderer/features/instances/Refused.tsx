import { Button, CloseButton, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';
import { planThem } from './plan-them.ts';
import type { Row } from './rows.ts';
import { useView } from './view.ts';

/** Reasons that are shown before the rest is folded away. */
const SHOWN = 4;

/** Which of those that were to be planned cannot move, each with its reason, and the way on with the others. */
export function Refused({ rows }: { readonly rows: readonly Row[] }) {
  const refused = rows.filter(({ refusal }) => refusal !== undefined);
  const movable = rows.filter(({ refusal }) => refusal === undefined);
  if (refused.length === 0) return null;
  const title =
    rows.length === 1
      ? 'This instance cannot be moved now'
      : `${String(refused.length)} of ${String(rows.length)} instances cannot be moved now`;
  return (
    <div role="alert" className="inst-notice">
      <IconAlertTriangle size={18} aria-hidden className="warn" />
      <div style={{ flex: 1, minWidth: 0 }}>
        <strong>{title}</strong>
        <Reasons rows={refused.slice(0, SHOWN)} />
        {refused.length > SHOWN && (
          <details>
            <summary>{refused.length - SHOWN} more</summary>
            <Reasons rows={refused.slice(SHOWN)} />
          </details>
        )}
        {movable.length > 0 && (
          <Group mt="xs">
            <Button
              onClick={() => {
                planThem(movable);
              }}
            >
              Plan{' '}
              {movable.length === 1
                ? `only ${movable[0]?.instance.name ?? ''}`
                : `the other ${String(movable.length)}`}
            </Button>
          </Group>
        )}
      </div>
      <CloseButton
        size="sm"
        aria-label="Close this notice"
        onClick={() => {
          useView.setState({ refused: undefined });
        }}
      />
    </div>
  );
}

function Reasons({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <ul className="inst-reasons">
      {rows.map(({ instance, refusal }) => (
        <li key={instance.id}>
          <strong>{printable(instance.name)}</strong> {refusal}.
        </li>
      ))}
    </ul>
  );
}
