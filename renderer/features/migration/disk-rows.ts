import { isOver, secondsLeft } from '@contract/format.ts';
import type { DiskView, MigrationView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';
import type { Series } from '../../store/samples.ts';

/** After this time without a count a rate is no longer called present. */
const STALE_MS = 20_000;

/** One disk as its row shows it. */
export interface DiskRow {
  readonly disk: DiskView;
  readonly bytesDone: number;
  /** 0 to 1; `undefined` where nothing travels. */
  readonly share: number | undefined;
  readonly bytesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly tone: Tone;
  readonly word: string;
  readonly digest: 'not needed' | 'waiting' | 'equal' | 'different';
}

type ByDisk = Readonly<Record<string, Series>>;

export function diskRows(view: MigrationView, samples: ByDisk, nowMs: number): readonly DiskRow[] {
  return view.disks.map((disk) => {
    const moving = disk.state === 'waiting' || disk.state === 'copying';
    const series = moving ? freshSeries(view, samples[disk.name]) : undefined;
    const latest = series?.pace?.latest;
    const bytesDone = Math.min(latest?.bytesDone ?? leftOver(view, disk), disk.bytesTotal);
    const stale = latest !== undefined && nowMs - latest.atMs > STALE_MS;
    const paced = view.active && !stale && bytesDone < disk.bytesTotal ? series?.pace : undefined;
    return {
      disk,
      bytesDone,
      share: shareOf(disk, bytesDone),
      bytesPerSecond: paced?.bytesPerSecond,
      secondsLeft: secondsLeft(paced, disk.bytesTotal),
      ...stateOf(
        view,
        disk,
        bytesDone,
        stale && latest.bytesDone < disk.bytesTotal ? nowMs - latest.atMs : 0,
      ),
      digest: digestOf(disk),
    };
  });
}

/** Counts of the flattening, which goes before, are none of the copy. */
function freshSeries(view: MigrationView, series: Series | undefined): Series | undefined {
  const copyingMs = view.enteredAtMs.copying ?? 0;
  const atMs = series?.pace?.latest.atMs ?? 0;
  return view.phase === 'preparing' || atMs >= copyingMs ? series : undefined;
}

function leftOver(view: MigrationView, disk: DiskView): number {
  const ofFlattening = disk.strategy === 'flatten' && disk.state === 'copying' && view.phase === 'copying';
  return ofFlattening ? 0 : disk.bytesDone;
}

function shareOf(disk: DiskView, bytesDone: number): number | undefined {
  if (disk.state === 'remade by Nova') return undefined;
  if (disk.state === 'copied' || disk.state === 'verified') return 1;
  return disk.bytesTotal === 0 ? 0 : bytesDone / disk.bytesTotal;
}

function digestOf(disk: DiskView): DiskRow['digest'] {
  if (disk.state === 'remade by Nova') return 'not needed';
  if (disk.digest === undefined) return 'waiting';
  return disk.digest.source === disk.digest.destination ? 'equal' : 'different';
}

function stateOf(
  view: MigrationView,
  disk: DiskView,
  bytesDone: number,
  silentMs: number,
): { readonly tone: Tone; readonly word: string } {
  switch (disk.state) {
    case 'remade by Nova':
      return { tone: 'quiet', word: 'Made new by Nova' };
    case 'verified':
      return digestOf(disk) === 'different'
        ? { tone: 'bad', word: 'Differs' }
        : { tone: 'good', word: 'Proven equal' };
    case 'copied':
      return isOver(view.phase) ? { tone: 'quiet', word: 'Copied' } : { tone: 'busy', word: 'Copied' };
    case 'waiting':
    case 'copying': {
      if (isOver(view.phase) || view.phase === 'restoring')
        return { tone: 'quiet', word: bytesDone > 0 ? 'Given up' : 'Not copied' };
      if (view.paused !== undefined) return { tone: 'warn', word: 'Paused' };
      if (!view.active && (bytesDone > 0 || view.interrupted !== undefined))
        return { tone: 'warn', word: 'Not watched' };
      if (bytesDone === 0) return { tone: 'quiet', word: 'Waiting' };
      if (silentMs > 0) return { tone: 'warn', word: `No news for ${String(Math.floor(silentMs / 1000))} s` };
      return { tone: 'busy', word: view.phase === 'preparing' ? 'Flattening' : 'Copying' };
    }
  }
}

/** All disks together; the time left is that of the whole, for they share one way. */
export function totalRow(rows: readonly DiskRow[]): {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly bytesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
} {
  const travelling = rows.filter(({ share }) => share !== undefined);
  const bytesDone = travelling.reduce((sum, row) => sum + row.bytesDone, 0);
  const bytesTotal = travelling.reduce((sum, row) => sum + row.disk.bytesTotal, 0);
  const rates = travelling.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []);
  const rate = rates.length === 0 ? undefined : rates.reduce((sum, value) => sum + value, 0);
  return {
    bytesDone,
    bytesTotal,
    bytesPerSecond: rate,
    secondsLeft: rate === undefined || rate <= 0 ? undefined : (bytesTotal - bytesDone) / rate,
  };
}
