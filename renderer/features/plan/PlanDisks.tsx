import { Table, Title } from '@mantine/core';
import type { PlanView } from '@contract/views.ts';
import { Cut } from '../../components/Cut.tsx';
import { inUnit, unitFor } from '../../components/figures.ts';

type Strategy = PlanView['disks'][number]['strategy'];

const STRATEGIES = {
  overlay: 'Copy the file alone',
  flatten: 'Flatten, then copy',
  stream: 'Flatten on its way',
  whole: 'Copy the whole file',
  remake: 'Made new by Nova',
} as const satisfies Record<Strategy, string>;

const ROLES = {
  root: 'Root',
  ephemeral: 'Ephemeral',
  swap: 'Swap',
  config: 'Config drive',
  other: 'Record',
} as const satisfies Record<PlanView['disks'][number]['role'], string>;

/** What is done with each file of the instance, and why. */
export function PlanDisks({ plan: { disks } }: { readonly plan: PlanView }) {
  const allocated = unitFor(Math.max(0, ...disks.map(({ allocatedBytes }) => allocatedBytes)));
  const virtual = unitFor(Math.max(0, ...disks.map(({ virtualBytes }) => virtualBytes)));
  const moved = unitFor(Math.max(0, ...disks.map(({ bytesToMove }) => bytesToMove)));
  return (
    <div>
      <Title order={2} id="plan-disks" mb="sm">
        Disks
      </Title>
      {disks.length === 0 ? (
        <p className="dimmed">It has no disks on the host; it boots from a volume, and nothing is copied.</p>
      ) : (
        <div className="panel panel-table" tabIndex={0} role="region" aria-labelledby="plan-disks">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Disk</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>What is done</Table.Th>
                <Table.Th>Format</Table.Th>
                <Table.Th className="figures">Allocated, {allocated.name}</Table.Th>
                <Table.Th className="figures">Virtual, {virtual.name}</Table.Th>
                <Table.Th className="figures">To move, {moved.name}</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {disks.map((disk) => (
                <Table.Tr key={disk.name}>
                  <Table.Th scope="row">
                    <Cut text={disk.name} length={28} mono />
                  </Table.Th>
                  <Table.Td>{ROLES[disk.role]}</Table.Td>
                  <Table.Td>{STRATEGIES[disk.strategy]}</Table.Td>
                  <Table.Td>{disk.format}</Table.Td>
                  <Table.Td className="figures">{inUnit(disk.allocatedBytes, allocated)}</Table.Td>
                  <Table.Td className="figures">{inUnit(disk.virtualBytes, virtual)}</Table.Td>
                  <Table.Td className="figures">{inUnit(disk.bytesToMove, moved)}</Table.Td>
                  <Table.Td className="why">{disk.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </div>
  );
}
