import { formatSeconds, isOver } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';

/** How long the instance is off, as far as it is known. */
export type Outage =
  /** It was off before and is off all along, or was never stopped. */
  | { readonly kind: 'none'; readonly said: string }
  | { readonly kind: 'not yet'; readonly predictedSeconds: number | undefined }
  /** Off right now. */
  | {
      readonly kind: 'runs';
      readonly startMs: number;
      readonly predictedSeconds: number | undefined;
      /** Nobody carries on what would end it. */
      readonly standsStill: boolean;
    }
  | { readonly kind: 'ended'; readonly seconds: number; readonly predictedSeconds: number | undefined }
  /** The migration is over and the instance was not seen running again. */
  | { readonly kind: 'open'; readonly startMs: number };

export function outageOf({ server, phase, active, downtime }: MigrationView): Outage {
  const { startMs, endMs, predictedSeconds } = downtime;
  if (startMs !== undefined && endMs !== undefined)
    return { kind: 'ended', seconds: Math.max(0, endMs - startMs) / 1000, predictedSeconds };
  if (startMs !== undefined)
    return isOver(phase)
      ? { kind: 'open', startMs }
      : {
          kind: 'runs',
          startMs,
          predictedSeconds,
          standsStill: !active && phase !== 'awaiting-verdict',
        };
  if (!server.running) return { kind: 'none', said: 'The instance was off before.' };
  return isOver(phase)
    ? { kind: 'none', said: 'The instance was not stopped.' }
    : { kind: 'not yet', predictedSeconds };
}

/** `0:07`, `12:41`, `1:02:03`: as a clock shows it, so that its digits stay in place. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(rest)}` : `${String(minutes)}:${two(rest)}`;
}

/** What the time means beside the prediction; differences below a second are none. */
export function againstPrediction(seconds: number, predicted: number | undefined, ended: boolean): string {
  if (predicted === undefined) return 'Nothing was predicted: the way could not be measured.';
  // Of whole seconds, so that the figures on the page add up.
  const difference = seconds - Math.round(predicted);
  if (Math.abs(difference) < 1) return `As predicted: ${formatSeconds(predicted)}.`;
  const words = formatSeconds(Math.abs(difference));
  if (difference > 0) return `${words} longer than the predicted ${formatSeconds(predicted)}.`;
  return ended
    ? `${words} shorter than the predicted ${formatSeconds(predicted)}.`
    : `About ${words} left of the predicted ${formatSeconds(predicted)}.`;
}
