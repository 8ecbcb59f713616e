import { Table } from '@mantine/core';
import type { InstanceView } from '@contract/views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { inUnit, unitFor } from '../../components/figures.ts';
import { Status } from '../../components/Status.tsx';
import { chainSentence, chainWords, type DiskOfInstance } from './words.ts';

/** Its disks as they lie on the host, and what else lies there. */
export function DetailsDisks({ instance }: { readonly instance: InstanceView }) {
  const { disks, leftovers, host } = instance;
  if (disks === undefined)
    return (
      <p className="dimmed">Its disks are not known: {host ?? 'its host'} was not read yet, or cannot be.</p>
    );
  return (
    <>
      {disks.length === 0 ? (
        <p>
          <Status tone="warn" word={`No disk of it lies on ${host ?? 'its host'}.`} />
        </p>
      ) : (
        <Disks disks={disks} />
      )}
      {leftovers !== undefined && leftovers.length > 0 && (
        <div>
          <Status tone="warn" word="Left over from an earlier move, on its host" />
          <ul className="inst-reasons">
            {leftovers.map((path) => (
              <li key={path}>
                <Path path={path} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Disks({ disks }: { readonly disks: readonly DiskOfInstance[] }) {
  const unit = unitFor(
    Math.max(...disks.flatMap(({ virtualBytes, allocatedBytes }) => [virtualBytes, allocatedBytes])),
  );
  return (
    <Table aria-label="Disks" layout="auto" horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Disk</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th>Format</Table.Th>
          <Table.Th className="figures">Used {unit.name}</Table.Th>
          <Table.Th className="figures">Size {unit.name}</Table.Th>
          <Table.Th>Chain</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {disks.map((disk) => (
          <Table.Tr key={disk.name}>
            <Table.Td className="mono">{disk.name}</Table.Td>
            <Table.Td>{disk.role}</Table.Td>
            <Table.Td>{disk.format}</Table.Td>
            <Table.Td className="figures">{inUnit(disk.allocatedBytes, unit)}</Table.Td>
            <Table.Td className="figures">{inUnit(disk.virtualBytes, unit)}</Table.Td>
            <Table.Td>
              <Chain disk={disk} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Chain({ disk }: { readonly disk: DiskOfInstance }) {
  const tone = chainWords([disk])?.tone ?? 'quiet';
  return (
    <>
      <div className={tone === 'bad' || tone === 'warn' ? tone : undefined}>{chainSentence(disk)}</div>
      {disk.chain.map((path) => (
        <Path key={path} path={path} />
      ))}
    </>
  );
}

function Path({ path }: { readonly path: string }) {
  return (
    <span className="inst-id">
      <code className="mono">{path}</code>
      <Copy text={path} what={`Copy the path ${path}`} />
    </span>
  );
}
