const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const STEP = 1024;

/** How one column of sizes is written: one unit for all of it, named in the header, and equal decimals. */
export interface ByteColumn {
  readonly unit: (typeof UNITS)[number];
  /** The figure alone; a dash for what is not known, and never a bare 0 for what is more than nothing. */
  show(bytes: number | undefined): string;
}

/** Chooses the unit by the largest value of the column. */
export function byteColumn(values: readonly (number | undefined)[]): ByteColumn {
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  const power =
    largest < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(largest) / Math.log(STEP) + 1e-9));
  const divisor = STEP ** power;
  const digits = power === 0 ? 0 : largest / divisor < 10 ? 2 : 1;
  const least = 10 ** -digits;
  return {
    unit: UNITS[power] ?? 'B',
    show(bytes) {
      if (bytes === undefined) return '–';
      const value = bytes / divisor;
      return value > 0 && value < least / 2 ? `<${String(least)}` : value.toFixed(digits);
    },
  };
}
