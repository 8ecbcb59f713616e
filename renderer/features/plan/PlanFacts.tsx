import { formatBytes, formatRate } from '@contract/format.ts';
import type { PlanView } from '@contract/views.ts';
import { Cut } from '../../components/Cut.tsx';

/** The figures of a plan in a few lines. */
export function PlanFacts({ plan }: { readonly plan: PlanView }) {
  const {
    source,
    destination,
    destinationAddress,
    route,
    routeReason,
    bytesToMove,
    bytesToStage,
    speed,
    codec,
    streams,
  } = plan;
  return (
    <section className="panel" aria-label="The plan in figures">
      <dl className="plan-facts">
        <dt>Way</dt>
        <dd>
          <Cut text={source} length={28} /> to <Cut text={destination} length={28} />{' '}
          <span className="dimmed">({destinationAddress})</span>
        </dd>
        <dt>Route</dt>
        <dd>
          {route}: {routeReason}
        </dd>
        <dt>To move while off</dt>
        <dd>{formatBytes(bytesToMove)}</dd>
        {bytesToStage > 0 && (
          <>
            <dt>To copy before</dt>
            <dd>
              {formatBytes(bytesToStage)}
              {plan.server.running ? ', while it still runs' : ', before the disks'}
            </dd>
          </>
        )}
        {plan.liveDisks.length > 0 && (
          <>
            <dt>Frozen while it runs</dt>
            <dd>
              {plan.liveDisks.join(', ')}{' '}
              <span className="dimmed">(what is written meanwhile moves while it is off)</span>
            </dd>
          </>
        )}
        <dt>Measured</dt>
        <dd>
          {speed === undefined
            ? 'not possible'
            : `copy ${formatRate(speed.copyBytesPerSecond)}, digest ${formatRate(speed.digestBytesPerSecond)}`}
        </dd>
        {codec !== undefined && route !== 'nova' && (
          <>
            <dt>Compression</dt>
            <dd>
              {codec.codec} <span className="dimmed">({codec.reason})</span>
            </dd>
          </>
        )}
        {streams !== undefined && route !== 'nova' && (
          <>
            <dt>Connections</dt>
            <dd>
              {streams.streams === 1 ? 'one for each file' : `${String(streams.streams)} for each big file`}{' '}
              <span className="dimmed">({streams.reason})</span>
            </dd>
          </>
        )}
        {plan.server.volumes > 0 && (
          <>
            <dt>Volumes</dt>
            <dd>{plan.server.volumes}, attached again by Nova and not copied</dd>
          </>
        )}
      </dl>
    </section>
  );
}
