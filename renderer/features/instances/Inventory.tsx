import { Skeleton } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { Problem } from '../../components/Problem.tsx';
import { readInventory, useInventory } from '../../store/inventory.ts';
import { useNow } from '../../use-now.ts';
import { filterRows, sortRows } from './arrange.ts';
import { Details } from './Details.tsx';
import { HostList } from './HostList.tsx';
import { HostNotice } from './HostNotice.tsx';
import { InstanceTable } from './InstanceTable.tsx';
import { ReadState } from './ReadState.tsx';
import { Refused } from './Refused.tsx';
import type { Row } from './rows.ts';
import { onlyThere } from './selection.ts';
import { ShownIds } from './shown.ts';
import { Toolbar } from './Toolbar.tsx';
import { useReading, useRows } from './use-inventory.ts';
import { useView } from './view.ts';

/** Hosts and instances of one cloud that is open. */
export function Inventory({ cloud }: { readonly cloud: string }) {
  useReading(cloud);
  const known = useInventory((state) => state.cloud === cloud && state.inventory !== undefined);
  const failure = useInventory((state) => state.failure);
  const disksFailure = useInventory((state) => state.disksFailure);
  const again = () => void readInventory(cloud);
  return (
    <div className="inst">
      <div className="inst-head">
        <h1>Instances</h1>
        <span style={{ flex: 1 }} />
        <ReadState cloud={cloud} />
      </div>
      {failure !== undefined && (
        <Problem failure={failure} title="The cloud could not be read" again={again} />
      )}
      {disksFailure !== undefined && (
        <Problem
          failure={disksFailure}
          tone="warn"
          title="The disks on the hosts could not be read"
          again={again}
        />
      )}
      {known ? <Lists /> : failure === undefined && <Waiting />}
    </div>
  );
}

function Lists() {
  const nowMs = useNow(true, 60_000);
  const rows = useRows();
  const hosts = useInventory((state) => state.inventory?.hosts) ?? NO_HOSTS;
  const filter = useDeferredValue(useView((state) => state.filter));
  const sort = useView((state) => state.sort);
  const sorted = useMemo(() => sortRows(rows, sort), [rows, sort]);
  const shown = useMemo(() => filterRows(sorted, filter), [sorted, filter]);
  const ids = useMemo(() => shown.map(({ instance }) => instance.id), [shown]);
  useForgetGone(rows);
  const chosen = hosts.find(({ name }) => name === filter.host);
  return (
    <ShownIds value={ids}>
      <div className="inst-lists">
        <HostList hosts={hosts} instances={rows.length} />
        <div className="inst-main">
          <Toolbar rows={rows} shown={shown.length} />
          {chosen !== undefined && <HostNotice host={chosen} />}
          <RefusedOf rows={rows} />
          <div className="inst-table">
            {rows.length === 0 ? <NoInstances /> : <InstanceTable rows={rows} shown={shown} nowMs={nowMs} />}
          </div>
          <DetailsOf rows={rows} nowMs={nowMs} />
        </div>
      </div>
    </ShownIds>
  );
}

const NO_HOSTS: readonly never[] = [];

/** What is no longer there is neither selected nor active. */
function useForgetGone(rows: readonly Row[]): void {
  useEffect(() => {
    const there = new Set(rows.map(({ instance }) => instance.id));
    useView.setState(({ selection, active }) => ({
      selection: onlyThere(selection, there),
      active: active !== undefined && there.has(active) ? active : undefined,
    }));
  }, [rows]);
}

function RefusedOf({ rows }: { readonly rows: readonly Row[] }) {
  const refused = useView((state) => state.refused);
  if (refused === undefined) return null;
  return <Refused rows={rows.filter(({ instance }) => refused.includes(instance.id))} />;
}

function DetailsOf({ rows, nowMs }: { readonly rows: readonly Row[]; readonly nowMs: number }) {
  const id = useView(({ active, detailsOpen }) => (detailsOpen ? active : undefined));
  const row = rows.find(({ instance }) => instance.id === id);
  return row === undefined ? null : <Details row={row} nowMs={nowMs} />;
}

function NoInstances() {
  return (
    <Empty
      title="No instances"
      text="This cloud has no instances, or this login may not see them. An admin of the cloud sees those of all projects."
    />
  );
}

/** The shape of what will stand here. */
function Waiting() {
  return (
    <div className="inst-lists" aria-hidden>
      <div className="inst-hosts" style={{ padding: 8 }}>
        {[1, 2, 3, 4].map((key) => (
          <Skeleton key={key} height={56} mb={8} />
        ))}
      </div>
      <div style={{ padding: 16 }}>
        {[1, 2, 3, 4, 5, 6, 7, 8].map((key) => (
          <Skeleton key={key} height={24} mb={8} />
        ))}
      </div>
    </div>
  );
}
