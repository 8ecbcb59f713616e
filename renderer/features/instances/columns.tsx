import { printable } from '@contract/format.ts';
import { formatAge, inUnit, type ByteUnit } from '../../components/figures.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { Status } from '../../components/Status.tsx';
import type { Column } from '../../components/table-parts.tsx';
import { Notes } from './Notes.tsx';
import type { Row } from './rows.ts';
import { SelectAll, SelectOne } from './SelectBoxes.tsx';

/** The columns of the list. `unit` is that of all disk figures, `nowMs` what ages are counted from. */
export function makeColumns(unit: ByteUnit, nowMs: number): readonly Column<Row>[] {
  return [
    {
      key: 'select',
      title: 'Selected',
      head: <SelectAll />,
      widthPx: 32,
      stickyPx: 0,
      cell: ({ instance }, selected) => <SelectOne name={printable(instance.name)} selected={selected} />,
    },
    {
      key: 'name',
      title: 'Name',
      widthPx: 110,
      grow: 2,
      stickyPx: 32,
      sortable: true,
      cell: ({ instance }) => <Fitted text={instance.name} />,
    },
    {
      key: 'status',
      title: 'Status',
      widthPx: 128,
      sortable: true,
      cell: ({ status }) => <Status {...status} />,
    },
    {
      key: 'notes',
      title: 'Notes',
      widthPx: 130,
      grow: 1,
      sortable: true,
      cell: (row) => <Notes row={row} />,
    },
    {
      key: 'host',
      title: 'Host',
      widthPx: 100,
      grow: 1,
      sortable: true,
      cell: ({ instance }) =>
        instance.host === undefined ? <Unknown word="None" /> : <Fitted text={instance.host} />,
    },
    {
      key: 'allocated',
      title: `Used ${unit.name}`,
      widthPx: 74,
      figures: true,
      sortable: true,
      cell: ({ allocatedBytes }) => <Bytes of={allocatedBytes} unit={unit} />,
    },
    {
      key: 'virtual',
      title: `Size ${unit.name}`,
      widthPx: 74,
      figures: true,
      sortable: true,
      cell: ({ virtualBytes }) => <Bytes of={virtualBytes} unit={unit} />,
    },
    {
      key: 'chain',
      title: 'Chain',
      widthPx: 108,
      sortable: true,
      cell: ({ chain }) => (chain === undefined ? <Unknown word="Not read" /> : <Status {...chain} />),
    },
    {
      key: 'changed',
      title: 'Changed',
      widthPx: 70,
      figures: true,
      sortable: true,
      cell: ({ updatedAtMs, instance }) =>
        Number.isNaN(updatedAtMs) ? (
          <Unknown word="Unknown" />
        ) : (
          <span title={instance.updatedAt}>{formatAge(nowMs - updatedAtMs)}</span>
        ),
    },
    {
      key: 'project',
      title: 'Project',
      widthPx: 70,
      grow: 1,
      sortable: true,
      cell: ({ instance }) => (
        <Fitted text={instance.projectName ?? instance.projectId} mono={instance.projectName === undefined} />
      ),
    },
  ];
}

function Bytes({ of, unit }: { readonly of: number | undefined; readonly unit: ByteUnit }) {
  return of === undefined ? <Unknown word="Not read" short /> : inUnit(of, unit);
}

/** What is not known says so: a dash where figures stand, a word elsewhere. */
function Unknown({ word, short = false }: { readonly word: string; readonly short?: boolean }) {
  return (
    <span className="dimmed" title={word} {...(short && { 'aria-label': word, role: 'img' })}>
      {short ? '–' : word}
    </span>
  );
}
