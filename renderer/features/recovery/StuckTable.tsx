import { Button } from '@mantine/core';
import { useDeferredValue, useMemo } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { unitFor } from '../../components/figures.ts';
import { HEAD_PX } from '../../components/table-parts.tsx';
import type { TableMove } from '../../components/table-keys.ts';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { go } from '../../route.ts';
import type { StuckCase } from '../../store/recovery.ts';
import { useNow } from '../../use-now.ts';
import { arrange } from './arrange.ts';
import { makeColumns } from './columns.tsx';
import { search, sortBy, useView } from './view.ts';

/** A title, and two lines of its verdict. */
const CASE_PX = 64;
/** Rows that stay in sight however much stands below. */
const LEAST_ROWS = 4;
/** Ages and clocks of hours and days. */
const TICK_MS = 10_000;
const NONE: ReadonlySet<string> = new Set();

/** The list itself. Enter or a click on a row goes to its case. */
export function StuckTable({ cases }: { readonly cases: readonly StuckCase[] }) {
  const { sort, active } = useView();
  const words = useDeferredValue(useView((state) => state.search));
  const nowMs = useNow(true, TICK_MS);
  const rows = useMemo(() => arrange(cases, { search: words, sort }), [cases, words, sort]);
  const unit = unitFor(cases.reduce((most, { bytesAtStake }) => Math.max(most, bytesAtStake), 0));
  const columns = useMemo(() => makeColumns(unit, nowMs), [unit, nowMs]);
  if (rows.length === 0) return <NothingFits />;
  const move = (made: TableMove, id: string | undefined): void => {
    if (made.kind === 'go') useView.setState({ active: id });
    if (made.kind === 'open' && id !== undefined) go({ page: 'case', id });
  };
  const wholePx = HEAD_PX + rows.length * CASE_PX;
  return (
    <div
      className="recovery-table"
      style={{ flexBasis: wholePx, minHeight: Math.min(wholePx, HEAD_PX + LEAST_ROWS * CASE_PX) }}
    >
      <VirtualTable
        label="Stuck instances"
        rows={rows}
        columns={columns}
        keyOf={idOf}
        sort={sort}
        onSort={sortBy}
        active={active}
        selected={NONE}
        onMove={move}
        rowPx={CASE_PX}
      />
    </div>
  );
}

function idOf({ id }: StuckCase): string {
  return id;
}

function NothingFits() {
  return (
    <Empty
      title="No instance fits"
      text="None of those that were found has all these words."
      action={
        <Button
          variant="default"
          onClick={() => {
            search('');
          }}
        >
          Show all
        </Button>
      }
    />
  );
}
