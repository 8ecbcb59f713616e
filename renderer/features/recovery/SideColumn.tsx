import { Title } from '@mantine/core';
import { formatBytes, printable } from '@contract/format.ts';
import type { SideView } from '@contract/recovery-views.ts';
import { Cut } from '../../components/Cut.tsx';
import { Status } from '../../components/Status.tsx';
import { Files } from './Files.tsx';

const ROLE_WORDS = { source: 'Source', destination: 'Destination', other: 'Other host' } as const;

/** One host: what runs there, what lies there, what is on its way, and what its log says. */
export function SideColumn({ side }: { readonly side: SideView }) {
  const { name, role, service, silent } = side;
  return (
    <section className="panel case-side" aria-label={`${ROLE_WORDS[role]} ${printable(name)}`}>
      <Title order={3}>
        {ROLE_WORDS[role]} <Cut text={name} length={24} />
      </Title>
      <div className="case-words">{printable(service)}</div>
      {silent === undefined ? (
        <Told side={side} />
      ) : (
        <div className="case-words">
          <Status tone="warn" word="Tells nothing:" /> {printable(silent)}
        </div>
      )}
    </section>
  );
}

function Told({ side }: { readonly side: SideView }) {
  const { domain, directories, leftovers, copies, freeBytes, logLines } = side;
  return (
    <>
      <div>
        Domain: <strong>{printable(domain ?? 'not told')}</strong>
        {freeBytes !== undefined && <span className="dimmed">; {formatBytes(freeBytes)} free</span>}
      </div>
      {directories.length === 0 && <div className="dimmed">No files of it.</div>}
      {directories.map((directory) => (
        <Files key={directory.path} directory={directory} />
      ))}
      <Lines title="Copies on their way" tone="busy" lines={copies} />
      <Lines title="Left over" tone="warn" lines={leftovers} />
      {logLines.length > 0 && (
        <details>
          <summary>
            {logLines.length === 1 ? 'Last log line' : `Last ${String(logLines.length)} log lines`}
          </summary>
          <ul className="case-lines case-log mono">
            {logLines.map((line, index) => (
              <li key={index}>{printable(line)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface LinesProps {
  readonly title: string;
  readonly tone: 'busy' | 'warn';
  readonly lines: readonly string[];
}

function Lines({ title, tone, lines }: LinesProps) {
  if (lines.length === 0) return null;
  return (
    <div>
      <Status tone={tone} word={title} />
      <ul className="case-lines mono">
        {lines.map((line, index) => (
          <li key={index}>{printable(line)}</li>
        ))}
      </ul>
    </div>
  );
}
