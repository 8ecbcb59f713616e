import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type RefObject } from 'react';
import { HEAD_PX } from './table-parts.tsx';

/** Rows drawn beyond the view, so that a turn of the wheel meets rows that are there already. */
const OVERSCAN = 8;

interface VirtualRows {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Whole rows that fit below the head. */
  readonly page: number;
}

/** Which rows are in view of a scroller with a sticky head. */
export function useVirtualRows(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  activeIndex: number,
  rowPx: number,
): VirtualRows {
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const viewPx = virtualizer.scrollRect?.height ?? 0;
  const viewPxBefore = useRef(viewPx);
  useEffect(() => {
    // A pane that opens below takes room away; the row that it is about must not end up behind it.
    if (viewPx < viewPxBefore.current && activeIndex >= 0) virtualizer.scrollToIndex(activeIndex);
    viewPxBefore.current = viewPx;
  }, [viewPx, activeIndex, virtualizer]);
  return { virtualizer, page: Math.max(1, Math.floor((viewPx - HEAD_PX) / rowPx) - 1) };
}
