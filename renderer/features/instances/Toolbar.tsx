import { Button, Kbd, Select, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { formatNumber } from '../../components/figures.ts';
import { statusChoices } from './arrange.ts';
import { planThem, rowsToPlan } from './plan-them.ts';
import type { Row } from './rows.ts';
import { NOTHING_SELECTED } from './selection.ts';
import { select, setFilter, useView } from './view.ts';

interface ToolbarProps {
  readonly rows: readonly Row[];
  readonly shown: number;
}

/** Search, filter by status, what is selected, and the one thing that can be done with it. */
export function Toolbar({ rows, shown }: ToolbarProps) {
  return (
    <div className="inst-toolbar">
      <Search />
      <StatusFilter rows={rows} />
      <span className="dimmed" role="status">
        {shown === rows.length
          ? `${formatNumber(rows.length)} in all`
          : `${formatNumber(shown)} of ${formatNumber(rows.length)}`}
      </span>
      <span style={{ flex: 1 }} />
      <PlanButton rows={rows} />
    </div>
  );
}

function Search() {
  const text = useView(({ filter }) => filter.text);
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([
    [
      '/',
      () => {
        input.current?.focus();
        input.current?.select();
      },
    ],
  ]);
  return (
    <TextInput
      ref={input}
      type="search"
      className="inst-search"
      aria-label="Search instances by name, id, host or project"
      placeholder="Name, id, host or project"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text === '' ? <Kbd size="xs">/</Kbd> : undefined}
      value={text}
      onChange={(event) => {
        setFilter({ text: event.currentTarget.value });
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setFilter({ text: '' });
      }}
    />
  );
}

function StatusFilter({ rows }: { readonly rows: readonly Row[] }) {
  const status = useView(({ filter }) => filter.status);
  const choices = useMemo(() => statusChoices(rows), [rows]);
  const data = choices.map(({ value, count }) => ({ value, label: `${value} (${formatNumber(count)})` }));
  // What was chosen stays to be seen, also when nothing has it any more.
  if (status !== undefined && !choices.some(({ value }) => value === status))
    data.push({ value: status, label: `${status} (0)` });
  return (
    <Select
      aria-label="Show only one status"
      placeholder="All statuses"
      className="inst-status"
      clearable
      data={data}
      value={status ?? null}
      onChange={(value) => {
        setFilter({ status: value ?? undefined });
      }}
    />
  );
}

function PlanButton({ rows }: { readonly rows: readonly Row[] }) {
  const selected = useView(({ selection }) => selection.ids);
  const active = useView((state) => state.active);
  const wanted = rowsToPlan(rows, selected, active);
  const [first] = wanted;
  return (
    <>
      {selected.size > 0 && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            select(() => NOTHING_SELECTED);
          }}
        >
          Clear {formatNumber(selected.size)} selected
        </Button>
      )}
      <Button
        rightSection={<IconArrowRight size={16} aria-hidden />}
        disabled={first === undefined}
        onClick={() => {
          planThem(wanted);
        }}
      >
        {wanted.length > 1 ? `Plan ${formatNumber(wanted.length)} migrations` : 'Plan a migration'}
      </Button>
    </>
  );
}
