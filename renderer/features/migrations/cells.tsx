import { Button } from '@mantine/core';
import type { MigrationView } from '@contract/views.ts';
import { inUnit, type ByteUnit } from '../../components/figures.ts';
import { hrefOf } from '../../route.ts';
import { useSamples } from '../../store/samples.ts';
import { useNow } from '../../use-now.ts';
import { diskRows, totalRow } from '../migration/disk-rows.ts';
import { clockText } from '../migration/downtime.ts';
import { downtimeMs } from './arrange.ts';
import { kindOf } from './kinds.ts';
import { resumeMigration } from './resume.ts';

interface CellProps {
  readonly migration: MigrationView;
}

/** `2.0 of 5.0` with a bar while bytes move, the total alone when it is over. */
export function ByteFigures({ migration, unit }: CellProps & { readonly unit: ByteUnit }) {
  const { bytesDone, bytesTotal } = useProgress(migration);
  const share = bytesTotal === 0 ? 0 : bytesDone / bytesTotal;
  if (bytesDone >= bytesTotal) return inUnit(bytesTotal, unit);
  return (
    <>
      <span className="migrations-bar" aria-hidden>
        <span style={{ width: `${String(100 * share)}%` }} />
      </span>
      {inUnit(bytesDone, unit)} of {inUnit(bytesTotal, unit)}
    </>
  );
}

export function RateCell({ migration }: CellProps) {
  const { bytesPerSecond } = useProgress(migration);
  return bytesPerSecond === undefined ? (
    <Nothing what="Nothing moves" />
  ) : (
    (bytesPerSecond / 1024 ** 2).toFixed(1)
  );
}

const NO_SAMPLES = {};

/** All disks together, as the migration's own screen counts them. */
function useProgress(migration: MigrationView): ReturnType<typeof totalRow> {
  const samples = useSamples(({ byMigration }) => byMigration[migration.id] ?? NO_SAMPLES);
  const nowMs = useNow(migration.active);
  return totalRow(diskRows(migration, samples, nowMs));
}

/** A clock while the instance is off. */
export function DowntimeCell({ migration }: CellProps) {
  const { startMs, endMs } = migration.downtime;
  const runs = startMs !== undefined && endMs === undefined && kindOf(migration) !== 'done';
  const nowMs = useNow(runs);
  const offMs = downtimeMs(migration, runs ? nowMs : migration.updatedAtMs);
  if (offMs === undefined) return <Nothing what="Not stopped by this migration" />;
  return (
    <span className={runs ? 'busy' : undefined}>
      {clockText(runs ? offMs / 1000 : Math.round(offMs / 1000))}
    </span>
  );
}

/** The one thing to do from here. Everything else is on the migration's own screen. */
export function NextCell({ migration }: CellProps) {
  const { id, server } = migration;
  switch (kindOf(migration)) {
    case 'interrupted':
      return (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Resume the migration of ${server.name}`}
          onClick={() => {
            void resumeMigration(migration);
          }}
        >
          Resume
        </Button>
      );
    case 'verdict':
      return (
        <a href={hrefOf({ page: 'migration', id })} aria-label={`Decide about ${server.name}`}>
          Decide
        </a>
      );
    case 'done':
      return (
        <a href={hrefOf({ page: 'report', id })} aria-label={`Report of the migration of ${server.name}`}>
          Report
        </a>
      );
    case 'running':
      return (
        <a href={hrefOf({ page: 'migration', id })} aria-label={`Watch the migration of ${server.name}`}>
          Watch
        </a>
      );
  }
}

function Nothing({ what }: { readonly what: string }) {
  return (
    <span className="dimmed" role="img" aria-label={what} title={what}>
      –
    </span>
  );
}
