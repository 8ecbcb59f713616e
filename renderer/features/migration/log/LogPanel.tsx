import { Title } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { loadLog, useLog } from '../../../store/log.ts';
import { filterLines, type Filtered, type LogFilter } from './filter.ts';
import { LogControls } from './LogControls.tsx';
import { LogList } from './LogList.tsx';

/** What the engine said, of this migration or of everything; up to 100,000 lines. */
export function LogPanel({ migration }: { readonly migration: string }) {
  const lines = useLog((state) => state.lines);
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState<LogFilter>(() => ({
    level: 'info',
    migration,
    host: undefined,
    disk: undefined,
    search: '',
  }));
  useEffect(() => {
    void loadLog();
  }, []);
  // Typing goes first; the list follows when there is time.
  const filtered = useFiltered(useDeferredValue(lines), useDeferredValue(filter));
  return (
    <section className="log" aria-labelledby="log-title">
      <div className="panel-title">
        <Title order={2} id="log-title">
          Log
        </Title>
        <span className="dimmed" role="status">
          {filtered.shown.length.toLocaleString('en-GB')} of {lines.length.toLocaleString('en-GB')} lines
        </span>
      </div>
      <LogControls
        migration={migration}
        filter={filter}
        change={setFilter}
        filtered={filtered}
        follow={follow}
        setFollow={setFollow}
      />
      <LogList lines={filtered.shown} follow={follow} setFollow={setFollow} />
    </section>
  );
}

function useFiltered(lines: Filtered['source'], filter: LogFilter): Filtered {
  const [keep] = useState(keeper);
  return useMemo(() => keep(lines, filter), [keep, lines, filter]);
}

/** Remembers the last answer, so that the next one only looks at what is new. */
function keeper(): (lines: Filtered['source'], filter: LogFilter) => Filtered {
  let before: Filtered | undefined;
  return (lines, filter) => {
    before = filterLines(before, lines, filter);
    return before;
  };
}
