/** Unit of a whole column, so that its figures can be compared at a glance; the header names it. */
export interface ByteUnit {
  readonly name: 'TiB' | 'GiB' | 'MiB' | 'KiB';
  readonly bytes: number;
  readonly decimals: number;
}

/** `from` is the largest value of the column from which on the unit is used; only terabytes begin late. */
const UNITS: readonly (ByteUnit & { readonly from: number })[] = [
  { name: 'TiB', bytes: 1024 ** 4, decimals: 2, from: 10 * 1024 ** 4 },
  { name: 'GiB', bytes: 1024 ** 3, decimals: 1, from: 1024 ** 3 },
  { name: 'MiB', bytes: 1024 ** 2, decimals: 1, from: 1024 ** 2 },
];
const SMALLEST: ByteUnit = { name: 'KiB', bytes: 1024, decimals: 1 };

/** The unit for values up to `largestBytes`. */
export function unitFor(largestBytes: number): ByteUnit {
  return UNITS.find(({ from }) => largestBytes >= from) ?? SMALLEST;
}

/** `1,024.0`; what is there but too small for the unit is `<0.1`, for only nothing is 0. */
export function inUnit(bytes: number, unit: ByteUnit): string {
  const least = 10 ** -unit.decimals;
  const value = bytes / unit.bytes;
  if (value > 0 && value < least / 2) return `<${least.toFixed(unit.decimals)}`;
  return formatNumber(value, unit.decimals);
}

/** With a comma between the thousands, as everywhere in this app. */
export function formatNumber(value: number, decimals = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `12 s`, `4 min`, `3 h`, `5 d`: how long ago, in its largest unit. A clock that runs behind counts as now. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min`;
  if (seconds < 2 * 86_400) return `${String(Math.floor(seconds / 3600))} h`;
  return `${formatNumber(Math.floor(seconds / 86_400))} d`;
}
