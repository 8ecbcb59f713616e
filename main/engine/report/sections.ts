import type { DiskView, ReportView } from '../../contract/views.ts';
import { formatBytes, formatRate, formatSeconds } from '../../domain/units.ts';
import { html, NOTHING, type Markup } from './markup.ts';

/** Disks with their digests, and what was looked at before the verdict. */
export function evidence({ migration }: ReportView): Markup {
  return html`<h2>Disks</h2>
    <table>
      <thead>
        <tr>
          <th>Disk</th>
          <th>State</th>
          <th class="figure">Size</th>
          <th class="figure">Time</th>
          <th class="figure">Rate</th>
        </tr>
      </thead>
      <tbody>
        ${migration.disks.map(diskRow)}
      </tbody>
    </table>
    ${digests(migration.disks)}
    ${
      migration.proofs.length === 0
        ? NOTHING
        : html`<h2>Proof</h2>
            <table>
              <tbody>
                ${migration.proofs.map(
                  ({ name, ok, said }) =>
                    html`<tr>
                      <th scope="row">${name}</th>
                      <td class="state ${ok ? 'good' : 'bad'}">${ok ? 'in order' : 'NOT in order'}</td>
                      <td>${said}</td>
                    </tr> `,
                )}
              </tbody>
            </table>`
    }`;
}

function diskRow({ name, role, strategy, state, bytesTotal, seconds }: DiskView): Markup {
  const rate = seconds === undefined || seconds <= 0 ? '' : formatRate(bytesTotal / seconds);
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${role}, ${strategy}, ${state}</td>
    <td class="figure">${formatBytes(bytesTotal)}</td>
    <td class="figure">${seconds === undefined ? '' : formatSeconds(seconds)}</td>
    <td class="figure">${rate}</td>
  </tr> `;
}

function digests(disks: readonly DiskView[]): Markup {
  const compared = disks.flatMap(({ name, digest }) => (digest === undefined ? [] : [{ name, ...digest }]));
  if (compared.length === 0) return NOTHING;
  return html`<h2>Digests</h2>
    <table>
      <thead>
        <tr>
          <th>Disk</th>
          <th>Source and destination</th>
          <th>Equal</th>
        </tr>
      </thead>
      <tbody>
        ${compared.map(
          ({ name, algorithm, source, destination }) =>
            html`<tr>
              <th scope="row">${name}<br /><span class="note">${algorithm}</span></th>
              <td><code>${source}</code><br /><code>${destination}</code></td>
              <td class="state ${source === destination ? 'good' : 'bad'}">
                ${source === destination ? 'yes' : 'NO'}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}

/** What had been decided beforehand: bases, findings and commands. */
export function planned({ plan }: ReportView): Markup {
  const bases =
    plan.bases.length === 0
      ? NOTHING
      : html`<h2>Bases</h2>
          <table>
            <tbody>
              ${plan.bases.map(
                ({ path, allocatedBytes, action, reason }) =>
                  html`<tr>
                    <td><code>${path}</code></td>
                    <td class="figure">${formatBytes(allocatedBytes)}</td>
                    <td>${action}: ${reason}</td>
                  </tr> `,
              )}
            </tbody>
          </table>`;
  return html`${bases}
    <h2>Findings before the start</h2>
    <table>
      <tbody>
        ${plan.findings.map(
          ({ id, verdict, message, fix, acknowledgedBy }) =>
            html`<tr>
              <th scope="row">${verdict}<br /><span class="note">${id}</span></th>
              <td>
                ${message}${fix === undefined ? '' : ` ${fix}`}${acknowledgedBy === undefined ? '' : ` Acknowledged by ${acknowledgedBy}.`}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>
    <h2>Commands of the plan</h2>
    <table>
      <tbody>
        ${plan.commands.map(
          ({ phase, where, command }) =>
            html`<tr>
              <td>${phase}</td>
              <td>${where}</td>
              <td><code>${command}</code></td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}
