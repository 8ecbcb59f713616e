import { CloseButton } from '@mantine/core';
import { printable } from '@contract/format.ts';
import type { LogLineView } from '@contract/views.ts';
import { Command, Copy } from '../../../components/Copyable.tsx';
import { lineText } from './filter.ts';

/** The whole of one line: long messages, and the command behind it. */
export function LogDetail({ line, close }: { readonly line: LogLineView; readonly close: () => void }) {
  return (
    <div className="log-detail" role="region" aria-label="Chosen line">
      <div className="log-detail-head">
        <span className="dimmed">
          {new Date(line.atMs).toLocaleString('en-GB')}
          {line.host === undefined ? '' : ` on ${printable(line.host)}`}
          {line.disk === undefined ? '' : `, ${printable(line.disk)}`}
        </span>
        <Copy text={lineText(line)} what="Copy the line" />
        <span style={{ flex: 1 }} />
        <CloseButton size="sm" aria-label="Close the line" onClick={close} />
      </div>
      <div className="log-detail-text">{printable(line.message)}</div>
      {line.command !== undefined && <Command text={line.command} />}
    </div>
  );
}
