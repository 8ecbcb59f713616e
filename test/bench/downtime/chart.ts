import type { WaySummary } from './summary.ts';
import { number } from './table.ts';
import { isRoute, WAY_NAMES } from './types.ts';

const [WIDTH, LEFT, RIGHT, TOP, ROW, BAR, BELOW] = [760, 190, 120, 64, 32, 18, 52];
const TICKS_MOST = 8;

/** Colours by what the reader's system prefers; a picture has no other way to know. */
const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.heading { font-size: 16px; font-weight: 600; }
.quiet { fill: #59636e; }
.grid { stroke: #d1d9e0; }
.range { stroke: #1f2328; stroke-width: 1.5; }
.nova { fill: #8c959f; }
.own { fill: #0969da; }
.floor { fill: #bfc7cf; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .quiet { fill: #9198a1; }
  .grid { stroke: #3d444d; }
  .range { stroke: #e6edf3; }
  .nova { fill: #6e7681; }
  .own { fill: #4493f8; }
  .floor { fill: #484f58; }
}`;

/** Bars of the median downtimes, with the range of all rounds as a line. */
export function chartOf(summaries: readonly WaySummary[], heading: string, note: string): string {
  const height = TOP + summaries.length * ROW + BELOW;
  const bottom = TOP + summaries.length * ROW;
  const ticks = ticksUpTo(Math.max(...summaries.map(({ downtimeSeconds }) => downtimeSeconds.most)));
  const end = ticks.at(-1) ?? 1;
  const at = (seconds: number): number => round(LEFT + (seconds / end) * (WIDTH - LEFT - RIGHT));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="heading note">
<title id="heading">${escapeXml(heading)}</title>
<desc id="note">${escapeXml(`${summaries.map(inWords).join('; ')}. ${note}`)}</desc>
<style>${STYLE}
</style>
<text class="heading" x="12" y="24">${escapeXml(heading)}</text>
<text class="quiet" x="12" y="44">${escapeXml(note)}</text>
${ticks.map((tick) => grid(at(tick), bottom, tick)).join('\n')}
${summaries.map((summary, index) => bar(summary, TOP + index * ROW, at)).join('\n')}
<text class="quiet" x="${at(end / 2)}" y="${bottom + 40}" text-anchor="middle">downtime in seconds</text>
</svg>
`;
}

function grid(x: number, bottom: number, tick: number): string {
  return `<line class="grid" x1="${x}" y1="${TOP - 6}" x2="${x}" y2="${bottom}"/>
<text class="quiet" x="${x}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`;
}

function bar(
  { way, downtimeSeconds: { median, least, most } }: WaySummary,
  top: number,
  at: (seconds: number) => number,
): string {
  const kind = way === 'floor' ? 'floor' : isRoute(way) ? 'own' : 'nova';
  const middle = top + BAR / 2;
  return `<text x="${LEFT - 10}" y="${middle + 5}" text-anchor="end">${escapeXml(WAY_NAMES[way])}</text>
<rect class="${kind}" x="${LEFT}" y="${top}" width="${round(at(median) - LEFT)}" height="${BAR}" rx="2"/>
<line class="range" x1="${at(least)}" y1="${middle}" x2="${at(most)}" y2="${middle}"/>
<text x="${at(most) + 8}" y="${middle + 5}">${number(median)} s</text>`;
}

function inWords({ way, downtimeSeconds: { median, least, most } }: WaySummary): string {
  return `${WAY_NAMES[way]} ${number(median)} s (${number(least)} to ${number(most)})`;
}

/** From 0 to the first round number that is not below the longest, in steps of 1, 2 or 5. */
export function ticksUpTo(longest: number): readonly number[] {
  if (!(longest > 0) || !Number.isFinite(longest)) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(longest / TICKS_MOST));
  const step =
    magnitude * ([1, 2, 5, 10].find((factor) => longest / (magnitude * factor) <= TICKS_MOST) ?? 10);
  return Array.from({ length: Math.ceil(longest / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as it may stand between the tags of XML, and in an attribute. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
