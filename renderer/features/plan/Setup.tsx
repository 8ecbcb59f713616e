import { Button, Group, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { HostView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { readInventory, useInventory } from '../../store/inventory.ts';
import type { PlanWishes } from '../../store/plans.ts';
import { DestinationPicker } from './DestinationPicker.tsx';
import { destinations } from './destinations.ts';
import type { Moving } from './moving.ts';
import { Options, type OptionWishes } from './Options.tsx';

interface SetupProps {
  readonly moving: readonly Moving[];
  readonly hosts: readonly HostView[] | undefined;
  readonly cloud: string;
  /** Of the plans that are there already. */
  readonly before: PlanWishes | undefined;
  readonly ask: (wishes: PlanWishes) => void;
  /** Back to the plans that are there. */
  readonly keep?: () => void;
}

const USUAL: OptionWishes = {
  route: 'best',
  limitMibPerSecond: undefined,
  stopTimeoutSeconds: undefined,
  digest: 'best',
  codec: 'best',
  streams: undefined,
  live: false,
  flatten: 'best',
};

/** Where to and how: the wishes that a plan is made with. */
export function Setup({ moving, hosts, cloud, before, ask, keep }: SetupProps) {
  const failure = useInventory((state) => state.failure);
  const [picked, setPicked] = useState<string | undefined>(before?.destination);
  const [options, setOptions] = useState<OptionWishes>(before ?? USUAL);
  const rows = useMemo(
    () =>
      destinations(
        hosts ?? [],
        moving.flatMap(({ instance }) => instance ?? []),
      ),
    [hosts, moving],
  );
  // The best one is chosen until somebody chooses; a host that became impossible is chosen no more.
  const wanted = picked ?? rows.find(({ recommended }) => recommended)?.host.name;
  const destination = rows.find(({ host, refused }) => host.name === wanted && refused === undefined)?.host
    .name;
  return (
    <form
      className="setup"
      onSubmit={(event) => {
        event.preventDefault();
        if (destination !== undefined) ask({ ...options, destination });
      }}
    >
      <section aria-labelledby="destination-title">
        <Title order={2} id="destination-title" mb="sm">
          Destination
        </Title>
        {failure !== undefined && (
          <Problem
            failure={failure}
            title="The hosts could not be read"
            again={() => void readInventory(cloud)}
          />
        )}
        {hosts === undefined ? (
          failure === undefined && <p role="status">Asking the cloud for its hosts…</p>
        ) : (
          <DestinationPicker rows={rows} chosen={destination} choose={setPicked} />
        )}
      </section>
      <Options options={options} change={setOptions} />
      <Group className="setup-acts" gap="sm">
        <Button type="submit" size="sm" disabled={destination === undefined}>
          {moving.length === 1 ? 'Make the plan' : `Make ${String(moving.length)} plans`}
        </Button>
        {keep !== undefined && (
          <Button variant="default" size="sm" onClick={keep}>
            Keep the plan that is there
          </Button>
        )}
        <span className="dimmed">
          Looks at both hosts and measures the way between them. Changes nothing.
        </span>
      </Group>
    </form>
  );
}
