import './migration.css';
import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { call } from '../../engine.ts';
import { takeMigration, useDesk } from '../../store/desk.ts';
import { loadSamples } from '../../store/samples.ts';
import { MigrationScreen } from './MigrationScreen.tsx';

/** One migration, live. What it shows comes from the desk alone, so it may be opened in the middle. */
export function MigrationPage({ id }: { readonly id: string }) {
  const view = useDesk((state) => state.migrations.find((migration) => migration.id === id));
  const deskIsRead = useDesk((state) => state.desk !== undefined);
  const { failure, ask } = useMissing(id, deskIsRead && view === undefined);
  useEffect(() => {
    void loadSamples(id);
  }, [id]);
  if (view !== undefined) return <MigrationScreen view={view} />;
  return (
    <div className="page">
      {failure === undefined ? (
        <div className="migration-loading" role="status">
          <Loader size="sm" aria-hidden /> Reading the migration…
        </div>
      ) : (
        <Problem failure={failure} title="This migration cannot be shown" again={ask} />
      )}
    </div>
  );
}

/** Asks for a migration that the desk did not name. */
function useMissing(id: string, missing: boolean): { failure: FailureView | undefined; ask: () => void } {
  const [failure, setFailure] = useState<FailureView>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!missing) return;
    let gone = false;
    void call('migration.show', { id }).then((reply) => {
      if (gone) return;
      if (reply.ok) takeMigration(reply.value);
      else setFailure(reply);
    });
    return () => {
      gone = true;
    };
  }, [id, missing, asked]);
  return {
    failure,
    ask: () => {
      setFailure(undefined);
      setAsked((times) => times + 1);
    },
  };
}
