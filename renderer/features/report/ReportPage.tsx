import { Button, Group, Loader, Title } from '@mantine/core';
import { IconFileCode, IconFileText, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import { printable } from '@contract/format.ts';
import type { ReportView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { call } from '../../engine.ts';
import { hrefOf } from '../../route.ts';
import { useDesk } from '../../store/desk.ts';
import './report.css';
import { ReportBody } from './ReportBody.tsx';
import { saveFile } from './save-file.ts';

type Read =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly report: ReportView }
  | { readonly state: 'failed'; readonly failure: FailureView };

/** All that is known of one migration, to read, print and keep. */
export function ReportPage({ id }: { readonly id: string }) {
  const [read, setRead] = useState<Read>({ state: 'reading' });
  const [tries, setTries] = useState(0);
  // A report of a migration that goes on is made anew when that gets further.
  const phase = useDesk(({ migrations }) => migrations.find((known) => known.id === id)?.phase);
  useEffect(() => {
    let isWanted = true;
    void call('migration.report', { id }).then((reply) => {
      if (!isWanted) return;
      setRead(reply.ok ? { state: 'read', report: reply.value } : { state: 'failed', failure: reply });
    });
    return () => {
      isWanted = false;
    };
  }, [id, phase, tries]);
  return (
    <div className="page report">
      <div className="page-title">
        <Title order={1}>
          {read.state === 'read' ? `Report: ${printable(read.report.migration.server.name)}` : 'Report'}
        </Title>
        <Group gap="sm" className="report-actions">
          <Button component="a" variant="default" href={hrefOf({ page: 'migration', id })}>
            Back to the migration
          </Button>
          {read.state === 'read' && <Keep id={id} />}
        </Group>
      </div>
      {read.state === 'reading' && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> Putting the report together…
        </Group>
      )}
      {read.state === 'failed' && (
        <Problem
          failure={read.failure}
          title="There is no report"
          again={() => {
            setTries(tries + 1);
          }}
        />
      )}
      {read.state === 'read' && <ReportBody report={read.report} />}
    </div>
  );
}

function Keep({ id }: { readonly id: string }) {
  const [failure, setFailure] = useState<FailureView>();
  const [making, setMaking] = useState<'json' | 'html'>();
  const save = async (format: 'json' | 'html'): Promise<void> => {
    setMaking(format);
    setFailure(undefined);
    const reply = await call('migration.report-file', { id, format });
    setMaking(undefined);
    if (reply.ok) saveFile(reply.value);
    else setFailure(reply);
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileCode size={16} aria-hidden />}
        loading={making === 'json'}
        onClick={() => void save('json')}
      >
        Save as JSON
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileText size={16} aria-hidden />}
        loading={making === 'html'}
        onClick={() => void save('html')}
      >
        Save as HTML
      </Button>
      <Button
        leftSection={<IconPrinter size={16} aria-hidden />}
        onClick={() => {
          window.print();
        }}
      >
        Print
      </Button>
      {failure !== undefined && <Problem failure={failure} title="The file was not made" />}
    </>
  );
}
