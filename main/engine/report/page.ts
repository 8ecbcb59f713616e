import type { ReportView } from '../../contract/views.ts';
import { formatBytes, formatRate, formatSeconds } from '../../domain/units.ts';
import { html, NOTHING, type Markup } from './markup.ts';
import { evidence, planned } from './sections.ts';
import { REPORT_STYLE } from './style.ts';

const ENDS: Readonly<Partial<Record<ReportView['migration']['phase'], string>>> = {
  confirmed: 'confirmed: the instance is at the destination, the source copy is given up',
  reverted: 'reverted: the instance is back on the source',
  cancelled: 'cancelled',
  failed: 'failed',
  'awaiting-verdict': 'waits for a verdict',
};

/** One HTML page for the archive and the printer: no script, no outside part, every name shown as text. */
export function reportPage(report: ReportView): string {
  const { migration, history, madeAtMs } = report;
  const title = `Migration of ${migration.server.name}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ markup: REPORT_STYLE }}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p>${migration.source} to ${migration.destination}: ${stateOf(report)}</p>
        <p class="note">Report made ${time(madeAtMs)} by Coldhaul</p>
        ${summary(report)} ${evidence(report)}
        <h2>What happened</h2>
        <table>
          <thead>
            <tr>
              <th>Time (UTC)</th>
              <th>Phase</th>
              <th>What</th>
            </tr>
          </thead>
          <tbody>
            ${history.map(
              ({ atMs, phase, message }) =>
                html`<tr>
                  <td class="time">${time(atMs)}</td>
                  <td>${phase}</td>
                  <td>${message}</td>
                </tr> `,
            )}
          </tbody>
        </table>
        ${planned(report)}
      </body>
    </html> `;
  return page.markup;
}

function stateOf({ migration }: ReportView): Markup {
  const bad = migration.phase === 'failed' || (migration.phase === 'awaiting-verdict' && !migration.proven);
  const words = ENDS[migration.phase] ?? `not over, ${migration.phase}`;
  return html`<span class="state ${bad ? 'bad' : 'good'}">${words}</span>`;
}

function summary(report: ReportView): Markup {
  const { migration, plan } = report;
  const { failure, downtime, novaCopiedBytes } = migration;
  return html`<h2>Summary</h2>
    <table>
      <tbody>
        ${row('Instance', html`${migration.server.name}<br /><code>${migration.server.id}</code>`)}
        ${row('Project', html`<code>${plan.server.projectId}</code>`)}
        ${row('Migration', html`<code>${migration.id}</code>`)} ${row('Cloud', html`${migration.cloud}`)}
        ${row('Started by', html`${migration.by}, ${time(migration.enteredAtMs.planned ?? plan.madeAtMs)}`)}
        ${row('Route', html`${migration.route}: ${plan.routeReason}`)}
        ${row('To move while off', html`${formatBytes(migration.bytesToMove)}`)}
        ${row('Bandwidth limit', html`${limitWords(migration.limitMibPerSecond)}`)}
        ${novaCopiedBytes === undefined ? NOTHING : row('Written by Nova itself', html`${formatBytes(novaCopiedBytes)}`)}
        ${row('Instance was off', html`${downtimeWords(downtime)}`)}
        ${
          failure === undefined
            ? NOTHING
            : row(
                'Failure',
                html`${failure.message}${failure.hint === undefined ? '' : ` ${failure.hint}`}${failure.requestId === undefined ? '' : ` Request ${failure.requestId}.`}`,
              )
        }
        ${migration.outcome === undefined ? NOTHING : row('Where it is', html`${migration.outcome}`)}
      </tbody>
    </table>`;
}

function row(name: string, value: Markup): Markup {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${value}</td>
  </tr>`;
}

function limitWords(limitMibPerSecond: number | undefined): string {
  return limitMibPerSecond === undefined ? 'none' : formatRate(limitMibPerSecond * 1024 ** 2);
}

function downtimeWords({ startMs, endMs, predictedSeconds }: ReportView['migration']['downtime']): string {
  if (startMs === undefined) return 'not by this migration';
  const predicted = predictedSeconds === undefined ? '' : `; predicted ${formatSeconds(predictedSeconds)}`;
  const from = `from ${time(startMs)}`;
  return endMs === undefined
    ? `${from} on, and it does not run yet${predicted}`
    : `${formatSeconds((endMs - startMs) / 1000)}, ${from} to ${time(endMs)}${predicted}`;
}

/** `2026-11-21 02:00:00 UTC` */
function time(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
