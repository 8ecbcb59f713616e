import { Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { StuckView } from '@contract/recovery-views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { inUnit, unitFor, type ByteUnit } from '../../components/figures.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { HEAD_PX, ROW_PX, type Column } from '../../components/table-parts.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';

type Orphan = StuckView['orphans'][number];

/** More of them scroll by themselves. */
const MOST_ROWS = 8;
const NONE: ReadonlySet<string> = new Set();

/** Directories that no instance of the cloud owns up to. */
export function Orphans({ orphans }: { readonly orphans: readonly Orphan[] }) {
  const [active, setActive] = useState<string>();
  const rows = useMemo(
    () => orphans.toSorted((left, right) => right.allocatedBytes - left.allocatedBytes),
    [orphans],
  );
  const unit = unitFor(rows[0]?.allocatedBytes ?? 0);
  const columns = useMemo(() => makeColumns(unit), [unit]);
  return (
    <section className="recovery-rest" aria-labelledby="orphans-title">
      <Title order={2} id="orphans-title">
        Directories of instances that Nova does not know
      </Title>
      <p className="dimmed">
        Left over from deleted instances, or the only copy of one that went missing: look into a disk before
        you remove it.
      </p>
      <div
        className="panel panel-table"
        style={{ height: HEAD_PX + Math.min(MOST_ROWS, rows.length) * ROW_PX + 2 }}
      >
        <VirtualTable
          label="Directories of instances that Nova does not know"
          rows={rows}
          columns={columns}
          keyOf={keyOf}
          sort={undefined}
          onSort={() => undefined}
          active={active}
          selected={NONE}
          onMove={({ kind }, key) => {
            if (kind === 'go') setActive(key);
          }}
        />
      </div>
    </section>
  );
}

function keyOf({ host, path }: Orphan): string {
  return `${host} ${path}`;
}

function makeColumns(unit: ByteUnit): readonly Column<Orphan>[] {
  return [
    { key: 'host', title: 'Host', widthPx: 120, grow: 1, cell: ({ host }) => <Fitted text={host} /> },
    {
      key: 'path',
      title: 'Directory',
      widthPx: 360,
      grow: 4,
      cell: ({ path }) => (
        <>
          <Fitted text={path} mono />
          <Copy text={path} what="Copy the path" />
        </>
      ),
    },
    {
      key: 'bytes',
      title: `Takes up, ${unit.name}`,
      widthPx: 112,
      figures: true,
      cell: ({ allocatedBytes }) => inUnit(allocatedBytes, unit),
    },
  ];
}
