import { formatBytes, formatRate, formatSeconds } from '@contract/format.ts';
import type { MigrationView, ReportView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';
import { secondText } from '../migrations/times.ts';

/** How it ended, in a few words; what is not over says that the report is not the last word. */
export function endWords({ phase, proven, source, destination }: MigrationView): {
  readonly tone: Tone;
  readonly words: string;
  readonly isOver: boolean;
} {
  switch (phase) {
    case 'confirmed':
      return { tone: 'good', words: `Confirmed: the instance is on ${destination}`, isOver: true };
    case 'reverted':
      return { tone: 'quiet', words: `Reverted: the instance is back on ${source}`, isOver: true };
    case 'failed':
      return { tone: 'bad', words: 'Failed', isOver: true };
    case 'cancelled':
      return { tone: 'quiet', words: 'Cancelled', isOver: true };
    case 'awaiting-verdict':
      return proven
        ? { tone: 'note', words: 'Proven, waits for a verdict', isOver: false }
        : { tone: 'bad', words: 'Not proven, waits for a verdict', isOver: false };
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
    case 'verifying':
    case 'handing-over':
    case 'confirming':
    case 'reverting':
    case 'restoring':
      return { tone: 'busy', words: `Not over: ${phase}`, isOver: false };
  }
}

/** Name and value of each line of the summary, in reading order. */
export function summaryOf({ plan, migration }: ReportView): readonly (readonly [string, string])[] {
  const { server, cloud, by, enteredAtMs, limitMibPerSecond, novaCopiedBytes } = migration;
  const { project, started } = {
    project: plan.server.projectId,
    started: secondText(enteredAtMs.planned ?? plan.madeAtMs),
  };
  return [
    ['Instance', server.name],
    ['Instance id', server.id],
    ['Project', project],
    ['Migration id', migration.id],
    ['Cloud', cloud],
    ['From', migration.source],
    ['To', `${migration.destination}, reached at ${plan.destinationAddress}`],
    ['Started', `${started} by ${by}`],
    ['Route', `${migration.route}: ${plan.routeReason}`],
    ['Moved while off', formatBytes(migration.bytesToMove)],
    ...(plan.bytesToStage > 0 ? [['Moved beforehand', formatBytes(plan.bytesToStage)] as const] : []),
    ['Bandwidth limit', limitMibPerSecond === undefined ? 'none' : formatRate(limitMibPerSecond * 1024 ** 2)],
    ...(novaCopiedBytes === undefined
      ? []
      : [['Written by Nova itself', formatBytes(novaCopiedBytes)] as const]),
    ['Instance was off', downtimeWords(migration)],
  ];
}

function downtimeWords({ downtime: { startMs, endMs, predictedSeconds } }: MigrationView): string {
  if (startMs === undefined) return 'not by this migration';
  const predicted = predictedSeconds === undefined ? '' : `; predicted ${formatSeconds(predictedSeconds)}`;
  return endMs === undefined
    ? `since ${secondText(startMs)}, and it does not run yet${predicted}`
    : `${formatSeconds((endMs - startMs) / 1000)}, from ${secondText(startMs)} to ${secondText(endMs)}${predicted}`;
}

/** The time zone of all times on the page: a report is read by people elsewhere. */
export function zoneWords(): string {
  return `Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
}
