/** What a key means to a table whose rows are walked through; `undefined` if it means nothing there. */
export type TableMove =
  | { readonly kind: 'go'; readonly index: number }
  | { readonly kind: 'select'; readonly range: boolean }
  | { readonly kind: 'select-all' }
  | { readonly kind: 'open' }
  | { readonly kind: 'close' };

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * @param index - Of the active row, -1 if there is none.
 * @param page - Rows that fit into the view.
 */
export function tableMove(
  pressed: Pressed,
  index: number,
  count: number,
  page: number,
): TableMove | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = pressed;
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') return { kind: 'select-all' };
  if (ctrlKey || metaKey || altKey) return undefined;
  const to = (target: number): TableMove | undefined =>
    count === 0 ? undefined : { kind: 'go', index: Math.max(0, Math.min(count - 1, target)) };
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return to(index < 0 ? 0 : index - 1);
    case 'PageDown':
      return to(index + page);
    case 'PageUp':
      return to(index - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(count - 1);
    case ' ':
      return { kind: 'select', range: shiftKey };
    case 'Enter':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'close' };
    default:
      return undefined;
  }
}
