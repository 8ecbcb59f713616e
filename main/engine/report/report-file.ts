import type { Output } from '../../contract/ipc.ts';
import type { ReportView } from '../../contract/views.ts';
import { unreachable } from '../../domain/failure.ts';
import { reportPage } from './page.ts';

const LONGEST_NAME = 60;

/** The report as one file, whose name is plain on every system. */
export function reportFile(report: ReportView, format: 'json' | 'html'): Output<'migration.report-file'> {
  const { id, server } = report.migration;
  const name = server.name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, LONGEST_NAME);
  const fileName = `coldhaul-${name.replace(/^\.+/, '') || 'instance'}-${id.slice(0, 8)}.${format}`;
  switch (format) {
    case 'json':
      return { fileName, mediaType: 'application/json', text: `${JSON.stringify(report, undefined, 2)}\n` };
    case 'html':
      return { fileName, mediaType: 'text/html', text: reportPage(report) };
    default:
      return unreachable(format);
  }
}
