import { createLogUpdate } from 'log-update';
import type { MigrationView, SampleView } from '../contract/views.ts';
import { cutMiddle, printable } from '../domain/naming.ts';
import { pace, secondsLeft, type Pace } from '../domain/throughput.ts';
import { formatBytes, formatRate, formatSeconds } from '../domain/units.ts';

export interface Progress {
  migration(view: MigrationView): void;
  samples(samples: readonly SampleView[]): void;
  line(text: string): void;
  stop(): void;
}

const BAR = 24;
/** Without a terminal one line a disk is enough this often. */
const PLAIN_EVERY_MS = 5_000;

/** A line per disk: redrawn in place on a terminal, now and then as plain lines elsewhere. Everything goes to `stream`. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const views = new Map<string, MigrationView>();
  const paces = new Map<string, Pace>();
  const printedAtMs = new Map<string, number>();
  const draw = stream.isTTY ? createLogUpdate(stream, { showCursor: true }) : undefined;
  const phases = new Map<string, string>();

  const redraw = (): void => {
    draw?.(
      [...views.values()]
        .filter((view) => view.active)
        .flatMap((view) => [heading(view), ...view.disks.map((disk) => diskLine(view, disk, paces))])
        .join('\n'),
    );
  };
  const write = (text: string): void => {
    draw?.clear();
    stream.write(`${text}\n`);
    redraw();
  };
  return {
    migration(view) {
      views.set(view.id, view);
      if (phases.get(view.id) !== view.phase) write(`${printable(view.server.name)}: ${view.phase}`);
      phases.set(view.id, view.phase);
      redraw();
    },
    samples(samples) {
      for (const sample of samples) {
        const key = `${sample.migration} ${sample.disk}`;
        paces.set(key, pace(paces.get(key), sample));
        const view = views.get(sample.migration);
        const disk = view?.disks.find((candidate) => candidate.name === sample.disk);
        if (draw !== undefined || view === undefined || disk === undefined) continue;
        if (sample.atMs - (printedAtMs.get(key) ?? 0) < PLAIN_EVERY_MS) continue;
        printedAtMs.set(key, sample.atMs);
        stream.write(`${diskLine(view, disk, paces).trim()}\n`);
      }
      redraw();
    },
    line: write,
    stop() {
      draw?.clear();
      draw?.done();
    },
  };
}

function heading(view: MigrationView): string {
  return `${cutMiddle(printable(view.server.name), 40)}  ${view.source} -> ${view.destination}  ${view.phase}`;
}

function diskLine(
  view: MigrationView,
  disk: MigrationView['disks'][number],
  paces: ReadonlyMap<string, Pace>,
): string {
  const name = cutMiddle(printable(disk.name), 20).padEnd(12);
  if (disk.state === 'remade by Nova') return `  ${name} made new by Nova`;
  const current = paces.get(`${view.id} ${disk.name}`);
  const finished = disk.state === 'verified' || disk.state === 'copied';
  const bytesDone = finished
    ? disk.bytesTotal
    : Math.min(current?.latest.bytesDone ?? disk.bytesDone, disk.bytesTotal);
  const share = disk.bytesTotal === 0 ? 1 : bytesDone / disk.bytesTotal;
  const filled = Math.round(share * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const left = finished ? undefined : secondsLeft(current, disk.bytesTotal);
  const rate = current?.bytesPerSecond === undefined || finished ? '' : formatRate(current.bytesPerSecond);
  return `  ${name} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${formatBytes(bytesDone).padStart(9)} of ${formatBytes(disk.bytesTotal)}  ${rate.padStart(10)}  ${left === undefined ? disk.state : `${formatSeconds(left)} left`}`.trimEnd();
}
