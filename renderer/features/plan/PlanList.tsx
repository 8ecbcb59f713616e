import { Button, Table } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { formatSeconds } from '@contract/format.ts';
import { Cut } from '../../components/Cut.tsx';
import { inUnit, unitFor, type ByteUnit } from '../../components/figures.ts';
import { isBusy, stopPlans, type PlanEntry, type PlanWishes } from '../../store/plans.ts';
import { EntryStatus } from './EntryStatus.tsx';
import type { Moving } from './moving.ts';
import { SinglePlan } from './SinglePlan.tsx';
import { planOf, totalsOf } from './totals.ts';

interface PlanListProps {
  readonly moving: readonly Moving[];
  readonly entries: Readonly<Record<string, PlanEntry>>;
  readonly wishes: PlanWishes;
}

/** Several plans: a row each with its state and figures, the whole of it under the row. */
export function PlanList({ moving, entries, wishes }: PlanListProps) {
  const plans = moving.flatMap(({ id }) => planOf(entries[id]) ?? []);
  const totals = totalsOf(plans);
  const unit = unitFor(Math.max(totals.bytesToMove, totals.bytesToStage));
  const busy = isBusy(entries);
  return (
    <section className="panel panel-table" aria-label="Plans" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Instance</Table.Th>
            <Table.Th>Plan</Table.Th>
            <Table.Th className="figures">To move, {unit.name}</Table.Th>
            <Table.Th className="figures">Before, {unit.name}</Table.Th>
            <Table.Th className="figures">Downtime</Table.Th>
            <Table.Th className="figures">Nova alone</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {moving.map((one) => (
            <Row key={one.id} one={one} entry={entries[one.id]} unit={unit} wishes={wishes} />
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">
              {plans.length} of {moving.length} planned
            </Table.Th>
            <Table.Td>
              {busy && (
                <Button variant="default" onClick={stopPlans}>
                  Stop
                </Button>
              )}
            </Table.Td>
            <Table.Td className="figures">{inUnit(totals.bytesToMove, unit)}</Table.Td>
            <Table.Td className="figures">{inUnit(totals.bytesToStage, unit)}</Table.Td>
            <Table.Td className="figures">
              {totals.longestSeconds === undefined ? '–' : `longest ${formatSeconds(totals.longestSeconds)}`}
            </Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </section>
  );
}

interface RowProps {
  readonly one: Moving;
  readonly entry: PlanEntry | undefined;
  readonly unit: ByteUnit;
  readonly wishes: PlanWishes;
}

function Row({ one, entry, unit, wishes }: RowProps) {
  const [opened, setOpened] = useState(false);
  const plan = planOf(entry);
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <Fragment>
      <Table.Tr>
        <Table.Th scope="row">
          <Button
            variant="subtle"
            color="gray"
            className="row-button"
            aria-expanded={opened}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => {
              setOpened(!opened);
            }}
          >
            <Cut text={one.name} length={36} />
          </Button>
        </Table.Th>
        <Table.Td>
          <EntryStatus entry={entry} />
        </Table.Td>
        <Table.Td className="figures">{bytesText(plan?.bytesToMove, unit)}</Table.Td>
        <Table.Td className="figures">{bytesText(plan?.bytesToStage, unit)}</Table.Td>
        <Table.Td className="figures">{secondsText(plan?.downtime?.seconds)}</Table.Td>
        <Table.Td className="figures">{secondsText(plan?.downtimeByNova?.seconds)}</Table.Td>
      </Table.Tr>
      {opened && (
        <Table.Tr>
          <Table.Td colSpan={6} className="row-detail">
            <SinglePlan server={one.id} entry={entry} wishes={wishes} />
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}

function bytesText(bytes: number | undefined, unit: ByteUnit): string {
  return bytes === undefined ? '–' : inUnit(bytes, unit);
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatSeconds(seconds);
}
