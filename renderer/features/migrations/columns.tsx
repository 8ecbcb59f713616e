import { ByteFigures, DowntimeCell, NextCell, RateCell } from './cells.tsx';
import type { MigrationView } from '@contract/views.ts';
import type { ByteUnit } from '../../components/figures.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { Status } from '../../components/Status.tsx';
import type { Column } from '../../components/table-parts.tsx';
import { hrefOf } from '../../route.ts';
import { startedMs } from './arrange.ts';
import { stateWords } from './kinds.ts';
import { minuteText } from './times.ts';

/** The columns of the list; `unit` is that of all sizes in it. Clouds are named where there is more than one. */
export function makeColumns(unit: ByteUnit, showClouds: boolean): readonly Column<MigrationView>[] {
  return [
    {
      key: 'name',
      title: 'Instance',
      widthPx: 112,
      grow: 2,
      stickyPx: 0,
      sortable: true,
      cell: ({ id, server }) => (
        <a className="migrations-link" href={hrefOf({ page: 'migration', id })}>
          <Fitted text={server.name} />
        </a>
      ),
    },
    {
      key: 'state',
      title: 'State',
      widthPx: 146,
      sortable: true,
      cell: (migration) => <Status {...stateWords(migration)} />,
    },
    {
      key: 'source',
      title: 'From',
      widthPx: 92,
      grow: 1,
      sortable: true,
      cell: ({ source }) => <Fitted text={source} />,
    },
    {
      key: 'destination',
      title: 'To',
      widthPx: 92,
      grow: 1,
      sortable: true,
      cell: ({ destination }) => <Fitted text={destination} />,
    },
    {
      key: 'size',
      title: `Moved, ${unit.name}`,
      widthPx: 132,
      figures: true,
      sortable: true,
      cell: (migration) => <ByteFigures migration={migration} unit={unit} />,
    },
    {
      key: 'rate',
      title: 'MiB/s',
      widthPx: 52,
      figures: true,
      cell: (migration) => <RateCell migration={migration} />,
    },
    {
      key: 'downtime',
      title: 'Off for',
      widthPx: 64,
      figures: true,
      sortable: true,
      cell: (migration) => <DowntimeCell migration={migration} />,
    },
    {
      key: 'started',
      title: 'Started',
      widthPx: 132,
      figures: true,
      sortable: true,
      cell: (migration) => minuteText(startedMs(migration)),
    },
    { key: 'route', title: 'Route', widthPx: 56, cell: ({ route }) => route },
    {
      key: 'by',
      title: 'By',
      widthPx: 108,
      grow: 1,
      sortable: true,
      cell: ({ by }) => <Fitted text={by} />,
    },
    ...(showClouds ? [CLOUD] : []),
    {
      key: 'next',
      title: 'Next',
      widthPx: 84,
      cell: (migration) => <NextCell migration={migration} />,
    },
  ];
}

const CLOUD: Column<MigrationView> = {
  key: 'cloud',
  title: 'Cloud',
  widthPx: 76,
  grow: 1,
  sortable: true,
  cell: ({ cloud }) => <Fitted text={cloud} />,
};
