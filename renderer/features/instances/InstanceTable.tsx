import { useMemo, type KeyboardEvent } from 'react';
import { unitFor } from '../../components/figures.ts';
import { Empty } from '../../components/Empty.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import type { TableMove } from '../../components/table-keys.ts';
import { Button } from '@mantine/core';
import { SORT_KEYS } from './arrange.ts';
import { makeColumns } from './columns.tsx';
import { planThem, rowsToPlan } from './plan-them.ts';
import type { Row } from './rows.ts';
import { selectTo, toggle, toggleAll } from './selection.ts';
import { useShownIds } from './shown.ts';
import { select, showAll, sortBy, useView } from './view.ts';

interface InstanceTableProps {
  /** All of the cloud. */
  readonly rows: readonly Row[];
  readonly shown: readonly Row[];
  readonly nowMs: number;
}

/** The list itself: keys and clicks become what the view remembers. */
export function InstanceTable({ rows, shown, nowMs }: InstanceTableProps) {
  const sort = useView((state) => state.sort);
  const active = useView((state) => state.active);
  const selected = useView(({ selection }) => selection.ids);
  const ids = useShownIds();
  // Of all rows, not of those shown: a unit that changes while one types cannot be compared with anything.
  const largest = Math.max(0, ...rows.flatMap((row) => [row.virtualBytes ?? 0, row.allocatedBytes ?? 0]));
  const unit = unitFor(largest === 0 ? 1024 ** 3 : largest);
  const columns = useMemo(() => makeColumns(unit, nowMs), [unit, nowMs]);
  if (shown.length === 0) return <NothingFits />;

  const move = (made: TableMove, id: string | undefined): void => {
    switch (made.kind) {
      case 'go':
        useView.setState({ active: id });
        return;
      case 'select':
        if (id !== undefined)
          select((before) => (made.range ? selectTo(before, id, ids) : toggle(before, id)));
        return;
      case 'select-all':
        select((before) => toggleAll(before, ids));
        return;
      case 'open':
        if (id !== undefined) useView.setState({ detailsOpen: true });
        return;
      case 'close':
        useView.setState({ detailsOpen: false });
        return;
    }
  };
  const otherKey = (event: KeyboardEvent): void => {
    if (event.key !== 'p' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    planThem(rowsToPlan(rows, selected, active));
  };
  return (
    <VirtualTable
      label="Instances"
      rows={shown}
      columns={columns}
      keyOf={idOf}
      sort={sort}
      onSort={(key) => {
        const known = SORT_KEYS.find((candidate) => candidate === key);
        if (known !== undefined) sortBy(known);
      }}
      active={active}
      selected={selected}
      onMove={move}
      onOtherKey={otherKey}
    />
  );
}

function idOf({ instance }: Row): string {
  return instance.id;
}

function NothingFits() {
  return (
    <Empty
      title="No instance fits"
      text="Nothing that this cloud has fits the search, the host and the status that are chosen."
      action={
        <Button variant="default" onClick={showAll}>
          Show all
        </Button>
      }
    />
  );
}
