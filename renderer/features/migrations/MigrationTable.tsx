import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import type { MigrationView } from '@contract/views.ts';
import { Empty } from '../../components/Empty.tsx';
import { unitFor } from '../../components/figures.ts';
import type { TableMove } from '../../components/table-keys.ts';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { go } from '../../route.ts';
import { loadSamples, useSamples } from '../../store/samples.ts';
import { useNow } from '../../use-now.ts';
import { arrange } from './arrange.ts';
import { makeColumns } from './columns.tsx';
import { kindOf } from './kinds.ts';
import { showAll, sortBy, useView } from './view.ts';

const NONE: ReadonlySet<string> = new Set();

/** The list itself. Enter or a click on a row goes to its migration. */
export function MigrationTable({ migrations }: { readonly migrations: readonly MigrationView[] }) {
  const { shown, search, sort, active } = useView();
  const nowMs = useNow(sort.key === 'downtime');
  const rows = useMemo(
    () => arrange(migrations, { shown, search, sort }, nowMs),
    [migrations, shown, search, sort, nowMs],
  );
  const unit = unitFor(Math.max(0, ...migrations.map(({ bytesToMove }) => bytesToMove)));
  const showClouds = new Set(migrations.map(({ cloud }) => cloud)).size > 1;
  const columns = useMemo(() => makeColumns(unit, showClouds), [unit, showClouds]);
  useCounts(migrations);
  if (rows.length === 0) return <NothingFits />;
  const move = (made: TableMove, id: string | undefined): void => {
    if (made.kind === 'go') useView.setState({ active: id });
    if (made.kind === 'open' && id !== undefined) go({ page: 'migration', id });
  };
  return (
    <div className="migrations-table">
      <VirtualTable
        label="Migrations"
        rows={rows}
        columns={columns}
        keyOf={idOf}
        sort={sort}
        onSort={sortBy}
        active={active}
        selected={NONE}
        onMove={move}
      />
    </div>
  );
}

/** What was counted of running ones before this page was there. */
function useCounts(migrations: readonly MigrationView[]): void {
  const running = migrations.filter((migration) => kindOf(migration) === 'running').map(({ id }) => id);
  const ids = running.join();
  useEffect(() => {
    for (const id of ids.split(',').filter((one) => one !== ''))
      if (useSamples.getState().byMigration[id] === undefined) void loadSamples(id);
  }, [ids]);
}

function idOf({ id }: MigrationView): string {
  return id;
}

function NothingFits() {
  return (
    <Empty
      title="No migration fits"
      text="None of the migrations fits what is chosen and searched for."
      action={
        <Button variant="default" onClick={showAll}>
          Show all
        </Button>
      }
    />
  );
}
