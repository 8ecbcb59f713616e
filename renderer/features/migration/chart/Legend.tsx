import { Cut } from '../../../components/Cut.tsx';
import type { Rates } from './rates.ts';
import { strokeOf } from './strokes.ts';

interface LegendProps {
  readonly rates: Rates;
  readonly scheme: 'light' | 'dark';
  /** The span whose rates are read; without one the last. */
  readonly index: number | undefined;
}

/** Which line is which disk, with its value under the pointer. */
export function Legend({ rates, scheme, index }: LegendProps) {
  const at = Math.min(index ?? Infinity, rates.atSeconds.length - 1);
  const time = new Date((rates.atSeconds[at] ?? 0) * 1000).toLocaleTimeString('en-GB');
  const values = rates.disks.map(({ mibPerSecond }) => mibPerSecond[at] ?? null);
  const heard = values.filter((value) => value !== null);
  return (
    <div className="legend">
      <span className="legend-time dimmed">
        {index === undefined ? 'Last' : 'At'} {time}
      </span>
      <ul>
        {rates.disks.map(({ name }, position) => {
          const stroke = strokeOf(position);
          return (
            <li key={name}>
              <svg width="28" height="8" aria-hidden>
                <line
                  x1="0"
                  x2="28"
                  y1="4"
                  y2="4"
                  strokeWidth="2"
                  stroke={stroke[scheme]}
                  strokeDasharray={stroke.dash.join(' ')}
                />
              </svg>
              <Cut text={name} length={24} mono />
              <span className="figures">{rateText(values[position] ?? null)}</span>
            </li>
          );
        })}
        {rates.disks.length > 1 && (
          <li>
            <span>All together</span>
            <span className="figures">
              {rateText(heard.length === 0 ? null : heard.reduce((sum, value) => sum + value, 0))}
            </span>
          </li>
        )}
      </ul>
    </div>
  );
}

export function rateText(mibPerSecond: number | null): string {
  return mibPerSecond === null ? '–' : mibPerSecond.toFixed(1);
}
