import { Button } from '@mantine/core';
import { Cut } from '../../components/Cut.tsx';
import { makePlans, type PlanWishes } from '../../store/plans.ts';
import { codecName } from './codecs.ts';
import { digestName } from './digests.ts';
import { routeName } from './routes.ts';

interface SetupLineProps {
  readonly wishes: PlanWishes;
  /** There is one plan, which is checked again in its own place. */
  readonly isChecked: boolean;
  readonly change: () => void;
}

/** The wishes in one line, once plans are made with them. */
export function SetupLine({ wishes, isChecked, change }: SetupLineProps) {
  const { destination, route, limitMibPerSecond, stopTimeoutSeconds, digest, codec, streams, live } = wishes;
  return (
    <section className="panel setup-line" aria-label="What was asked for">
      <span>
        To{' '}
        <strong>
          <Cut text={destination} length={40} />
        </strong>
      </span>
      <span className="dimmed">Route: {routeName(route)}</span>
      <span className="dimmed">
        Limit: {limitMibPerSecond === undefined ? 'as in the settings' : `${String(limitMibPerSecond)} MiB/s`}
      </span>
      <span className="dimmed">
        Stop:{' '}
        {stopTimeoutSeconds === undefined ? 'as in the settings' : `within ${String(stopTimeoutSeconds)} s`}
      </span>
      <span className="dimmed">Proof: {digestName(digest)}</span>
      <span className="dimmed">Compression: {codecName(codec)}</span>
      {streams !== undefined && <span className="dimmed">Connections: {streams} for each big file</span>}
      {live && <span className="dimmed">Disks are copied while it runs</span>}
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
