import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconPlayerPauseFilled,
  IconProgress,
} from '@tabler/icons-react';
import { formatSeconds } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';
import { timeText } from './actions.ts';
import { stepsOf, type Step, type StepState } from './steps.ts';

const LOOKS = {
  done: { Icon: IconCircleCheckFilled, className: 'good', word: 'done' },
  unproven: { Icon: IconCircleXFilled, className: 'bad', word: 'not proven' },
  current: { Icon: IconProgress, className: 'busy', word: 'now' },
  paused: { Icon: IconPlayerPauseFilled, className: 'warn', word: 'stands still' },
  halted: { Icon: IconCircleXFilled, className: 'bad', word: 'stopped here' },
  waiting: { Icon: IconCircleDashed, className: 'dimmed', word: 'to come' },
  'left out': { Icon: IconCircleMinus, className: 'dimmed', word: 'left out' },
} as const satisfies Record<StepState, unknown>;

/** How far it is, with the time that each step began and took. */
export function StepsBar({ view, nowMs }: { readonly view: MigrationView; readonly nowMs: number }) {
  return (
    <ol className="steps" aria-label="Steps of the migration">
      {stepsOf(view).map((step, index, all) => {
        const { Icon, className, word: usual } = LOOKS[step.state];
        const word = index === all.length - 1 && step.endMs !== undefined ? 'over' : usual;
        return (
          <li
            key={step.name}
            className={`step step-${step.state.replace(' ', '-')}`}
            aria-current={step.state === 'current' || step.state === 'paused' ? 'step' : undefined}
          >
            <span className="step-name">
              <Icon size={18} className={className} aria-hidden />
              {step.name}
            </span>
            <span className="step-times dimmed">{timesOf(step, word, nowMs)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function timesOf({ startMs, endMs, state }: Step, word: string, nowMs: number) {
  if (startMs === undefined) return word;
  const seconds = ((endMs ?? nowMs) - startMs) / 1000;
  return (
    <>
      <span>{word}</span>
      {state !== 'paused' && (
        <span>{state === 'current' ? `for ${formatSeconds(seconds)}` : formatSeconds(seconds)}</span>
      )}
      <span>{timeText(startMs, nowMs)}</span>
    </>
  );
}
