import { Button } from '@mantine/core';
import { Cut } from '../../components/Cut.tsx';
import { makePlans, type PlanWishes } from '../../store/plans.ts';
import { routeName } from './routes.ts';

interface SetupLineProps {
  readonly wishes: PlanWishes;
  /** There is one plan, which is checked again in its own place. */
  readonly isChecked: boolean;
  readonly change: () => void;
}

const FLATTENED = { file: 'Flattened on the source', stream: 'Flattened on its way' } as const;

/** What was asked for beside the destination and the route; what was left to us stays out. */
function otherWishes({
  limitMibPerSecond,
  stopTimeoutSeconds,
  digest,
  codec,
  streams,
  live,
  flatten,
}: PlanWishes): readonly string[] {
  return [
    ...(limitMibPerSecond === undefined ? [] : [`Limit: ${String(limitMibPerSecond)} MiB/s`]),
    ...(stopTimeoutSeconds === undefined ? [] : [`Stop: within ${String(stopTimeoutSeconds)} s`]),
    ...(digest === 'best' ? [] : [`Proof: ${digest}`]),
    ...(codec === 'best' ? [] : [`Compression: ${codec}`]),
    ...(streams === undefined ? [] : [`Connections: ${String(streams)} for each big file`]),
    ...(live ? ['Disks are copied while it runs'] : []),
    ...(flatten === 'best' ? [] : [FLATTENED[flatten]]),
  ];
}

/** The wishes in one line, once plans are made with them. */
export function SetupLine({ wishes, isChecked, change }: SetupLineProps) {
  const { destination, route } = wishes;
  const others = otherWishes(wishes);
  return (
    <section className="panel setup-line" aria-label="What was asked for">
      <span>
        To{' '}
        <strong>
          <Cut text={destination} length={40} />
        </strong>
      </span>
      <span className="dimmed">Route: {routeName(route)}</span>
      {others.map((wish) => (
        <span key={wish} className="dimmed">
          {wish}
        </span>
      ))}
      <span className="dimmed">
        {others.length === 0 ? 'All else as in the settings, or by measurement' : 'The rest as usual'}
      </span>
      <span style={{ flex: 1 }} />
      <span className="setup-acts-line">
        {' '}
        <Button variant="default" onClick={change}>
          Change
        </Button>
        {!isChecked && (
          <Button variant="default" onClick={() => void makePlans(wishes)}>
            Plan again
          </Button>
        )}
      </span>{' '}
    </section>
  );
}
