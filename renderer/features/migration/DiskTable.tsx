import { Progress, Table, Title } from '@mantine/core';
import { formatSeconds } from '@contract/format.ts';
import type { DiskView, MigrationView } from '@contract/views.ts';
import { Cut } from '../../components/Cut.tsx';
import { inUnit, unitFor, type ByteUnit } from '../../components/figures.ts';
import { useSamples } from '../../store/samples.ts';
import { DiskState } from './DiskState.tsx';
import { diskRows, totalRow, type DiskRow } from './disk-rows.ts';

const STRATEGIES = {
  overlay: 'The file alone',
  flatten: 'Flattened first',
  stream: 'Flattened on its way',
  whole: 'The whole file',
  remake: 'Made new',
} as const satisfies Record<DiskView['strategy'], string>;

const ROLES = {
  root: 'root',
  ephemeral: 'ephemeral',
  swap: 'swap',
  config: 'config drive',
  other: 'record',
} as const satisfies Record<DiskView['role'], string>;

const NO_SAMPLES = {};
const MIB = 1024 ** 2;

/** A row per disk: how much has arrived, how fast, how long it will take, and whether it is proven. */
export function DiskTable({ view, nowMs }: { readonly view: MigrationView; readonly nowMs: number }) {
  const samples = useSamples(({ byMigration }) => byMigration[view.id]) ?? NO_SAMPLES;
  const rows = diskRows(view, samples, nowMs);
  const total = totalRow(rows);
  const unit = unitFor(total.bytesTotal);
  const allGood = rows.every(({ share, tone }) => share === undefined || tone === 'good');
  if (rows.length === 0)
    return (
      <section className="panel">
        <Title order={2}>Disks</Title>
        <p className="dimmed">The instance has no disks of its own on the host; nothing travels.</p>
      </section>
    );
  return (
    <div>
      <Title order={2} id="disks-title" mb="sm">
        Disks
      </Title>
      <div className="panel panel-table disks" tabIndex={0} role="region" aria-labelledby="disks-title">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Disk</Table.Th>
              <Table.Th className="disk-travels">What travels</Table.Th>
              <Table.Th className="disk-bar">Progress</Table.Th>
              <Table.Th className="figures">Done, {unit.name}</Table.Th>
              <Table.Th className="figures">Of, {unit.name}</Table.Th>
              <Table.Th className="figures">Rate, MiB/s</Table.Th>
              <Table.Th className="figures">Time left</Table.Th>
              <Table.Th>State and digest</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.disk.name}>
                <Table.Th scope="row">
                  <Cut text={row.disk.name} length={24} mono />{' '}
                  <span className="dimmed disk-role">{ROLES[row.disk.role]}</span>
                  <span className="dimmed disk-under">
                    {ROLES[row.disk.role]}: {STRATEGIES[row.disk.strategy].toLowerCase()}
                  </span>
                </Table.Th>
                <Table.Td className="disk-travels">{STRATEGIES[row.disk.strategy]}</Table.Td>
                <Table.Td>
                  <Bar share={row.share} tone={row.tone} label={`Progress of ${row.disk.name}`} />
                </Table.Td>
                <Figures row={row} unit={unit} />
                <Table.Td>
                  <DiskState row={row} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          {rows.length > 1 && (
            <Table.Tfoot>
              <Table.Tr>
                <Table.Th scope="row">All together</Table.Th>
                <Table.Td className="disk-travels" />
                <Table.Td>
                  <Bar
                    share={total.bytesTotal === 0 ? undefined : total.bytesDone / total.bytesTotal}
                    tone={allGood ? 'good' : view.active ? 'busy' : 'quiet'}
                    label="Progress of all disks"
                  />
                </Table.Td>
                <Table.Td className="figures">{inUnit(total.bytesDone, unit)}</Table.Td>
                <Table.Td className="figures">{inUnit(total.bytesTotal, unit)}</Table.Td>
                <Table.Td className="figures">{rateText(total.bytesPerSecond)}</Table.Td>
                <Table.Td className="figures">{secondsText(total.secondsLeft)}</Table.Td>
                <Table.Td />
              </Table.Tr>
            </Table.Tfoot>
          )}
        </Table>
      </div>
    </div>
  );
}

function Figures({ row, unit }: { readonly row: DiskRow; readonly unit: ByteUnit }) {
  if (row.share === undefined)
    return (
      <Table.Td colSpan={4} className="dimmed figures">
        not copied
      </Table.Td>
    );
  return (
    <>
      <Table.Td className="figures">{inUnit(row.bytesDone, unit)}</Table.Td>
      <Table.Td className="figures">{inUnit(row.disk.bytesTotal, unit)}</Table.Td>
      <Table.Td className="figures">{rateText(row.bytesPerSecond)}</Table.Td>
      <Table.Td className="figures">{secondsText(row.secondsLeft)}</Table.Td>
    </>
  );
}

const COLOURS = {
  good: 'green',
  busy: 'indigo',
  warn: 'yellow',
  bad: 'red',
  quiet: 'gray',
  note: 'indigo',
} as const;

function Bar(props: {
  readonly share: number | undefined;
  readonly tone: DiskRow['tone'];
  readonly label: string;
}) {
  const { share, tone, label } = props;
  if (share === undefined) return null;
  // Rounded down: 100 % is said when all of it is there.
  const percent = Math.floor(share * 100);
  return (
    <div className="bar">
      <Progress.Root size="md" style={{ flex: 1 }}>
        <Progress.Section
          value={percent}
          color={COLOURS[tone]}
          aria-label={label}
          aria-valuetext={`${String(percent)} percent`}
        />
      </Progress.Root>
      <span className="figures bar-figure">{percent} %</span>
    </div>
  );
}

function rateText(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined ? '–' : (bytesPerSecond / MIB).toFixed(1);
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatSeconds(seconds);
}
