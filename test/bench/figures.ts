/** One measured value; with a bound it can be broken. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The greatest value that keeps the promise. */
  readonly most?: number;
  /** The smallest value that keeps it. */
  readonly least?: number;
}

/** What lies at or below this share of the values (nearest rank); NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Median, 95th percentile and greatest of these values, as figures. `most` bounds the percentile. */
export function spread(
  name: string,
  values: readonly number[],
  unit: string,
  most?: number,
): readonly Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(values, 0.5), unit },
    { name: `${name}, p95`, value: percentile(values, 0.95), unit, ...(most !== undefined && { most }) },
    { name: `${name}, max`, value: Math.max(...values), unit },
  ];
}

/** A value that could not be measured breaks its bound. */
export function isBroken({ value, most, least }: Figure): boolean {
  return (most !== undefined && !(value <= most)) || (least !== undefined && !(value >= least));
}

/** True if it says whether a promise is kept. */
export function isBounded({ most, least }: Figure): boolean {
  return most !== undefined || least !== undefined;
}

const NAME_WIDTH = 62;
const VALUE_WIDTH = 10;

/** One line of the output. */
export function figureLine(figure: Figure): string {
  const { name, value, unit, most, least } = figure;
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 1;
  const bounds = [
    ...(least === undefined ? [] : [`at least ${String(least)}`]),
    ...(most === undefined ? [] : [`at most ${String(most)}`]),
  ];
  const bound = bounds.length === 0 ? '' : `   ${bounds.join(', ')}: ${isBroken(figure) ? 'BROKEN' : 'kept'}`;
  return `${name.padEnd(NAME_WIDTH)}${value.toFixed(digits).padStart(VALUE_WIDTH)} ${unit}${bound}`.trimEnd();
}
