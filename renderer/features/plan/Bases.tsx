import { Table, Title } from '@mantine/core';
import type { PlanView } from '@contract/views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Cut } from '../../components/Cut.tsx';
import { inUnit, unitFor } from '../../components/figures.ts';
import { Status } from '../../components/Status.tsx';

/** The backing files below the disks: copied ahead, or there already. */
export function Bases({ plan: { bases } }: { readonly plan: PlanView }) {
  const unit = unitFor(Math.max(0, ...bases.map(({ allocatedBytes }) => allocatedBytes)));
  return (
    <div>
      <Title order={2} id="plan-bases" mb="sm">
        Bases
      </Title>
      <div className="panel panel-table" tabIndex={0} role="region" aria-labelledby="plan-bases">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th>What is done</Table.Th>
              <Table.Th className="figures">Allocated, {unit.name}</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bases.map(({ path, action, allocatedBytes, reason }) => (
              <Table.Tr key={path}>
                <Table.Th scope="row">
                  <span className="base-path">
                    <Cut text={path} length={72} mono />
                    <Copy text={path} what="Copy the path" />
                  </span>
                </Table.Th>
                <Table.Td>
                  {action === 'present' ? (
                    <Status tone="good" word="There already" />
                  ) : (
                    <Status tone="note" word="Copied ahead" />
                  )}
                </Table.Td>
                <Table.Td className="figures">{inUnit(allocatedBytes, unit)}</Table.Td>
                <Table.Td className="why">{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}
