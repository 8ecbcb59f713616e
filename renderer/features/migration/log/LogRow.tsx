import { memo } from 'react';
import { cutMiddle, printable } from '@contract/format.ts';
import type { LogLineView } from '@contract/views.ts';

interface LogRowProps {
  readonly id: string;
  readonly line: LogLineView;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly chosen: boolean;
  readonly choose: (number: number) => void;
}

const TONES = { debug: 'dimmed', info: '', warn: 'warn', error: 'bad' } as const;
const WORDS = { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' } as const;

/** One line of the log in one line of the page. */
export const LogRow = memo(function LogRow({ id, line, top, chosen, choose }: LogRowProps) {
  const { number, atMs, level, host, disk, message } = line;
  return (
    <div
      id={id}
      className={`log-row ${TONES[level]}`}
      role="option"
      aria-selected={chosen}
      style={{ transform: `translateY(${String(top)}px)` }}
      onClick={() => {
        choose(number);
      }}
    >
      <span className="log-time">{new Date(atMs).toLocaleTimeString('en-GB')}</span>
      <span className="log-level">{WORDS[level]}</span>
      <span className="log-place cut">{placeText(host, disk)}</span>
      <span className="cut">{printable(message)}</span>
    </div>
  );
});

/** The disk is the shorter of the two, and is not cut for the host's sake. */
function placeText(host: string | undefined, disk: string | undefined): string {
  const names = [host, disk].filter((name) => name !== undefined).map(printable);
  const length = names.length > 1 ? 16 : 32;
  return names.map((name) => cutMiddle(name, length)).join(' · ');
}
