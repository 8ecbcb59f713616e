/** Where a key leads from the line that is chosen (-1 is none); `undefined` for a key that leads nowhere. */
export function nextChoice(key: string, present: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const last = count - 1;
  const within = (index: number): number => Math.min(last, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
      return present < 0 ? last : within(present + 1);
    case 'ArrowUp':
      return present < 0 ? last : within(present - 1);
    case 'PageDown':
      return present < 0 ? last : within(present + page);
    case 'PageUp':
      return within((present < 0 ? last : present) - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
