import { Anchor, Button, Loader, Title } from '@mantine/core';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { printable } from '@contract/format.ts';
import type { CaseView } from '@contract/recovery-views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Cut } from '../../components/Cut.tsx';
import { hrefOf } from '../../route.ts';
import { isBusy, readCase, useCase } from '../../store/recovery-cases.ts';
import { ReadAgo } from './ReadAgo.tsx';

/** Which instance, what Nova says of it, and how old all of that is. */
export function CaseHead({ id, view }: { readonly id: string; readonly view: CaseView }) {
  const { server } = view;
  return (
    <header className="case-head">
      <div className="case-title">
        <Title order={1}>
          <Cut text={server.name} length={56} />
        </Title>
        <span style={{ flex: 1 }} />
        <LookAgain id={id} readAtMs={view.readAtMs} />
        <Anchor href={hrefOf({ page: 'recovery' })}>All stuck instances</Anchor>
      </div>
      <dl className="case-facts">
        <Fact name="Id">
          <span className="case-id">
            <code className="mono">{printable(server.id)}</code>
            <Copy text={server.id} what="Copy the id" />
          </span>
        </Fact>
        <Fact name="Status">
          <strong>{printable(server.status)}</strong>
          {server.taskState !== undefined && `, Nova is doing ${printable(server.taskState)}`}
        </Fact>
        <Fact name="Host">
          {server.host === undefined ? 'On no host' : <Cut text={server.host} length={36} />}
        </Fact>
        {server.locked && (
          <Fact name="Lock">
            <span className="warn case-id">
              <IconLock size={16} aria-hidden /> Locked
            </span>
          </Fact>
        )}
        {server.fault !== undefined && (
          <Fact name="Fault">
            <span className="bad">{printable(server.fault)}</span>
          </Fact>
        )}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="dimmed">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function LookAgain({ id, readAtMs }: { readonly id: string; readonly readAtMs: number }) {
  const entry = useCase(id);
  const busy = isBusy(entry);
  return (
    <span className="recovery-state">
      <span role="status" className="dimmed">
        {entry.reading && (
          <>
            <Loader size={14} aria-hidden /> Reading the cloud and the hosts…
          </>
        )}
      </span>
      {!entry.reading && <ReadAgo word="Read" atMs={readAtMs} />}
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        // Not disabled: a button that has the focus keeps it while it is read.
        aria-disabled={busy}
        data-disabled={busy}
        onClick={() => {
          if (!busy) void readCase(id);
        }}
      >
        Look again
      </Button>
    </span>
  );
}
