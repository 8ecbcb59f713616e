import { formatSeconds } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';
import { timeText } from './actions.ts';
import { againstPrediction, clockText, outageOf, type Outage } from './downtime.ts';

/** For how long the instance is off: runs while it is, stands still when it runs again. */
export function DowntimeClock({ view, nowMs }: { readonly view: MigrationView; readonly nowMs: number }) {
  const { label, figure, said, tone } = wordsOf(outageOf(view), nowMs);
  return (
    <section className="panel clock" aria-label="Downtime">
      <span className="dimmed">{label}</span>
      {/* The ear gets it with the rest of the page, not every second. */}
      <span className={`clock-figure ${tone}`} role="timer" aria-live="off">
        {figure}
      </span>
      <span className="dimmed">{said}</span>
    </section>
  );
}

interface Words {
  readonly label: string;
  readonly figure: string;
  readonly said: string;
  readonly tone: '' | 'warn' | 'dimmed';
}

function wordsOf(outage: Outage, nowMs: number): Words {
  switch (outage.kind) {
    case 'none':
      return { label: 'Downtime', figure: 'None', said: outage.said, tone: 'dimmed' };
    case 'not yet': {
      const { predictedSeconds } = outage;
      return {
        label: 'Downtime to come',
        figure: predictedSeconds === undefined ? 'Not known' : formatSeconds(predictedSeconds),
        said:
          predictedSeconds === undefined
            ? 'The way could not be measured. The instance still runs.'
            : 'Predicted. The instance still runs.',
        tone: '',
      };
    }
    case 'runs': {
      const seconds = (nowMs - outage.startMs) / 1000;
      return {
        label: `Off since ${timeText(outage.startMs, nowMs)}`,
        figure: clockText(seconds),
        said: outage.standsStill
          ? 'It stays off until the migration goes on.'
          : againstPrediction(seconds, outage.predictedSeconds, false),
        tone: 'warn',
      };
    }
    case 'ended': {
      const seconds = Math.round(outage.seconds);
      return {
        label: 'Was off for',
        figure: clockText(seconds),
        said: againstPrediction(seconds, outage.predictedSeconds, true),
        tone: '',
      };
    }
    case 'open':
      return {
        label: 'Off since',
        figure: timeText(outage.startMs, nowMs),
        said: 'It was not seen running again by this migration.',
        tone: 'warn',
      };
  }
}
