import type { Spread } from './statistics.ts';
import type { WaySummary } from './summary.ts';
import { isRoute, WAY_NAMES, type Run } from './types.ts';

const MIB = 1024 ** 2;
const BETWEEN = '  ';

/** A heading, then columns that are as wide as their widest cell; the first stands left, numbers stand right. */
export function textTable(
  heading: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column] ?? 0))
      .join(BETWEEN)
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  return `${[heading, '', line(head), line(rule), ...rows.map(line)].join('\n')}\n`;
}

/** All that a person compares, from what all rounds say together. */
export function tablesOf(summaries: readonly WaySummary[], sizeMib: number, rounds: number): string {
  const of = `${sizeWords(sizeMib)} of content, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`}`;
  return [downtimeTable(summaries, of), spentTable(summaries, of), partsTable(summaries, of)].join('\n');
}

function downtimeTable(summaries: readonly WaySummary[], of: string): string {
  return textTable(
    `Downtime in seconds (${of}). Coldhaul: stop, copy, proof and hand-over. Nova and the floor: the copy alone, no more.`,
    ['', 'downtime', 'range', 'x Icehouse', 'x scp', 'x rsync', 'total', 'wire MiB'],
    summaries.map(({ way, downtimeSeconds, shorterThan, totalSeconds, spent }) => [
      WAY_NAMES[way],
      number(downtimeSeconds.median),
      range(downtimeSeconds),
      number(shorterThan['nova-icehouse']),
      number(shorterThan['nova-scp']),
      number(shorterThan['nova-rsync']),
      number(totalSeconds.median),
      number(spent.wireBytes / MIB),
    ]),
  );
}

function spentTable(summaries: readonly WaySummary[], of: string): string {
  const mib = (bytes: number): string => number(bytes / MIB);
  return textTable(
    `Processor in seconds and memory in MiB at its most (${of}), on the source, at the destination, of Coldhaul itself; what others had of the processors`,
    ['', 'CPU source', 'dest.', 'own', 'own % of a core', 'others %', 'mem. source', 'dest.', 'own'],
    summaries.map(({ way, spent: { source, destination, own, stolenPercent }, totalSeconds }) => [
      WAY_NAMES[way],
      number(source.cpuSeconds),
      number(destination.cpuSeconds),
      ...(isRoute(way)
        ? [number(own.cpuSeconds), number((own.cpuSeconds / totalSeconds.median) * 100)]
        : ['-', '-']),
      number(stolenPercent),
      mib(source.peakBytes),
      mib(destination.peakBytes),
      isRoute(way) ? mib(own.peakBytes) : '-',
    ]),
  );
}

const PART_NAMES = ['stop', 'prepare', 'copy', 'prove', 'hand over'] as const;

function partsTable(summaries: readonly WaySummary[], of: string): string {
  return textTable(
    `What the downtime is made of, in seconds (${of}); cloud: Nova had a task of its own; rest: none of these`,
    ['', ...PART_NAMES, 'cloud', 'rest', 'predicted', 'actual', 'error %', 'copy MiB/s', 'rsync s'],
    summaries.map((summary) => [
      WAY_NAMES[summary.way],
      ...PART_NAMES.map((name) => number(summary.parts[name === 'prepare' ? preparing(summary) : name])),
      number(summary.cloudSeconds),
      number(summary.restSeconds),
      number(summary.predictedSeconds),
      number(summary.downtimeSeconds.median),
      number(summary.errorPercent),
      number(summary.copyBytesPerSecond / MIB),
      number(summary.copyJobSeconds),
    ]),
  );
}

/** Icehouse prepares by converting. */
function preparing({ parts }: WaySummary): string {
  return 'convert' in parts ? 'convert' : 'prepare';
}

export function sizeWords(mib: number): string {
  return mib >= 1024 ? `${String(Math.round((mib / 1024) * 10) / 10)} GiB` : `${mib} MiB`;
}

/** One digit behind the point, none from 1,000 on; what was not measured is a dash. */
export function number(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '-';
  return value.toFixed(Math.abs(value) >= 1000 ? 0 : 1);
}

function range({ least, most }: Spread): string {
  return `${number(least)} to ${number(most)}`;
}

/** One run as it ends, for standard error. */
export function runLine({ way, downtimeSeconds, parts }: Run): string {
  const said = Object.entries(parts).map(([name, seconds]) => `${name} ${number(seconds)}`);
  return `${WAY_NAMES[way]}: downtime ${number(downtimeSeconds)} s (${said.join(', ')})`;
}
