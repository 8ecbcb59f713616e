import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { LogLineView } from '@contract/views.ts';
import { LogDetail } from './LogDetail.tsx';
import { LogRow } from './LogRow.tsx';
import { nextChoice } from './next-choice.ts';

interface LogListProps {
  readonly lines: readonly LogLineView[];
  readonly follow: boolean;
  readonly setFollow: (follow: boolean) => void;
}

const ROW = 24;
const PAGE = 12;
/** So near the end counts as the end. */
const NEAR = 4;

/** Only the lines in sight are in the page. Arrow keys choose a line; the whole of it stands below the list. */
export function LogList({ lines, follow, setFollow }: LogListProps) {
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const [chosen, setChosen] = useState<number>();
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines, virtual]);

  const scrolled = (): void => {
    const element = box.current;
    if (element === null) return;
    const up = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
    if (up && !atEnd && follow) setFollow(false);
    if (!up && atEnd && !follow) setFollow(true);
  };
  const pressed = (event: KeyboardEvent): void => {
    const present = lines.findIndex(({ number }) => number === chosen);
    const index = nextChoice(event.key, present, lines.length, PAGE);
    if (index === undefined) return;
    event.preventDefault();
    setFollow(index === lines.length - 1);
    setChosen(lines[index]?.number);
    virtual.scrollToIndex(index);
  };
  const line = chosen === undefined ? undefined : lines.find(({ number }) => number === chosen);
  const items = virtual.getVirtualItems();
  const drawn = line !== undefined && items.some(({ index }) => lines[index] === line);
  return (
    <>
      <div
        ref={box}
        className="log-list"
        role="listbox"
        tabIndex={0}
        aria-label="Log lines"
        aria-activedescendant={drawn ? idOf(line) : undefined}
        onScroll={scrolled}
        onKeyDown={pressed}
      >
        {lines.length === 0 && <p className="dimmed log-empty">No line is like this.</p>}
        <div className="log-all" style={{ height: virtual.getTotalSize() }} role="presentation">
          {items.map(({ index, start }) => {
            const shown = lines[index];
            return shown === undefined ? null : (
              <LogRow
                key={shown.number}
                id={idOf(shown)}
                line={shown}
                top={start}
                chosen={shown.number === chosen}
                choose={setChosen}
              />
            );
          })}
        </div>
      </div>
      {line !== undefined && (
        <LogDetail
          line={line}
          close={() => {
            setChosen(undefined);
          }}
        />
      )}
    </>
  );
}

function idOf({ number }: LogLineView): string {
  return `log-line-${String(number)}`;
}
