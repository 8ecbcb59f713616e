import { Table } from '@mantine/core';
import { Cut } from '../../../components/Cut.tsx';
import { rateText } from './Legend.tsx';
import type { Rates } from './rates.ts';
import { tableRows } from './table-rows.ts';

/** The chart's figures for readers who cannot see it, newest first. */
export function RateTable({ rates }: { readonly rates: Rates }) {
  const rows = tableRows(rates);
  return (
    <div className="rate-table" tabIndex={0} role="region" aria-label="Throughput as a table">
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Until</Table.Th>
            {rates.disks.map(({ name }) => (
              <Table.Th key={name} className="figures">
                <Cut text={name} length={16} mono />
              </Table.Th>
            ))}
            <Table.Th className="figures">All, MiB/s</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ atSeconds, values, total }) => (
            <Table.Tr key={atSeconds}>
              <Table.Th scope="row" className="rate-time">
                {new Date(atSeconds * 1000).toLocaleTimeString('en-GB')}
              </Table.Th>
              {values.map((value, index) => (
                <Table.Td key={rates.disks[index]?.name ?? index} className="figures">
                  {rateText(value)}
                </Table.Td>
              ))}
              <Table.Td className="figures">{rateText(total)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
