import { printable } from '@contract/format.ts';
import { untilWords } from '@contract/recovery-steps.ts';
import { formatAge, inUnit, type ByteUnit } from '../../components/figures.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { Status } from '../../components/Status.tsx';
import type { Column } from '../../components/table-parts.tsx';
import { hrefOf } from '../../route.ts';
import type { StuckCase } from '../../store/recovery.ts';
import { brief, briefHashes } from './brief.ts';
import { URGENCY_WORDS } from './words.ts';

const URGENCY_PX = 88;

/** The columns of the list. `unit` is that of all its bytes, `nowMs` what ages and clocks are counted from. */
export function makeColumns(unit: ByteUnit, nowMs: number): readonly Column<StuckCase>[] {
  return [
    {
      key: 'urgency',
      title: 'How bad',
      widthPx: URGENCY_PX,
      stickyPx: 0,
      sortable: true,
      cell: ({ urgency }) => <Status {...URGENCY_WORDS[urgency]} />,
    },
    {
      key: 'name',
      title: 'Instance',
      widthPx: 112,
      grow: 1,
      stickyPx: URGENCY_PX,
      sortable: true,
      cell: ({ id, name }) => (
        <a className="recovery-link" href={hrefOf({ page: 'case', id })} tabIndex={-1}>
          <Fitted text={name} />
        </a>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      widthPx: 124,
      sortable: true,
      cell: ({ status }) => <Fitted text={status} />,
    },
    {
      key: 'host',
      title: 'Host',
      widthPx: 88,
      grow: 1,
      sortable: true,
      cell: ({ host }) =>
        host === undefined ? <span className="dimmed">None</span> : <Fitted text={host} />,
    },
    {
      key: 'what',
      title: 'What is wrong',
      widthPx: 296,
      grow: 5,
      sortable: true,
      cell: (line) => <What line={line} />,
    },
    {
      key: 'clock',
      title: 'Next by itself',
      widthPx: 152,
      grow: 2,
      sortable: true,
      cell: (line) => <NextClock line={line} nowMs={nowMs} />,
    },
    {
      key: 'age',
      title: 'Since',
      widthPx: 68,
      figures: true,
      sortable: true,
      cell: ({ updatedAt }) => <Since updatedAt={updatedAt} nowMs={nowMs} />,
    },
    {
      key: 'bytes',
      title: `At stake, ${unit.name}`,
      hint: 'What the largest set of its disks takes up on a host. Copies of it are not counted again.',
      widthPx: 104,
      figures: true,
      sortable: true,
      cell: ({ bytesAtStake }) => inUnit(bytesAtStake, unit),
    },
  ];
}

function What({ line }: { readonly line: StuckCase }) {
  const verdict = printable(line.verdict);
  return (
    <div className="recovery-lines">
      <strong className="cut">{printable(line.title)}</strong>
      <span className="recovery-verdict" title={verdict}>
        {briefHashes(brief(verdict, line.id))}
      </span>
    </div>
  );
}

function NextClock({ line: { id, nextClock }, nowMs }: { readonly line: StuckCase; readonly nowMs: number }) {
  if (nextClock === undefined) return <span className="dimmed">Nothing</span>;
  const { atMs, says } = nextClock;
  const whole = `${untilWords(atMs, nowMs)}: ${printable(says)}`;
  return (
    <span className="recovery-verdict" title={whole}>
      {briefHashes(brief(whole, id))}
    </span>
  );
}

function Since({ updatedAt, nowMs }: { readonly updatedAt: string; readonly nowMs: number }) {
  const atMs = Date.parse(updatedAt);
  return <span title={printable(updatedAt)}>{Number.isNaN(atMs) ? 'Unknown' : formatAge(nowMs - atMs)}</span>;
}
