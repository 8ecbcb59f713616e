import { Button, Group, NumberInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { call } from '../../engine.ts';
import { takeMigration } from '../../store/desk.ts';
import { LIMITS, limitRefusal, limitText } from './limit.ts';

/** How much of the line the copies may take; a new limit counts at once. */
export function Bandwidth({ view }: { readonly view: MigrationView }) {
  const [other, setOther] = useState<number>();
  const [pending, setPending] = useState<number | null>();
  const [failure, setFailure] = useState<FailureView>();
  const refusal = limitRefusal(view);
  const present = view.limitMibPerSecond ?? null;
  const set = async (limitMibPerSecond: number | null): Promise<void> => {
    setPending(limitMibPerSecond);
    setFailure(undefined);
    const reply = await call('migration.limit', { id: view.id, limitMibPerSecond });
    setPending(undefined);
    if (reply.ok) takeMigration(reply.value);
    else setFailure(reply);
  };
  return (
    <section className="panel bandwidth" aria-labelledby="bandwidth-title">
      <Title order={2} id="bandwidth-title">
        Bandwidth
      </Title>
      <div aria-live="polite">
        Present limit: <strong>{limitText(present)}</strong>
      </div>
      {refusal === undefined ? (
        <>
          <Group gap="xs" role="group" aria-label="Limit for all disks together">
            {LIMITS.map((limit) => (
              <Button
                key={limit ?? 'none'}
                variant={limit === present ? 'light' : 'default'}
                aria-pressed={limit === present}
                loading={pending === limit}
                disabled={pending !== undefined && pending !== limit}
                onClick={() => void set(limit)}
              >
                {limit === null ? 'No limit' : limit}
              </Button>
            ))}
          </Group>
          <form
            className="bandwidth-other"
            onSubmit={(event) => {
              event.preventDefault();
              if (other !== undefined) void set(other);
            }}
          >
            <NumberInput
              label="Another limit, MiB/s"
              min={0.1}
              max={1_000_000}
              decimalScale={1}
              allowNegative={false}
              value={other ?? ''}
              onChange={(value) => {
                setOther(typeof value === 'number' && value > 0 ? value : undefined);
              }}
            />
            <Button
              type="submit"
              variant="default"
              disabled={other === undefined || pending !== undefined}
              aria-label="Set this limit"
            >
              Set
            </Button>
          </form>
          <p className="dimmed">
            In MiB/s, for all disks together. It counts at once, also while they are copied.
          </p>
        </>
      ) : (
        <p className="dimmed">{refusal}</p>
      )}
      {failure !== undefined && <Problem failure={failure} title="The limit was not changed" />}
    </section>
  );
}
