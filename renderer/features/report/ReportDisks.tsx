import { Table } from '@mantine/core';
import { formatSeconds, printable } from '@contract/format.ts';
import type { DiskView } from '@contract/views.ts';
import { inUnit, unitFor } from '../../components/figures.ts';
import { Status } from '../../components/Status.tsx';

/** Every disk with what was moved, and both digests in full. */
export function ReportDisks({ disks }: { readonly disks: readonly DiskView[] }) {
  const unit = unitFor(Math.max(0, ...disks.map(({ bytesTotal }) => bytesTotal)));
  if (disks.length === 0) return <p className="report-text">The instance has no local disks.</p>;
  return (
    <>
      <div className="report-wide">
        <Table aria-label="Disks">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Disk</Table.Th>
              <Table.Th>Way</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th className="figures">Size, {unit.name}</Table.Th>
              <Table.Th className="figures">Time</Table.Th>
              <Table.Th className="figures">MiB/s</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {disks.map(({ name, role, strategy, state, bytesTotal, seconds }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">
                  {printable(name)} <span className="report-role">{role}</span>
                </Table.Th>
                <Table.Td>{strategy}</Table.Td>
                <Table.Td>{state}</Table.Td>
                <Table.Td className="figures">{inUnit(bytesTotal, unit)}</Table.Td>
                <Table.Td className="figures">
                  {seconds === undefined ? '–' : formatSeconds(seconds)}
                </Table.Td>
                <Table.Td className="figures">
                  {seconds === undefined || seconds <= 0
                    ? '–'
                    : (bytesTotal / seconds / 1024 ** 2).toFixed(1)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {disks.map((disk) => (
        <Digests key={disk.name} disk={disk} />
      ))}
    </>
  );
}

function Digests({ disk: { name, digest, state } }: { readonly disk: DiskView }) {
  if (digest === undefined) {
    const why =
      state === 'remade by Nova' ? 'Nova makes it new, so there is nothing to compare.' : 'No digest yet.';
    return (
      <p className="report-text dimmed">
        {printable(name)}: {why}
      </p>
    );
  }
  const isEqual = digest.source === digest.destination;
  return (
    <div className="report-digest">
      <div className="report-digest-name">
        {printable(name)}{' '}
        <Status
          tone={isEqual ? 'good' : 'bad'}
          word={isEqual ? `${digest.algorithm}: equal` : `${digest.algorithm}: DIFFERENT`}
        />
      </div>
      <dl>
        <dt>Source</dt>
        <dd className="mono">{digest.source}</dd>
        <dt>Destination</dt>
        <dd className="mono">{digest.destination}</dd>
      </dl>
    </div>
  );
}
