import { Title } from '@mantine/core';
import { formatSeconds } from '@contract/format.ts';
import type { PlanView } from '@contract/views.ts';
import { comparison, shares } from './downtime-words.ts';

type Prediction = NonNullable<PlanView['downtime']>;

/** How long it will be off by this plan, beside Nova's own way, to the same scale. */
export function DowntimeBars({ plan }: { readonly plan: PlanView }) {
  const { downtime, downtimeByNova, downtimeIfLive, server, route } = plan;
  const longest = Math.max(downtime?.seconds ?? 0, downtimeByNova?.seconds ?? 0);
  return (
    <section className="panel downtime" aria-label="Predicted downtime">
      <Title order={2}>{server.running ? 'Predicted downtime' : 'Predicted time'}</Title>
      {!server.running && (
        <p className="dimmed">The instance is off already; this is how long the move takes.</p>
      )}
      {downtime === undefined ? (
        <p className="warn">
          It could not be measured, so nothing is predicted. The findings say what stood in the way.
        </p>
      ) : (
        <Bar
          title={route !== 'nova' ? 'This plan' : 'This plan, by Nova and proven'}
          prediction={downtime}
          longest={longest}
          ours
        />
      )}
      {downtimeIfLive !== undefined && (
        <Bar title="Copied while it runs" prediction={downtimeIfLive} longest={longest} ours />
      )}
      {downtimeByNova === undefined ? (
        downtime !== undefined && <p className="dimmed">Nova’s own way could not be estimated.</p>
      ) : (
        <Bar title="Nova alone, not proven" prediction={downtimeByNova} longest={longest} ours={false} />
      )}
      {comparison(downtime, downtimeByNova) !== undefined && <p>{comparison(downtime, downtimeByNova)}</p>}
      {downtime !== undefined && downtimeIfLive !== undefined && (
        <p>
          Copying the disks while it runs would save{' '}
          {formatSeconds(downtime.seconds - downtimeIfLive.seconds)}: Options, “Copy the disks while it runs”.
        </p>
      )}
    </section>
  );
}

interface BarProps {
  readonly title: string;
  readonly prediction: Prediction;
  readonly longest: number;
  readonly ours: boolean;
}

function Bar({ title, prediction, longest, ours }: BarProps) {
  return (
    <div className="downtime-bar">
      <div className="downtime-head">
        <span>{title}</span>
        <strong className="figures">{formatSeconds(prediction.seconds)}</strong>
      </div>
      <div className={ours ? 'downtime-parts ours' : 'downtime-parts'} aria-hidden>
        {shares(prediction, longest).map(({ name, percent }) => (
          <span key={name} style={{ width: `${String(percent)}%` }} title={name} />
        ))}
      </div>
      <div className="dimmed downtime-words">
        {prediction.parts.map(({ name, seconds }) => (
          <span key={name}>
            {name} {formatSeconds(seconds)}
          </span>
        ))}
        {prediction.seenIn !== undefined && (
          <span>stop and hand-over as in {prediction.seenIn} earlier moves here</span>
        )}
      </div>
    </div>
  );
}
