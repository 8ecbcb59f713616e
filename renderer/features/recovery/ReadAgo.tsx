import { formatAge } from '../../components/figures.ts';
import { useNow } from '../../use-now.ts';
import { secondText } from '../migrations/times.ts';

/** `Read 2 s ago`. Ticks by itself, so that nothing else is drawn again for it. */
export function ReadAgo({ word, atMs }: { readonly word: 'Read' | 'Looked'; readonly atMs: number }) {
  const nowMs = useNow(true);
  return (
    <span className="dimmed recovery-ago" title={secondText(atMs)}>
      {word} {formatAge(nowMs - atMs)} ago
    </span>
  );
}
