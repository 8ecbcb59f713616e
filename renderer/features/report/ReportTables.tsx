import { Table } from '@mantine/core';
import { printable, sentence } from '@contract/format.ts';
import type { MigrationView, PlanView, ReportView } from '@contract/views.ts';
import { Command } from '../../components/Copyable.tsx';
import { Status } from '../../components/Status.tsx';
import { FindingList } from '../findings/FindingList.tsx';
import { secondText } from '../migrations/times.ts';

/** What was looked at before the verdict. */
export function Proofs({ proofs }: { readonly proofs: MigrationView['proofs'] }) {
  if (proofs.length === 0) return <p className="report-text">Nothing was proven, or not yet.</p>;
  return (
    <Table aria-label="Evidence">
      <Table.Tbody>
        {proofs.map(({ name, ok, said }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={200}>
              {sentence(name)}
            </Table.Th>
            <Table.Td w={132}>
              <Status tone={ok ? 'good' : 'bad'} word={ok ? 'In order' : 'Not in order'} />
            </Table.Td>
            <Table.Td className="report-long">{printable(said)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Every fact of the journal with its time. */
export function History({ history }: { readonly history: ReportView['history'] }) {
  return (
    <Table aria-label="What happened">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={156}>Time</Table.Th>
          <Table.Th w={132}>Phase</Table.Th>
          <Table.Th>What</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {history.map(({ atMs, phase, message }, index) => (
          // Facts are never changed and never change their places.
          <Table.Tr key={index}>
            <Table.Td className="report-time">{secondText(atMs)}</Table.Td>
            <Table.Td>{phaseText(phase)}</Table.Td>
            <Table.Td className="report-long">{printable(message)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface FindingsProps {
  readonly plan: PlanView;
  readonly migration: MigrationView;
}

/** What stood in the plan. Nothing starts before each warning is acknowledged by its name. */
export function Findings({ plan: { findings, source, destination }, migration }: FindingsProps) {
  const { by, enteredAtMs } = migration;
  const at = enteredAtMs.planned === undefined ? '' : `, ${secondText(enteredAtMs.planned)}`;
  return (
    <FindingList
      findings={findings}
      hosts={{ source, destination }}
      underWarning={({ id }) => (
        <div>
          Acknowledged by {printable(by)}
          {at}: <code className="mono">{printable(id)}</code>
        </div>
      )}
    />
  );
}

/** In the order in which they were planned, whether or not all of them came to run. */
export function Commands({ commands }: { readonly commands: PlanView['commands'] }) {
  return (
    <Table aria-label="Commands of the plan">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={132}>Phase</Table.Th>
          <Table.Th w={140}>Where</Table.Th>
          <Table.Th>Command</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {commands.map(({ phase, where, command }, index) => (
          <Table.Tr key={index}>
            <Table.Td>{phaseText(phase)}</Table.Td>
            <Table.Td className="report-long">{printable(where)}</Table.Td>
            <Table.Td>
              <Command text={command} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** As words: `handing over`. */
function phaseText(phase: string): string {
  return phase.replaceAll('-', ' ');
}
