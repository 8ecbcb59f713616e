/** Sizes, rates and times in the words of this app: powers of 1024 with their right names, two figures that matter. */

const STEPS = [
  { name: 'TiB', bytes: 1024 ** 4 },
  { name: 'GiB', bytes: 1024 ** 3 },
  { name: 'MiB', bytes: 1024 ** 2 },
  { name: 'KiB', bytes: 1024 },
] as const;

/** `1.50 GiB`, `812 MiB`, `17 B`. */
export function formatBytes(bytes: number): string {
  const step = STEPS.find((candidate) => Math.abs(bytes) >= candidate.bytes);
  return step === undefined
    ? `${String(Math.round(bytes))} B`
    : `${threeFigures(bytes / step.bytes)} ${step.name}`;
}

/** Always MiB/s, so that rates in one column can be compared: `112 MiB/s`, `0.85 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${threeFigures(bytesPerSecond / 1024 ** 2)} MiB/s`;
}

/** `7 s`, `3 min 20 s`, `2 h 05 min`. Rounds to whole seconds. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${String(whole)} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours === 0) return `${String(minutes)} min ${String(rest).padStart(2, '0')} s`;
  return `${String(hours)} h ${String(minutes).padStart(2, '0')} min`;
}

function threeFigures(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
